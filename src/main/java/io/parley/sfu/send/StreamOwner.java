package io.parley.sfu.send;

/// What a send stream needs of the forwarder behind it.
public interface StreamOwner {
    /// The subscriber cannot decode any more.
    void onPictureLoss(long nowNs);

    /// Points the packet to a payload that was forwarded before; false when it is gone.
    boolean loadPayload(int layer, long sourceSeq, OutgoingPacket into);

    /// Says what a sender report would say now; false while that is unknown.
    boolean readClock(long nowNs, ReportClock into);

    long nextWakeNs();

    void onTime(long nowNs);
}
