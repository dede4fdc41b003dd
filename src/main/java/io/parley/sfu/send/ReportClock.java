package io.parley.sfu.send;

/// Which timestamp of a send stream goes with which moment, for its sender report. Filled in by the
/// forwarder.
public final class ReportClock {
    public long ntp;
    public int timestamp;
}
