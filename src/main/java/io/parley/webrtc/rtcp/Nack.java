package io.parley.webrtc.rtcp;

/// Walks over the numbers of a NACK pair (RFC 4585 §6.2.1): `for (int s = Nack.first(pid); s >= 0;
/// s = Nack.next(pid, blp, s))`.
public final class Nack {
    private Nack() {}

    /// The first number asked for.
    public static int first(int pid) {
        return pid & 0xFFFF;
    }

    /// The number after `seq16` that is asked for, -1 at the end.
    public static int next(int pid, int blp, int seq16) {
        int done = (seq16 - pid) & 0xFFFF;
        int rest = done >= 16 ? 0 : (blp & 0xFFFF) >>> done;
        return rest == 0 ? -1 : (seq16 + 1 + Integer.numberOfTrailingZeros(rest)) & 0xFFFF;
    }

    /// How many numbers a pair asks for.
    public static int count(int blp) {
        return 1 + Integer.bitCount(blp & 0xFFFF);
    }
}
