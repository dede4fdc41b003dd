package io.parley.webrtc.dtls;

import java.time.Duration;

/// Handshakes that are of use only together, as those of one room: nobody is heard before both ends
/// are through. Those that begin within [#TOGETHER] of the first take their turns one after the
/// other, before those that began in between; so no room can hold up the others for longer. Any
/// thread may hand it on; its state belongs to [HandshakeTurns].
public final class HandshakeGroup {
    static final Duration TOGETHER = Duration.ofSeconds(2);

    private long number;
    private long firstNs;
    private boolean begun;

    /// The place of a handshake that begins now, of which there were so many before.
    long place(long begunBefore, long nowNs) {
        if (!begun || nowNs - firstNs > TOGETHER.toNanos()) {
            begun = true;
            number = begunBefore;
            firstNs = nowNs;
        }
        return number;
    }
}
