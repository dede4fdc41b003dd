package io.parley.room;

import io.parley.cluster.Guid;
import java.util.random.RandomGenerator;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;

/// Makes the ids that clients know things by (signal.md §5.8). Owned by its room's context.
final class Sids {
    private final RandomGenerator random;

    Sids(RandomGenerator random) {
        this.random = random;
    }

    String room() {
        return Guid.next("RM_", random);
    }

    String participant() {
        return Guid.next("PA_", random);
    }

    String dataTrack() {
        return Guid.next("DTR_", random);
    }

    /// `TR_`, a letter for the kind, one for the source, twelve characters.
    String track(TrackType type, TrackSource source) {
        String kind = type == TrackType.AUDIO ? "A" : "V";
        return Guid.next("TR_" + kind + letter(source), random);
    }

    private static String letter(TrackSource source) {
        return switch (source) {
            case CAMERA -> "C";
            case MICROPHONE -> "M";
            case SCREEN_SHARE -> "S";
            case SCREEN_SHARE_AUDIO -> "s";
            case UNKNOWN, UNRECOGNIZED -> "";
        };
    }

    String secret() {
        return Guid.next("", random) + Guid.next("", random) + Guid.next("", random);
    }

    RandomGenerator random() {
        return random;
    }
}
