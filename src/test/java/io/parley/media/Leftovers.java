package io.parley.media;

import io.parley.scenario.Waiting;
import java.util.concurrent.CompletableFuture;

/// Looks into the loops for what closed peers left there.
public final class Leftovers {
    private Leftovers() {}

    /// Fails if peers, routes, fragments, connections or sources remain.
    public static void assertNone(MediaPlane plane) {
        Waiting.until(() -> count(plane) + " entries are left behind", () -> count(plane) == 0);
    }

    public static int count(MediaPlane plane) {
        int entries = plane.knownFragments();
        for (MediaLoop loop : plane.loops()) {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            loop.execute(() -> answer.complete(loop.entries()));
            entries += answer.join();
        }
        return entries;
    }
}
