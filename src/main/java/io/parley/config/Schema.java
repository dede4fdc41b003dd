package io.parley.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which keys there are and what they hold, read from the manual `conf/parley.yaml`: a key's type
/// is that of its default. A default of `{}` or a list lets anything of that shape in.
final class Schema {
    private static final Set<String> PORTS_OR_RANGE = Set.of("rtc.udp_port");

    /// What the maps of a list may hold.
    private static final Map<String, Set<String>> PARTS =
            Map.of(
                    "rtc.turn_servers",
                    Set.of(
                            "host",
                            "port",
                            "protocol",
                            "username",
                            "credential",
                            "secret",
                            "secret_file",
                            "ttl"),
                    "room.enabled_codecs",
                    Set.of("mime", "fmtp_line"),
                    "node_selector.regions",
                    Set.of("name", "lat", "lon"));

    private final List<String> lines;
    private final Map<String, YamlTree> leaves = new LinkedHashMap<>();
    private final Set<String> withoutEffect = new LinkedHashSet<>();

    Schema(String manual) {
        lines = manual.lines().toList();
        collect("", YamlTree.parse(manual, "conf/parley.yaml"), false);
    }

    private void collect(String prefix, YamlTree.Fields fields, boolean isWithoutEffect) {
        fields.fields()
                .forEach((name, node) -> {
                    String path = prefix.isEmpty() ? name : prefix + "." + name;
                    boolean isAccepted = isWithoutEffect || isMerelyAccepted(node);
                    if (node instanceof YamlTree.Fields inner && !inner.fields().isEmpty()) {
                        collect(path, inner, isAccepted);
                    } else {
                        leaves.put(path, node);
                        if (isAccepted) {
                            withoutEffect.add(path);
                        }
                    }
                });
    }

    /// By the word that its comment in the manual begins with.
    private boolean isMerelyAccepted(YamlTree node) {
        String line = lines.get(node.line() - 1);
        int comment = line.indexOf(" # ");
        return comment >= 0 && line.startsWith("accepted", comment + 3);
    }

    /// The keys that are let in and change nothing.
    Set<String> withoutEffect() {
        return withoutEffect;
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

    /// A part of a list's maps that is not known.
    Optional<String> unknownPart(String path, YamlTree value) {
        Set<String> parts = PARTS.get(path);
        if (parts == null || !(value instanceof YamlTree.Items(var items, var _))) {
            return Optional.empty();
        }
        return items.stream()
                .filter(YamlTree.Fields.class::isInstance)
                .flatMap(item -> ((YamlTree.Fields) item).fields().keySet().stream())
                .filter(part -> !parts.contains(part))
                .findFirst();
    }

    /// The known key that was probably meant.
    Optional<String> nearest(String unknown) {
        return leaves.keySet().stream()
                .filter(leaf ->
                        Durations.distance(leaf, unknown) <= 2 || leaf.endsWith("." + unknown))
                .findFirst();
    }
}
