package io.parley.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A YAML document as nodes that remember their line. Scalars are String, Long, Double or Boolean,
/// as YAML reads them.
sealed interface YamlTree {
    int line();

    record Scalar(@Nullable Object value, int line) implements YamlTree {}

    record Items(List<YamlTree> items, int line) implements YamlTree {}

    record Fields(Map<String, YamlTree> fields, int line) implements YamlTree {}

    /// An empty document has no fields.
    static Fields parse(String yaml, String origin) {
        try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return new Fields(Map.of(), 1);
            }
            if (read(parser, origin) instanceof Fields fields) {
                return fields;
            }
            throw new ConfigException(origin + ": a list of `key: value` lines is expected");
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ConfigException(
                    "%s:%d: not YAML: %s"
                            .formatted(origin, line, firstLine(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new ConfigException(origin + ": " + e.getMessage());
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static YamlTree read(JsonParser parser, String origin) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        return switch (parser.currentToken()) {
            case START_OBJECT -> readFields(parser, origin, line);
            case START_ARRAY -> readItems(parser, origin, line);
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(parser.getBooleanValue(), line);
            case VALUE_NUMBER_INT -> new Scalar(parser.getLongValue(), line);
            case VALUE_NUMBER_FLOAT -> new Scalar(parser.getDoubleValue(), line);
            case VALUE_NULL -> new Scalar(null, line);
            case VALUE_STRING -> new Scalar(parser.getText(), line);
            default -> throw new ConfigException("%s:%d: unexpected YAML".formatted(origin, line));
        };
    }

    private static Fields readFields(JsonParser parser, String origin, int line)
            throws IOException {
        Map<String, YamlTree> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int at = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            if (fields.put(name, atLine(read(parser, origin), at)) != null) {
                throw new ConfigException("%s:%d: %s stands twice".formatted(origin, at, name));
            }
        }
        return new Fields(fields, line);
    }

    /// A value's line is its key's: that is where people look.
    private static YamlTree atLine(YamlTree node, int line) {
        return switch (node) {
            case Scalar(var value, var _) -> new Scalar(value, line);
            case Items(var items, var _) -> new Items(items, line);
            case Fields(var fields, var _) -> new Fields(fields, line);
        };
    }

    private static Items readItems(JsonParser parser, String origin, int line) throws IOException {
        List<YamlTree> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(parser, origin));
        }
        return new Items(items, line);
    }

    /// As plain Java collections.
    default @Nullable Object plain() {
        return switch (this) {
            case Scalar(var value, var _) -> value;
            case Items(var items, var _) -> items.stream().map(YamlTree::plain).toList();
            case Fields(var fields, var _) -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                fields.forEach((name, node) -> plain.put(name, node.plain()));
                yield plain;
            }
        };
    }
}
