package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.MediaSection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One media section of our own offers. It lives as long as the connection; its track comes and
/// goes. Owned by its [OfferingConnection].
final class OfferedSection {
    private final String mid; // given
    private final MediaKind kind;
    private final SendNegotiation sending;

    private @Nullable SendRequest send; // state
    private @Nullable SendRequest offered;
    private boolean everOffered;
    private boolean carried;
    private @Nullable RtpSendParameters negotiated;

    OfferedSection(String mid, MediaKind kind, SendNegotiation sending) {
        this.mid = mid;
        this.kind = kind;
        this.sending = sending;
    }

    /// A section that another node has offered.
    static OfferedSection resumed(
            String mid, MediaKind kind, SendNegotiation sending, boolean carried) {
        var section = new OfferedSection(mid, kind, sending);
        section.everOffered = true;
        section.carried = carried;
        return section;
    }

    /// False if the track cannot have been here.
    boolean resume(SendRequest request) {
        boolean fits = kind == request.kind() && send == null;
        send = fits ? request : send;
        return fits;
    }

    /// What an answer says of the section: nothing, a track to send, or that it cannot be sent.
    sealed interface Settled {
        record Unchanged() implements Settled {}

        record Sent(RtpSendParameters parameters) implements Settled {}

        record Unsupported(SendRequest request) implements Settled {}
    }

    void assign(SendRequest request) {
        send = request;
    }

    void release() {
        send = null;
    }

    void offer(DescriptionWriter writer) {
        offered = send;
        everOffered = true;
        carried |= send != null;
        writer.media(
                new DescriptionWriter.Media(
                        mid,
                        kind,
                        DescriptionWriter.MEDIA_PROTOCOL,
                        sending.offer(kind, send),
                        List.of(),
                        send,
                        Direction.of(send != null, false)));
    }

    Settled onAnswer(MediaSection answer) {
        SendRequest request = offered;
        if (request == null || !request.equals(send)) {
            negotiated = null;
            return new Settled.Unchanged();
        }
        boolean taken = !answer.isRejected() && answer.direction().receives();
        RtpSendParameters settled =
                taken
                        ? sending.parameters(request, mid, sending.match(answer, kind, request))
                        : null;
        RtpSendParameters before = negotiated;
        negotiated = settled;
        if (settled == null) {
            return new Settled.Unsupported(request);
        }
        return settled.equals(before) ? new Settled.Unchanged() : new Settled.Sent(settled);
    }

    String mid() {
        return mid;
    }

    MediaKind kind() {
        return kind;
    }

    boolean isAlso(String otherMid, MediaKind otherKind) {
        return mid.equals(otherMid) && kind == otherKind;
    }

    boolean hasCarried() {
        return carried;
    }

    boolean carries(SendId id) {
        return send != null && send.id().equals(id);
    }

    @Nullable SendRequest send() {
        return send;
    }

    /// Whether an offer had it: only those are in its answer.
    boolean wasOffered() {
        return everOffered;
    }

    boolean needsOffer() {
        return !everOffered || (send == null ? offered != null : !send.equals(offered));
    }

    /// A track that left has to be offered as inactive before another takes its place.
    boolean isFreeFor(SendRequest request, boolean reuse) {
        boolean fresh = !carried || (reuse && !request.syncStreamed());
        return kind == request.kind() && send == null && offered == null && fresh;
    }
}
