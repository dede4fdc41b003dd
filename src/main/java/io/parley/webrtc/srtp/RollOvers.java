package io.parley.webrtc.srtp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often the sequence numbers of a peer's streams have rolled over (RFC 3711 §3.3.1). No packet
/// says so, and whoever does not know it can open none: it is told each time it changes, so that
/// another process can go on. Owned by its opener.
public final class RollOvers {
    private static final int[] FIRST_ROUND = {0};

    private final @Nullable Map<Integer, Integer> known;
    private final Listener listener;

    /// Hears of each new round, from within the opener.
    @FunctionalInterface
    public interface Listener {
        void onRollOver(int ssrc, int count);
    }

    private RollOvers(@Nullable Map<Integer, Integer> known, Listener listener) {
        this.known = known;
        this.listener = listener;
    }

    /// Of streams that nobody hears of.
    static RollOvers none() {
        return fresh((_, _) -> {});
    }

    /// Of streams that all begin here.
    public static RollOvers fresh(Listener listener) {
        return new RollOvers(null, listener);
    }

    /// Of streams that may have been opened elsewhere before.
    ///
    /// @param known count by SSRC as last told; those that are not in it had not rolled over
    public static RollOvers adopted(Map<Integer, Integer> known, Listener listener) {
        return new RollOvers(Map.copyOf(known), listener);
    }

    /// The rounds that a stream new here may be in, the likeliest first. It may have rolled over
    /// once more while nobody could tell, and an old packet may be of the round before.
    int[] candidates(int ssrc) {
        if (known == null) {
            return FIRST_ROUND;
        }
        int count = known.getOrDefault(ssrc, 0);
        return count == 0 ? new int[] {0, 1} : new int[] {count, count + 1, count - 1};
    }

    /// A stream that is new here turned out to be in that round, maybe later than was known.
    void onFirst(int ssrc, int count) {
        if (known != null && count > known.getOrDefault(ssrc, 0)) {
            onRollOver(ssrc, count);
        }
    }

    void onRollOver(int ssrc, int count) {
        listener.onRollOver(ssrc, count);
    }
}
