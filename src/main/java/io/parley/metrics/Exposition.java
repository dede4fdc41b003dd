package io.parley.metrics;

import java.util.List;
import java.util.Locale;

/// A page in Prometheus's text format, with the same labels on every sample of ours. Written by
/// hand because the client library takes the suffix `_total` for its own, while LiveKit's names
/// have it on gauges and lack it on counters: through the library they would come out as other
/// names. Owned by its scrape.
final class Exposition {
    /// What a scraper is told about the page.
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final String constantLabels;
    private final StringBuilder text = new StringBuilder();

    Exposition(String nodeId, String nodeType) {
        this.constantLabels =
                "node_id=\"" + escaped(nodeId) + "\",node_type=\"" + escaped(nodeType) + '"';
    }

    void family(Family.Type type, String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        String typeName = type.name().toLowerCase(Locale.ROOT);
        text.append("# TYPE ").append(name).append(' ').append(typeName).append('\n');
    }

    void sample(String name, List<String> labels, List<String> labelValues, long value) {
        text.append(name).append('{').append(constantLabels);
        for (int i = 0; i < labels.size(); i++) {
            text.append(',').append(labels.get(i)).append("=\"");
            text.append(escaped(labelValues.get(i))).append('"');
        }
        text.append("} ").append(value).append('\n');
    }

    /// A family of one sample without labels of its own.
    void single(Family.Type type, String name, String help, long value) {
        family(type, name, help);
        sample(name, List.of(), List.of(), value);
    }

    void append(String page) {
        text.append(page);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
