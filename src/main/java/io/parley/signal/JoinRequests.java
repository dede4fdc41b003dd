package io.parley.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.WrappedJoinRequest;

/// Decodes the `join_request` parameter: base64url of a wrapper around a perhaps gzipped
/// JoinRequest.
final class JoinRequests {
    static final int MAX_BYTES = 1 << 20;

    private JoinRequests() {}

    static JoinRequest decode(String parameter) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(parameter);
        } catch (IllegalArgumentException _) {
            throw bad("cannot base64 decode wrapped join request");
        }
        WrappedJoinRequest wrapped;
        try {
            wrapped = WrappedJoinRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            throw bad("cannot unmarshal wrapped join request");
        }
        try {
            return JoinRequest.parseFrom(inner(wrapped));
        } catch (InvalidProtocolBufferException _) {
            throw bad("cannot unmarshal join request");
        }
    }

    private static byte[] inner(WrappedJoinRequest wrapped) {
        var raw = wrapped.getJoinRequest();
        byte[] inner =
                wrapped.getCompression() == WrappedJoinRequest.Compression.GZIP
                        ? gunzip(raw)
                        : raw.toByteArray();
        if (inner.length > MAX_BYTES) {
            throw bad("join request too large");
        }
        return inner;
    }

    /// Reads one byte more than allowed at most, so that a bomb costs no more than that.
    private static byte[] gunzip(ByteString raw) {
        try (var stream = new GZIPInputStream(new ByteArrayInputStream(raw.toByteArray()))) {
            return stream.readNBytes(MAX_BYTES + 1);
        } catch (IOException _) {
            throw bad("cannot read decompressed join request");
        }
    }

    private static RefusedException bad(String text) {
        return new RefusedException(400, text);
    }
}
