package io.parley.room.negotiation;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.sdp.ExtMap;
import java.util.List;

/// The negotiated middle of a section, in the order in which it is written.
record SectionCodecs(List<CodecParameters> codecs, List<ExtMap> extensions) {
    static final SectionCodecs NONE = new SectionCodecs(List.of(), List.of());

    SectionCodecs {
        codecs = List.copyOf(codecs);
        extensions = List.copyOf(extensions);
    }

    boolean isEmpty() {
        return codecs.isEmpty();
    }

    HeaderExtensionIds extensionIds() {
        return ExtensionTable.ids(extensions);
    }
}
