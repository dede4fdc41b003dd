package io.parley.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// When one client heard each of the others. Written on its loop, read on any thread.
final class AudioLog {
    /// Shorter silences are not noted: they are the machine's.
    static final long NOTED_NS = 200_000_000;

    /// A silence between two packets.
    record Gap(long fromNs, long toNs) {
        long ms() {
            return (toNs - fromNs) / 1_000_000;
        }

        boolean touches(long beginNs, long endNs) {
            return toNs > beginNs && fromNs < endNs;
        }
    }

    private static final class Stream {
        private volatile long lastNs;
        private final List<Gap> gaps = new CopyOnWriteArrayList<>();

        private Stream(long nowNs) {
            lastNs = nowNs;
        }
    }

    private final Map<String, Stream> streams = new ConcurrentHashMap<>();

    void onPacket(long nowNs, String publisher) {
        Stream stream = streams.computeIfAbsent(publisher, _ -> new Stream(nowNs));
        long lastNs = stream.lastNs;
        if (nowNs - lastNs > NOTED_NS) {
            stream.gaps.add(new Gap(lastNs, nowNs));
        }
        stream.lastNs = nowNs;
    }

    /// Somebody who has left is not missed.
    void forget(String publisher) {
        streams.remove(publisher);
    }

    Set<String> publishers() {
        return new TreeSet<>(streams.keySet());
    }

    boolean isHeard(String publisher, long sinceNs) {
        Stream stream = streams.get(publisher);
        return stream != null && stream.lastNs >= sinceNs;
    }

    /// The longest silence that touches that time, in milliseconds, also one that has not ended; 0
    /// if none was noted.
    long longestGapMs(String publisher, long beginNs, long endNs) {
        Stream stream = streams.get(publisher);
        if (stream == null) {
            return (endNs - beginNs) / 1_000_000;
        }
        List<Gap> gaps = new ArrayList<>(stream.gaps);
        if (endNs - stream.lastNs > NOTED_NS) {
            gaps.add(new Gap(stream.lastNs, endNs));
        }
        return gaps.stream()
                .filter(gap -> gap.touches(beginNs, endNs))
                .mapToLong(Gap::ms)
                .max()
                .orElse(0);
    }
}
