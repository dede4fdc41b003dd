package io.parley.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/// Decides which DATA chunks leave when (RFC 9260 §6.1, §6.3, §7; RFC 3758). One for each life of
/// the association; owned by its SctpAssociation.
final class Sender {
    /// Below this a rest of packet is not worth a fragment.
    private static final int MIN_FRAGMENT_BYTES = 256;

    private static final long FORWARD_REPEAT_NS = 100_000_000L;

    private final SctpSettings settings;
    private final SendQueue queue;
    private final Outstanding outstanding;
    private final CongestionWindow congestion;
    private final RetransmissionTimeout timeout = new RetransmissionTimeout();
    private final Deadline t3 = new Deadline();
    private long peerWindowBytes;
    private boolean fastRetransmit;
    private boolean forwardCheck;
    private int forwardedTsn;
    private long forwardedNs = -1;

    Sender(
            SctpSettings settings,
            SendQueue queue,
            int initialTsn,
            long peerWindowBytes,
            boolean partialReliability) {
        this.settings = settings;
        this.queue = queue;
        this.outstanding =
                new Outstanding(
                        queue, settings.mtuBytes(), Serial.first(initialTsn), partialReliability);
        this.congestion = new CongestionWindow(settings.mtuBytes(), peerWindowBytes);
        this.peerWindowBytes = peerWindowBytes;
    }

    /// Answers false for a SACK of what was never sent.
    boolean onSack(long nowNs, SackChunk sack) {
        long before = outstanding.cumulativeTsn();
        long cumulative = Serial.unwrap(before, sack.cumulativeTsn());
        if (cumulative >= outstanding.nextTsn()) {
            return false;
        }
        if (cumulative < before) {
            return true;
        }
        boolean advanced = cumulative > before;
        long inFlightBefore = outstanding.inFlightWireBytes();
        outstanding.onSack(nowNs, cumulative, sack, congestion.isRecovering());
        peerWindowBytes = sack.windowBytes();
        if (outstanding.rttSampleNs() >= 0) {
            timeout.onRtt(outstanding.rttSampleNs());
        }
        if (advanced) {
            timeout.onProgress();
            congestion.onAcked(cumulative, outstanding.ackedWireBytes(), inFlightBefore);
        }
        if (outstanding.foundLoss()) {
            fastRetransmit |= congestion.onFastRetransmit(outstanding.nextTsn() - 1);
        }
        if (outstanding.isEmpty()) {
            t3.clear();
        } else if (advanced) {
            t3.arm(nowNs + timeout.timeoutNs());
        }
        forwardCheck = true;
        return true;
    }

    /// The cumulative TSN of a SHUTDOWN (RFC 9260 §9.2).
    void onCumulativeTsn(long nowNs, int cumulativeTsn) {
        onSack(nowNs, new SackChunk(cumulativeTsn, peerWindowBytes, new int[0], new int[0]));
    }

    void onRtt(long rttNs) {
        timeout.onRtt(rttNs);
    }

    void onTime(long nowNs) {
        if (!t3.isDue(nowNs)) {
            return;
        }
        t3.clear();
        timeout.backOff();
        congestion.onTimeout();
        outstanding.onTimeout(nowNs);
        forwardedNs = -1;
        forwardCheck = true;
    }

    long nextWakeNs() {
        return t3.dueNs();
    }

    long timeoutNs() {
        return timeout.timeoutNs();
    }

    /// RFC 6525 §4.1: the sender's last assigned TSN.
    int lastTsn() {
        return (int) (outstanding.nextTsn() - 1);
    }

    boolean isIdle() {
        return outstanding.isEmpty();
    }

    /// True if [#transmit] would send DATA, so that a waiting SACK may ride with it.
    boolean canSend(long nowNs) {
        return isWindowOpen()
                && (outstanding.nextLost(nowNs) != null || queue.current(nowNs) != null);
    }

    /// Sends what the windows allow.
    ///
    /// @param fresh false to send only what was sent before, as when shutting down
    void transmit(long nowNs, PacketOut out, boolean fresh) {
        boolean open = isWindowOpen() || fastRetransmit;
        fastRetransmit = false;
        while (open && fill(nowNs, out, fresh)) {
            out.flush();
            open = isWindowOpen();
        }
        forward(nowNs, out);
        if (!outstanding.isEmpty() && !t3.isArmed()) {
            t3.arm(nowNs + timeout.timeoutNs());
        }
    }

    void releaseAll() {
        outstanding.releaseAll();
    }

    private boolean isWindowOpen() {
        return outstanding.inFlightWireBytes() < congestion.windowBytes();
    }

    /// Fills one packet; answers false if it is empty afterwards.
    private boolean fill(long nowNs, PacketOut out, boolean fresh) {
        outstanding.beginPacket();
        OutChunk lost = outstanding.nextLost(nowNs);
        while (lost != null) {
            if (lost.wireBytes() > out.room()) {
                return true;
            }
            outstanding.onResent(nowNs, lost);
            out.add(lost);
            lost = outstanding.nextLost(nowNs);
        }
        OutMessage message = fresh ? nextMessage(nowNs) : null;
        while (message != null) {
            int length = fragmentBytes(message, out.room());
            if (length == 0 || !isAllowedByPeer(length)) {
                break;
            }
            OutChunk chunk = queue.take(message, outstanding.nextTsn(), length);
            outstanding.add(nowNs, chunk);
            out.add(chunk);
            message = nextMessage(nowNs);
        }
        return !out.isEmpty();
    }

    private @Nullable OutMessage nextMessage(long nowNs) {
        OutMessage message = queue.current(nowNs);
        while (message != null && message.isBegun() && outstanding.isSpent(nowNs, message)) {
            outstanding.abandonBegun(message);
            message = queue.current(nowNs);
        }
        return message;
    }

    /// A message that fits in a packet of its own is not cut to fill this one: losing either half
    /// would lose it.
    private int fragmentBytes(OutMessage message, int room) {
        int most = (room - DataChunk.HEADER_BYTES) & ~3;
        int whole = (settings.mtuBytes() - SctpPacket.HEADER_BYTES - DataChunk.HEADER_BYTES) & ~3;
        if (message.remaining() <= most) {
            return message.remaining();
        }
        return message.remaining() <= whole || most < MIN_FRAGMENT_BYTES ? 0 : most;
    }

    /// With nothing in flight one chunk may go against a closed window, as its probe (§6.1 A).
    private boolean isAllowedByPeer(int length) {
        return outstanding.inFlightBytes() + length <= peerWindowBytes
                || outstanding.inFlightBytes() == 0;
    }

    /// RFC 3758 §3.5 C: at once when the point moved, again when a SACK shows that it was lost.
    private void forward(long nowNs, PacketOut out) {
        forwardCheck |= outstanding.takeAbandonedAny();
        if (!forwardCheck) {
            return;
        }
        forwardCheck = false;
        SctpChunk.ForwardTsn forward =
                outstanding.isHeadAbandoned() ? outstanding.forwardTsn() : null;
        if (forward == null) {
            return;
        }
        long repeatNs = Math.max(FORWARD_REPEAT_NS, timeout.smoothedNs());
        if (forward.newCumulativeTsn() == forwardedTsn
                && forwardedNs >= 0
                && nowNs - forwardedNs < repeatNs) {
            return;
        }
        forwardedTsn = forward.newCumulativeTsn();
        forwardedNs = nowNs;
        out.add(forward);
    }
}
