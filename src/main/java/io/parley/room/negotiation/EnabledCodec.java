package io.parley.room.negotiation;

/// A codec that the room allows, such as `video/VP8`. With an empty `fmtp` the usual profiles of
/// that codec are allowed, otherwise only the one with exactly that format parameter line.
public record EnabledCodec(String mimeType, String fmtp) {
    public static EnabledCodec of(String mimeType) {
        return new EnabledCodec(mimeType, "");
    }
}
