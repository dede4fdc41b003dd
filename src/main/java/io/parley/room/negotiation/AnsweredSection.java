package io.parley.room.negotiation;

import io.parley.room.negotiation.PublishedTracks.PublishedTrack;
import io.parley.room.negotiation.PublishedTracks.SendingSection;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.Msid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One section of a client's offers, known by its mid, with the published or the subscribed track
/// that it carries. Owned by its [AnsweringConnection].
final class AnsweredSection {
    private final @Nullable MediaKind kind; // given
    private final ReceiveNegotiation receiving;
    private final SendNegotiation sending;

    private MediaSection offered; // state
    private SectionCodecs codecs = SectionCodecs.NONE;
    private Msid msid = Msid.NONE;
    private boolean received;
    private @Nullable PublishedTrack track;
    private @Nullable PublishedSection published;
    private boolean unpublished;
    private @Nullable SendRequest send;
    private @Nullable RtpSendParameters negotiated;
    private boolean answeredSending;
    private boolean carried;

    AnsweredSection(MediaSection offered, ReceiveNegotiation receiving, SendNegotiation sending) {
        this.kind = RemoteReader.kind(offered);
        this.offered = offered;
        this.receiving = receiving;
        this.sending = sending;
    }

    // Inputs

    /// Says whether a published track ended with it.
    boolean onOffer(MediaSection section) {
        offered = section;
        boolean sends = kind != null && !section.isRejected() && section.direction().sends();
        Msid before = msid;
        msid = RemoteReader.msid(section);
        boolean sameTrack = sends && received && before.trackId().equals(msid.trackId());
        boolean ended = !sameTrack && endTrack();
        received = sends;
        negotiate();
        if (received && codecs.isEmpty()) {
            received = false;
            ended |= endTrack();
        }
        return ended;
    }

    /// The section is gone from the client's offer. Says whether a published track ended with it.
    boolean close() {
        received = false;
        return endTrack();
    }

    /// Looks for its track if it has none. An answer that is written already stays as it is.
    void match(PublishedTracks tracks, boolean beforeAnswer) {
        if (!isUnmatched() || kind == null) {
            return;
        }
        SendingSection question = new SendingSection(mid(), kind, msid.streamId(), msid.trackId());
        track = tracks.match(question).orElse(null);
        if (track != null && beforeAnswer) {
            negotiate();
        }
    }

    /// The published section, if it is new or changed.
    @Nullable PublishedSection nextPublished() {
        if (track == null || kind == null) {
            return null;
        }
        PublishedSection next =
                new PublishedSection(
                        msid.streamId(),
                        msid.trackId(),
                        codecs.codecs().get(0).mimeType(),
                        new RtpReceiveParameters(
                                mid(),
                                kind,
                                track.source(),
                                codecs.codecs(),
                                codecs.extensionIds(),
                                EncodingReader.read(offered),
                                track.traits()));
        if (next.equals(published)) {
            return null;
        }
        published = next;
        return next;
    }

    void unpublish() {
        endTrack();
        unpublished = received;
    }

    void assign(SendRequest request) {
        send = request;
    }

    /// Takes the subscribed track off the section.
    @Nullable SendRequest release() {
        SendRequest released = send;
        send = null;
        negotiated = null;
        return released;
    }

    /// Settles what is sent on the section, as the answer now being written says. Returns null if
    /// there is nothing or nothing that the client can take.
    @Nullable RtpSendParameters settle() {
        SendRequest request = send;
        negotiated =
                request == null || kind == null
                        ? null
                        : sending.parameters(request, mid(), sentCodecs(kind, request));
        answeredSending = negotiated != null;
        carried |= answeredSending;
        return negotiated;
    }

    // Queries

    String mid() {
        return offered.mid();
    }

    @Nullable SendRequest send() {
        return send;
    }

    @Nullable RtpSendParameters negotiated() {
        return negotiated;
    }

    boolean isKind(MediaKind other) {
        return kind == other;
    }

    boolean isKindOf(MediaSection section) {
        return kind == RemoteReader.kind(section);
    }

    boolean isUnmatched() {
        return received && track == null && !unpublished;
    }

    /// The client would receive on it.
    boolean isSendable() {
        return clientReceives() && !codecs.isEmpty();
    }

    /// The client would receive on it, but none of our codecs.
    boolean isIncompatible() {
        return clientReceives() && codecs.isEmpty();
    }

    private boolean clientReceives() {
        return kind != null && !offered.isRejected() && offered.direction().receives();
    }

    /// A track that left has to be answered as inactive before another takes its place.
    boolean isFreeFor(SendRequest request, boolean reuse) {
        boolean fresh = !carried || (reuse && !request.syncStreamed());
        return kind == request.kind() && isSendable() && send == null && !answeredSending && fresh;
    }

    /// Its track left and the client does not know yet.
    boolean isDraining() {
        return answeredSending && send == null;
    }

    void write(DescriptionWriter writer) {
        if (RemoteReader.isData(offered) && !offered.isRejected()) {
            writer.data(mid(), offered.protocol());
        } else if (kind == null || offered.isRejected() || codecs.isEmpty()) {
            writer.rejected(offered);
        } else {
            writer.media(media(kind));
        }
    }

    private DescriptionWriter.Media media(MediaKind ofKind) {
        SendRequest sent = negotiated == null ? null : send;
        return new DescriptionWriter.Media(
                mid(),
                ofKind,
                offered.protocol(),
                announced(ofKind, sent),
                received ? EncodingReader.rids(offered) : List.of(),
                sent,
                Direction.of(sent != null, received));
    }

    private SectionCodecs announced(MediaKind ofKind, @Nullable SendRequest sent) {
        return received
                ? codecs
                : sending.announced(
                        sent == null ? codecs : sentCodecs(ofKind, sent), offered, ofKind);
    }

    private SectionCodecs sentCodecs(MediaKind ofKind, SendRequest request) {
        return received
                ? sending.sharedWith(codecs, ofKind)
                : sending.match(offered, ofKind, request);
    }

    private void negotiate() {
        if (kind == null || offered.isRejected()) {
            codecs = SectionCodecs.NONE;
        } else if (offered.direction() == Direction.RECVONLY) {
            codecs = sending.match(offered, kind, send);
        } else {
            codecs = receiving.negotiate(offered, kind, track);
            // Port 0 would end an idle section for good.
            boolean idle = codecs.isEmpty() && !offered.direction().sends();
            codecs = idle ? sending.match(offered, kind, send) : codecs;
        }
    }

    private boolean endTrack() {
        boolean ended = published != null;
        track = null;
        published = null;
        unpublished = false;
        return ended;
    }
}
