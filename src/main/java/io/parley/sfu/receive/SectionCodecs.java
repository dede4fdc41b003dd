package io.parley.sfu.receive;

import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.ortc.CodecParameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A section's payload types as a table. Owned by its Source.
final class SectionCodecs {
    private static final int PAYLOAD_TYPES = 128;

    private final @Nullable CodecParameters[] primary = new CodecParameters[PAYLOAD_TYPES];
    private final @Nullable CodecParameters[] repaired = new CodecParameters[PAYLOAD_TYPES];
    private final Codec[] codecs = new Codec[PAYLOAD_TYPES];

    SectionCodecs(List<CodecParameters> negotiated) {
        for (CodecParameters each : negotiated) {
            int type = each.payloadType() & 0x7F;
            if (primary[type] == null) {
                primary[type] = each;
                codecs[type] = Codec.ofMime(each.mimeType());
            }
            if (each.rtxPayloadType() != CodecParameters.NO_RTX) {
                repaired[each.rtxPayloadType() & 0x7F] = each;
            }
        }
    }

    @Nullable CodecParameters ofPayloadType(int payloadType) {
        return primary[payloadType];
    }

    /// What retransmissions of that payload type repeat.
    @Nullable CodecParameters ofRtxPayloadType(int payloadType) {
        return repaired[payloadType];
    }

    /// Meaningful for payload types that are known.
    Codec codecOf(int payloadType) {
        Codec codec = codecs[payloadType];
        return codec == null ? Codec.UNKNOWN : codec;
    }
}
