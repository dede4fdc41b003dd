package io.parley.room.negotiation;

import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.sdp.ExtMap;
import java.util.ArrayList;
import java.util.List;

/// Which RTP header extensions are negotiated, and their ids (RFC 8285 §5).
final class ExtensionTable {
    /// Negotiated for publishers, never read.
    private static final String FRAME_MARKING = "urn:ietf:params:rtp-hdrext:framemarking";

    private static final int MAX_ONE_BYTE_ID = 14;
    private static final int MAX_TWO_BYTE_ID = 255;

    private ExtensionTable() {}

    static List<String> received(MediaKind kind, NegotiationSettings settings) {
        List<String> uris = new ArrayList<>();
        uris.add(Extension.MID.uri());
        uris.add(Extension.RID.uri());
        if (kind == MediaKind.AUDIO) {
            uris.add(Extension.AUDIO_LEVEL.uri());
        } else {
            uris.add(Extension.REPAIRED_RID.uri());
            uris.add(Extension.TRANSPORT_CC.uri());
            uris.add(FRAME_MARKING);
            uris.add(Extension.DEPENDENCY_DESCRIPTOR.uri());
        }
        if (kind == MediaKind.VIDEO && settings.singleConnection()) {
            uris.add(Extension.ABS_SEND_TIME.uri());
        }
        uris.add(Extension.ABS_CAPTURE_TIME.uri());
        return uris;
    }

    /// What forwarders write, in the order in which our offers number them from 1.
    static List<String> sent(MediaKind kind, NegotiationSettings settings) {
        if (kind == MediaKind.AUDIO) {
            return List.of(Extension.ABS_CAPTURE_TIME.uri());
        }
        List<String> uris = new ArrayList<>();
        uris.add(Extension.DEPENDENCY_DESCRIPTOR.uri());
        uris.add(Extension.ABS_CAPTURE_TIME.uri());
        uris.add(
                settings.sendSideBwe()
                        ? Extension.TRANSPORT_CC.uri()
                        : Extension.ABS_SEND_TIME.uri());
        if (settings.playoutDelay()) {
            uris.add(Extension.PLAYOUT_DELAY.uri());
        }
        return uris;
    }

    /// What the answers of a client's connection name, whichever way a section goes.
    static List<String> answered(MediaKind kind, NegotiationSettings settings) {
        List<String> uris = received(kind, settings);
        for (String uri : sent(kind, settings)) {
            if (!uris.contains(uri)) {
                uris.add(uri);
            }
        }
        return uris;
    }

    /// Ids are those of the video list for both kinds: in a bundle an id means one thing (RFC 8843
    /// §7.1).
    static List<ExtMap> offered(MediaKind kind, NegotiationSettings settings) {
        List<String> numbered = sent(MediaKind.VIDEO, settings);
        List<ExtMap> offered = new ArrayList<>();
        for (String uri : sent(kind, settings)) {
            offered.add(new ExtMap(numbered.indexOf(uri) + 1, uri));
        }
        return offered;
    }

    /// The offered ids of the extensions that we take too, in the order offered.
    static List<ExtMap> answer(List<ExtMap> offered, List<String> taken) {
        List<ExtMap> answer = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (ExtMap extension : offered) {
            boolean usable = extension.id() >= 1 && extension.id() <= MAX_TWO_BYTE_ID;
            if (usable && taken.contains(extension.uri()) && !seen.contains(extension.uri())) {
                seen.add(extension.uri());
                answer.add(extension);
            }
        }
        return answer;
    }

    /// Forwarders write one-byte headers only.
    static List<ExtMap> writable(List<ExtMap> extensions) {
        return extensions.stream().filter(each -> each.id() <= MAX_ONE_BYTE_ID).toList();
    }

    static HeaderExtensionIds ids(List<ExtMap> extensions) {
        HeaderExtensionIds ids = HeaderExtensionIds.NONE;
        for (ExtMap extension : extensions) {
            for (Extension known : Extension.values()) {
                if (known.uri().equals(extension.uri())) {
                    ids = ids.with(known, extension.id());
                }
            }
        }
        return ids;
    }
}
