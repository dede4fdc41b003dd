package io.parley.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads typed values out of a claims object. A wrong type is refused: a `"canPublish":"false"`
/// that counted as unset would mean true.
record Claims(ObjectNode node) {
    boolean has(String name) {
        return node.hasNonNull(name);
    }

    String text(String name) {
        var value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrongType(name);
        }
        return value.textValue();
    }

    boolean flag(String name, boolean ifUnset) {
        var value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return ifUnset;
        }
        if (!value.isBoolean()) {
            throw wrongType(name);
        }
        return value.booleanValue();
    }

    /// Seconds since 1970, perhaps with a fraction, as milliseconds; 0 if unset.
    long timeMs(String name) {
        var value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isNumber()) {
            throw wrongType(name);
        }
        return Math.round(value.doubleValue() * 1000);
    }

    Claims object(String name) {
        var value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return new Claims(node.objectNode());
        }
        if (value instanceof ObjectNode object) {
            return new Claims(object);
        }
        throw wrongType(name);
    }

    List<String> texts(String name) {
        var value = node.path(name);
        var texts = new ArrayList<String>();
        if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
            throw wrongType(name);
        }
        for (JsonNode item : value) {
            texts.add(text(name, item));
        }
        return List.copyOf(texts);
    }

    Map<String, String> textMap(String name) {
        var map = new LinkedHashMap<String, String>();
        for (var entry : object(name).node().properties()) {
            map.put(entry.getKey(), text(name, entry.getValue()));
        }
        return Map.copyOf(map);
    }

    private static String text(String name, JsonNode item) {
        if (!item.isTextual()) {
            throw wrongType(name);
        }
        return item.textValue();
    }

    private static MalformedTokenException wrongType(String name) {
        return new MalformedTokenException("could not JSON decode claim: " + name);
    }
}
