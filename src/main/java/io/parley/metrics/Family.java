package io.parley.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// One series name with its label names, and a number for each combination of label values that has
/// occurred. A combination that never occurred is not shown, as with Prometheus's own clients. Any
/// thread may count.
final class Family {
    /// What Prometheus is told about the numbers.
    enum Type {
        COUNTER,
        GAUGE
    }

    private final String name;
    private final Type type;
    private final String help;
    private final List<String> labels;
    private final Map<List<String>, LongAdder> values = new ConcurrentHashMap<>();

    Family(Type type, String name, String help, String... labels) {
        this.type = type;
        this.name = name;
        this.help = help;
        this.labels = List.of(labels);
    }

    void add(long amount, String... labelValues) {
        if (labelValues.length != labels.size()) {
            throw new IllegalArgumentException(name + " has the labels " + labels);
        }
        values.computeIfAbsent(List.of(labelValues), _ -> new LongAdder()).add(amount);
    }

    void writeTo(Exposition page) {
        if (values.isEmpty()) {
            return;
        }
        page.family(type, name, help);
        values.forEach((labelValues, sum) -> page.sample(name, labels, labelValues, sum.sum()));
    }
}
