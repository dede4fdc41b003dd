package io.parley.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;

/// Protobuf JSON as LiveKit's Twirp services write it: proto names, every field present, `null` for
/// unset messages.
final class TwirpJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .alwaysPrintFieldsWithNoPresence()
                    .omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private TwirpJson() {}

    static Message read(String json, Message prototype) throws InvalidProtocolBufferException {
        var builder = prototype.newBuilderForType();
        PARSER.merge(json, builder);
        return builder.build();
    }

    static String write(Message message) {
        try {
            JsonNode tree = JSON.readTree(PRINTER.print(message));
            addNulls(message, tree);
            return tree.toString();
        } catch (InvalidProtocolBufferException | JsonProcessingException e) {
            throw new IllegalStateException("our own message has no JSON", e);
        }
    }

    static String write(TwirpException error) {
        ObjectNode body =
                JSON.createObjectNode().put("code", error.code().word()).put("msg", error.text());
        if (!error.meta().isEmpty()) {
            var meta = body.putObject("meta");
            error.meta().forEach(meta::put);
        }
        return body.toString();
    }

    private static void addNulls(Message message, JsonNode tree) {
        if (!(tree instanceof ObjectNode object)) {
            return;
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
                continue;
            }
            if (field.isRepeated()) {
                addNullsToAll((List<?>) message.getField(field), object.path(field.getName()));
            } else if (message.hasField(field)) {
                addNulls((Message) message.getField(field), object.path(field.getName()));
            } else if (field.getContainingOneof() == null) {
                object.putNull(field.getName());
            }
        }
    }

    private static void addNullsToAll(List<?> messages, JsonNode array) {
        for (int i = 0; i < messages.size(); i++) {
            addNulls((Message) messages.get(i), array.path(i));
        }
    }
}
