package io.parley.media;

import io.parley.sfu.receive.Source;
import io.parley.webrtc.ortc.SourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The published sources of a media loop, and who waits for one that is not there yet or watches
/// one that may go. Owned by its media loop.
final class SourceTable {
    /// A forwarded track that needs its source.
    interface Watcher {
        void onSource(Source source);

        void onSourceGone();

        /// Our bug in one of the above. The source's peer goes on, and the others that watch.
        void onFault(RuntimeException fault);
    }

    private final Map<SourceId, Source> sources = new HashMap<>();
    private final Map<SourceId, List<Watcher>> watchers = new HashMap<>();

    void put(Source source) {
        if (sources.put(source.id(), source) != source) {
            tell(source.id(), watcher -> watcher.onSource(source));
        }
    }

    void remove(Source source) {
        if (sources.remove(source.id(), source)) {
            tell(source.id(), Watcher::onSourceGone);
        }
    }

    private void tell(SourceId id, Consumer<Watcher> news) {
        for (Watcher watcher : List.copyOf(watchers.getOrDefault(id, List.of()))) {
            try {
                news.accept(watcher);
            } catch (RuntimeException e) {
                watcher.onFault(e);
            }
        }
    }

    @Nullable Source find(SourceId id) {
        return sources.get(id);
    }

    void watch(SourceId id, Watcher watcher) {
        watchers.computeIfAbsent(id, _ -> new ArrayList<>()).add(watcher);
        Source source = sources.get(id);
        if (source != null) {
            watcher.onSource(source);
        }
    }

    void unwatch(SourceId id, Watcher watcher) {
        List<Watcher> there = watchers.get(id);
        if (there != null && there.remove(watcher) && there.isEmpty()) {
            watchers.remove(id);
        }
    }

    /// Nothing is left behind when every room is gone.
    boolean isEmpty() {
        return sources.isEmpty() && watchers.isEmpty();
    }
}
