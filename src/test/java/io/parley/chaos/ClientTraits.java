package io.parley.chaos;

import io.parley.scenario.JoinOptions;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Who a client is and how it behaves.
///
/// @param node through which node it joins if that one is healthy, by its number
/// @param single one peer connection, as livekit-client has it by default, or two
/// @param media whether it has peer connections at all
record ClientTraits(
        String room, String identity, int node, boolean single, boolean firefox, boolean media) {
    static final Duration AUDIO_PACE = Duration.ofMillis(50);
    private static final double FIREFOX_SHARE = 0.1;
    private static final String VERSION = "140.0.1";

    /// By the run's seed.
    static ClientTraits random(
            RandomGenerator random, String room, String identity, int node, boolean media) {
        boolean single = random.nextBoolean();
        return new ClientTraits(
                room, identity, node, single, random.nextDouble() < FIREFOX_SHARE, media);
    }

    private JoinOptions options() {
        JoinOptions options = JoinOptions.of(room, identity).withSingle(single);
        return firefox
                ? options.withBrowser("Firefox", VERSION)
                : options.withBrowser("Chrome", VERSION);
    }

    String token() {
        return options().token();
    }

    String path() {
        return options().path() + version();
    }

    String resumePath(String sid) {
        return options().resumePath(sid) + version();
    }

    /// A join request holds it already.
    private String version() {
        return single ? "" : "&browser_version=" + VERSION;
    }

    @Override
    public String toString() {
        return "%s in %s, %s, %s"
                .formatted(
                        identity,
                        room,
                        media ? single ? "one connection" : "two connections" : "no media",
                        firefox ? "Firefox" : "Chrome");
    }
}
