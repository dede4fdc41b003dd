package io.parley.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All settings of a start: the manual's defaults, over them a YAML file, over it variables
/// `LIVEKIT_A_B_C`, over them flags. Each layer is checked as it is laid on. Immutable once read.
public final class Config {
    private static final String VARIABLE_PREFIX = "LIVEKIT_";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Schema schema;
    private final Map<String, YamlTree> values;
    private final boolean strict;

    private Config(Schema schema, Map<String, YamlTree> values, boolean strict) {
        this.schema = schema;
        this.values = values;
        this.strict = strict;
    }

    /// The defaults of the manual.
    public static Config defaults(String manual) {
        var schema = new Schema(manual);
        return new Config(schema, Map.copyOf(schema.leaves()), true);
    }

    /// Lays a YAML document over these settings. Without `strict`, unknown keys are left out
    /// instead of refused.
    public Config withYaml(String yaml, String origin, boolean strict) {
        Map<String, YamlTree> merged = new LinkedHashMap<>(values);
        new Config(schema, values, strict).lay(merged, "", YamlTree.parse(yaml, origin), origin);
        return new Config(schema, merged, strict);
    }

    private void lay(
            Map<String, YamlTree> into, String prefix, YamlTree.Fields fields, String origin) {
        fields.fields()
                .forEach((name, node) -> {
                    String path = prefix.isEmpty() ? name : prefix + "." + name;
                    layOne(into, path, node, origin);
                });
    }

    private void layOne(Map<String, YamlTree> into, String path, YamlTree node, String origin) {
        boolean nothing = node instanceof YamlTree.Scalar(var value, var _) && value == null;
        if (schema.isLeaf(path)) {
            if (!nothing) {
                check(path, node, "%s:%d: ".formatted(origin, node.line()));
                into.put(path, node);
            }
        } else if (schema.isSection(path)) {
            if (node instanceof YamlTree.Fields inner) {
                lay(into, path, inner, origin);
            } else if (!nothing) {
                throw new ConfigException(
                        "%s:%d: %s must be a section".formatted(origin, node.line(), path));
            }
        } else if (strict) {
            throw new ConfigException(unknown(path, "%s:%d: ".formatted(origin, node.line())));
        }
    }

    private void check(String path, YamlTree node, String where) {
        Optional<String> objection = schema.objection(path, node);
        if (objection.isPresent()) {
            throw new ConfigException("%s%s must be %s".formatted(where, path, objection.get()));
        }
        Optional<String> part = schema.unknownPart(path, node);
        if (strict && part.isPresent()) {
            throw new ConfigException(where + "unknown key " + path + "." + part.get());
        }
    }

    private String unknown(String path, String where) {
        String hint =
                schema.nearest(path).map(known -> " (did you mean " + known + "?)").orElse("");
        return where + "unknown key " + path + hint;
    }

    /// Lays on every variable that names a scalar key; others are somebody else's.
    public Config withVariables(Map<String, String> variables) {
        Config result = this;
        for (String path : schema.leaves().keySet()) {
            String name = VARIABLE_PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
            String value = variables.get(name);
            if (value != null && schema.isScalar(path)) {
                result = result.with(path, value, name);
            }
        }
        return result;
    }

    /// One scalar or list key from text, as of a flag; a list is comma-separated.
    public Config with(String path, String text, String origin) {
        if (!schema.isLeaf(path)) {
            throw new ConfigException(unknown(path, origin + ": "));
        }
        YamlTree node =
                schema.leaves().get(path) instanceof YamlTree.Items
                        ? listOf(text)
                        : scalarOf(path, text);
        Optional<String> objection = schema.objection(path, node);
        if (objection.isPresent()) {
            throw new ConfigException(
                    "%s: %s must be %s, not %s".formatted(origin, path, objection.get(), text));
        }
        Map<String, YamlTree> merged = new LinkedHashMap<>(values);
        merged.put(path, node);
        return new Config(schema, merged, strict);
    }

