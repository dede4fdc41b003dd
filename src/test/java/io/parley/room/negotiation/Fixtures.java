package io.parley.room.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.room.negotiation.PublishedTracks.PublishedTrack;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters.TrackTraits;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the tests of this package share.
final class Fixtures {
    static final IceParameters ICE = new IceParameters("local", "localpassword0123456789", false);
    static final IceParameters ICE2 = new IceParameters("newer", "newerpassword0123456789", false);
    static final LocalTransport LOCAL =
            new LocalTransport(
                    ICE,
                    new DtlsFingerprint("sha-256", "AA:BB"),
                    List.of("candidate:1 1 udp 2130706431 10.0.0.1 7882 typ host"));
    static final List<EnabledCodec> CODECS =
            Stream.of(
                            "audio/PCMU",
                            "audio/PCMA",
                            "audio/opus",
                            "audio/red",
                            "video/VP8",
                            "video/H264",
                            "video/VP9",
                            "video/AV1",
                            "video/H265",
                            "video/rtx")
                    .map(EnabledCodec::of)
                    .toList();

    private Fixtures() {}

    static NegotiationSettings settings(boolean single) {
        return settings(single, ClientQuirks.NONE);
    }

    static NegotiationSettings settings(boolean single, ClientQuirks quirks) {
        return new NegotiationSettings(CODECS, CODECS, quirks, single, false, false, 4711);
    }

    static SendRequest send(long id, MediaKind kind) {
        return send(id, kind, kind == MediaKind.AUDIO ? "audio/opus" : "video/VP8");
    }

    static SendRequest send(long id, MediaKind kind, String mimeType) {
        String sid = "TR_" + id;
        return new SendRequest(
                new SendId(id),
                new SourceId(id),
                kind,
                sid,
                "PA_x|" + sid,
                mimeType,
                "",
                (int) id * 10,
                (int) id * 10 + 1,
                false,
                false,
                SendTraits.NONE);
    }

    static PublishedTrack track(long source, String mimeType) {
        return new PublishedTrack(
                new SourceId(source),
                mimeType,
                new TrackTraits(false, false, false, false),
                false,
                true,
                false);
    }

    static MediaSection section(String sdp, String mid) {
        for (MediaSection section : SessionDescription.parse(sdp).sections()) {
            if (section.mid().equals(mid)) {
                return section;
            }
        }
        throw new AssertionError("no section " + mid + " in\n" + sdp);
    }

    static AppliedOffer accepted(OfferOutcome outcome) {
        assertThat(outcome).isInstanceOf(OfferOutcome.Accepted.class);
        return ((OfferOutcome.Accepted) outcome).offer();
    }

    /// Tracks by client track id.
    static final class Tracks implements PublishedTracks {
        private final Map<String, PublishedTrack> byCid = new HashMap<>();

        Tracks with(String cid, PublishedTrack track) {
            byCid.put(cid, track);
            return this;
        }

        @Override
        public Optional<PublishedTrack> match(SendingSection section) {
            return Optional.ofNullable(byCid.get(section.cid()));
        }
    }
}
