package io.parley.chaos;

import java.util.Collection;
import java.util.List;

/// Samples in order, asked by nearest rank.
record Percentiles(List<Long> sorted) {
    Percentiles {
        sorted = sorted.stream().sorted().toList();
    }

    static Percentiles of(Collection<Long> samples) {
        return new Percentiles(List.copyOf(samples));
    }

    boolean isEmpty() {
        return sorted.isEmpty();
    }

    int size() {
        return sorted.size();
    }

    /// 0 where there is no sample.
    long at(double percent) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
    }

    long max() {
        return at(100);
    }

    /// Of samples in milliseconds.
    @Override
    public String toString() {
        return sorted.isEmpty()
                ? "none"
                : "n=%d p50 %d ms, p90 %d ms, p99 %d ms, max %d ms"
                        .formatted(size(), at(50), at(90), at(99), max());
    }
}
