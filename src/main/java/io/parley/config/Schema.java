package io.parley.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which keys there are and what they hold, read from the manual `conf/parley.yaml`: a key's type
/// is that of its default. A default of `{}` or a list lets anything of that shape in.
final class Schema {
    private static final Set<String> PORTS_OR_RANGE = Set.of("rtc.udp_port");

    private final Map<String, YamlTree> leaves = new LinkedHashMap<>();

    Schema(String manual) {
        collect("", YamlTree.parse(manual, "conf/parley.yaml"));
    }

    private void collect(String prefix, YamlTree.Fields fields) {
        fields.fields()
                .forEach((name, node) -> {
                    String path = prefix.isEmpty() ? name : prefix + "." + name;
                    if (node instanceof YamlTree.Fields inner && !inner.fields().isEmpty()) {
                        collect(path, inner);
                    } else {
                        leaves.put(path, node);
                    }
                });
    }

    Map<String, YamlTree> leaves() {
        return leaves;
    }

    boolean isLeaf(String path) {
        return leaves.containsKey(path);
    }

    boolean isSection(String path) {
        return leaves.keySet().stream().anyMatch(leaf -> leaf.startsWith(path + "."));
    }

    boolean isScalar(String path) {
        return leaves.get(path) instanceof YamlTree.Scalar;
    }

    /// What is wrong with a value for a leaf, in words; empty when nothing is.
    Optional<String> objection(String path, YamlTree value) {
        YamlTree model = leaves.get(path);
        if (model == null) {
            throw new IllegalArgumentException("no such key " + path);
        }
        return switch (model) {
            case YamlTree.Items _ ->
                    value instanceof YamlTree.Items ? Optional.empty() : Optional.of("a list");
            case YamlTree.Fields _ ->
                    value instanceof YamlTree.Fields ? Optional.empty() : Optional.of("a map");
            case YamlTree.Scalar(var shape, var _) ->
                    value instanceof YamlTree.Scalar(var given, var _)
                            ? scalarObjection(path, shape, given)
                            : Optional.of("one value");
        };
    }

    private static Optional<String> scalarObjection(
            String path, @Nullable Object shape, @Nullable Object given) {
        if (given == null) {
            return Optional.empty();
        }
        boolean fits =
                switch (shape) {
                    case Boolean _ -> given instanceof Boolean;
                    case Long _ when PORTS_OR_RANGE.contains(path) ->
                            given instanceof Long || Durations.isPortRange(given.toString());
                    case Long _ -> given instanceof Long;
                    case Double _ -> given instanceof Double || given instanceof Long;
                    case String text when Durations.isDuration(text) ->
                            Durations.isDuration(given.toString()) || given.equals(0L);
                    case null, default -> true;
                };
        return fits ? Optional.empty() : Optional.of(wanted(path, shape));
    }

    private static String wanted(String path, @Nullable Object shape) {
        return switch (shape) {
            case Boolean _ -> "true or false";
            case Long _ when PORTS_OR_RANGE.contains(path) -> "a port or \"first-last\"";
            case Long _ -> "a whole number";
            case Double _ -> "a number";
            case null, default -> "a duration such as 500ms or 2s";
        };
    }

    /// The known key that was probably meant.
    Optional<String> nearest(String unknown) {
        return leaves.keySet().stream()
                .filter(leaf ->
                        Durations.distance(leaf, unknown) <= 2 || leaf.endsWith("." + unknown))
                .findFirst();
    }
}