    private static YamlTree listOf(String text) {
        List<YamlTree> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(new YamlTree.Scalar(item.strip(), 0));
            }
        }
        return new YamlTree.Items(items, 0);
    }

    /// Text stays text for a string key, even where YAML would read a number.
    private YamlTree scalarOf(String path, String text) {
        if (schema.leaves().get(path) instanceof YamlTree.Scalar(var shape, var _)
                && shape instanceof String) {
            return new YamlTree.Scalar(text, 0);
        }
        YamlTree.Fields parsed = YamlTree.parse("value: " + text, path);
        YamlTree value = parsed.fields().get("value");
        return value == null ? new YamlTree.Scalar(text, 0) : value;
    }

    /// Whether unknown keys end the start.
    public boolean isStrict() {
        return strict;
    }

    /// The keys that hold true or false; on the command line they need no value.
    public Set<String> flags() {
        Set<String> flags = new TreeSet<>();
        schema.leaves()
                .forEach((path, shape) -> {
                    if (shape instanceof YamlTree.Scalar(var value, var _)
                            && value instanceof Boolean) {
                        flags.add(path);
                    }
                });
        return flags;
    }

    /// The keys that were set to something and change nothing here.
    public List<String> withoutEffect() {
        return schema.withoutEffect().stream()
                .filter(path -> !Objects.equals(node(path).plain(), plainDefault(path)))
                .toList();
    }

    private @Nullable Object plainDefault(String path) {
        YamlTree model = schema.leaves().get(path);
        return model == null ? null : model.plain();
    }

    public boolean flag(String path) {
        return scalar(path) instanceof Boolean value && value;
    }

    public int integer(String path) {
        return Math.toIntExact(number(path));
    }

    public long number(String path) {
        if (scalar(path) instanceof Long value) {
            return value;
        }
        throw new ConfigException(path + " must be a whole number");
    }

    public double decimal(String path) {
        return scalar(path) instanceof Number value ? value.doubleValue() : 0;
    }

    /// Empty where nothing was said.
    public String text(String path) {
        Object value = scalar(path);
        return value == null ? "" : value.toString();
    }

    public Duration duration(String path) {
        return Durations.parse(text(path));
    }

    /// A list of scalars.
    public List<String> texts(String path) {
        if (!(node(path) instanceof YamlTree.Items(var items, var _))) {
            throw new IllegalArgumentException(path + " is no list");
        }
        List<String> texts = new ArrayList<>();
        for (YamlTree item : items) {
            if (!(item instanceof YamlTree.Scalar(var value, var _)) || value == null) {
                throw new ConfigException(path + " must hold plain values only");
            }
            texts.add(value.toString());
        }
        return texts;
    }

    /// A list of maps, such as `room.enabled_codecs`.
    public List<Map<String, String>> records(String path) {
        if (!(node(path) instanceof YamlTree.Items(var items, var _))) {
            throw new IllegalArgumentException(path + " is no list");
        }
        List<Map<String, String>> records = new ArrayList<>();
        for (YamlTree item : items) {
            if (!(item instanceof YamlTree.Fields fields)) {
                throw new ConfigException(
                        "line %d: %s must hold maps".formatted(item.line(), path));
            }
            records.add(scalarsOf(path, fields));
        }
        return records;
    }

    /// A map of scalars, such as `keys`.
    public Map<String, String> map(String path) {
        if (node(path) instanceof YamlTree.Fields fields) {
            return scalarsOf(path, fields);
        }
        throw new IllegalArgumentException(path + " is no map");
    }

    private static Map<String, String> scalarsOf(String path, YamlTree.Fields fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        fields.fields()
                .forEach((name, node) -> {
                    if (!(node instanceof YamlTree.Scalar(var value, var line))) {
                        throw new ConfigException(
                                "line %d: %s.%s must be one value"
                                        .formatted(node.line(), path, name));
                    }
                    texts.put(name, value == null ? "" : value.toString());
                });
        return texts;
    }

    /// A map of maps of anything, such as `room.room_configurations`: each as JSON.
    public Map<String, String> documents(String path) {
        if (!(node(path) instanceof YamlTree.Fields fields)) {
            throw new IllegalArgumentException(path + " is no map");
        }
        Map<String, String> documents = new LinkedHashMap<>();
        fields.fields()
                .forEach((name, node) -> {
                    if (!(node instanceof YamlTree.Fields)) {
                        throw new ConfigException(
                                "line %d: %s.%s must be a map".formatted(node.line(), path, name));
                    }
                    documents.put(name, JSON.valueToTree(node.plain()).toString());
                });
        return documents;
    }

    private @Nullable Object scalar(String path) {
        if (node(path) instanceof YamlTree.Scalar(var value, var _)) {
            return value;
        }
        throw new IllegalArgumentException(path + " is not one value");
    }

    private YamlTree node(String path) {
        YamlTree node = values.get(path);
        if (node == null) {
            throw new IllegalArgumentException("no such key " + path);
        }
        return node;
    }

    /// A YAML map of API keys alone, as in a key file or `LIVEKIT_KEYS`.
    public static Map<String, String> parseKeys(String yaml, String origin) {
        try {
            Map<String, String> keys = scalarsOf("keys", YamlTree.parse(yaml, origin));
            if (!keys.isEmpty()) {
                return keys;
            }
        } catch (ConfigException e) {
            throw new ConfigException(
                    "Could not parse keys, it needs to be exactly, \"key: secret\", including the"
                            + " space ("
                            + origin
                            + ")");
        }
        throw new ConfigException(origin + ": no keys in it");
    }
}
