package io.parley.room.negotiation;

import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.sdp.MalformedSdpException;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server offers: the SUBSCRIBER connection of a dual client. Always `setup:active`, so that
/// another node can take the connection over. Owned by its room's context.
///
/// | state | createOffer | createRestartOffer | onAnswer |
/// |---|---|---|---|
/// | NONE | offer → OFFERED | offer → OFFERED | stale |
/// | OFFERED | none → RETRY | first offer again → RETRY, later ones anew → OFFERED | → NONE |
/// | RETRY | none | as OFFERED | → NONE, offer again |
public final class OfferingConnection {
    private static final String DATA_MID = "0";

    private final NegotiationSettings settings; // given

    private final SendNegotiation sending; // owned
    private final List<OfferedSection> sections = new ArrayList<>();

    private LocalTransport local; // state
    private State state = State.NONE;
    private int nextOfferId;
    private long version;
    private @Nullable Offer lastOffer;
    private @Nullable IceParameters pendingRestart;
    private @Nullable IceParameters remoteIce;

    public OfferingConnection(
            NegotiationSettings settings, LocalTransport local, int firstOfferId) {
        this.settings = settings;
        this.local = local;
        this.nextOfferId = firstOfferId;
        this.sending = new SendNegotiation(settings);
    }

    /// Goes on where another node left off. Numbers are taken further than it told, for its last
    /// words may not have been stored.
    public static OfferingConnection resumed(
            NegotiationSettings settings, LocalTransport local, OfferingSnapshot before) {
        var connection =
                new OfferingConnection(
                        settings, local, before.nextOfferId() + OfferingSnapshot.MARGIN);
        connection.version = before.version() + OfferingSnapshot.MARGIN;
        for (var known : before.sections()) {
            connection.sections.add(
                    OfferedSection.resumed(
                            known.mid(), known.kind(), connection.sending, known.carried()));
        }
        return connection;
    }

    /// The track that this section carried before; a new section if it is not there.
    public void resumeSend(String mid, SendRequest request) {
        for (OfferedSection section : sections) {
            if (section.mid().equals(mid) && section.resume(request)) {
                return;
            }
        }
        addSend(request);
    }

    /// The last of our offers that the client has taken, from another node: sections that nobody
    /// has stored are known from here on. False if it is of another connection.
    public boolean learn(String sdp) {
        List<MediaSection> known;
        try {
            known = RemoteReader.parse(sdp).sections();
        } catch (MalformedSdpException _) {
            return false;
        }
        List<SendRequest> unoffered =
                sections.stream()
                        .filter(each -> !each.wasOffered())
                        .flatMap(each -> Optional.ofNullable(each.send()).stream())
                        .toList();
        sections.removeIf(each -> !each.wasOffered());
        boolean same = learn(known);
        unoffered.forEach(this::addSend);
        return same;
    }

    private boolean learn(List<MediaSection> known) {
        for (int i = 1; i < known.size(); i++) {
            MediaSection media = known.get(i);
            MediaKind kind = RemoteReader.kind(media);
            if (kind == null) {
                return false;
            }
            if (i > sections.size()) {
                sections.add(OfferedSection.resumed(media.mid(), kind, sending, true));
            } else if (!sections.get(i - 1).isAlso(media.mid(), kind)) {
                return false;
            }
        }
        return true;
    }

    public OfferingSnapshot snapshot() {
        return new OfferingSnapshot(
                settings.sessionId(),
                version,
                nextOfferId,
                sections.stream()
                        .filter(OfferedSection::wasOffered)
                        .map(each ->
                                new OfferingSnapshot.Section(
                                        each.mid(), each.kind(), each.hasCarried()))
                        .toList());
    }

    /// The section that carries a track, as far as it was offered.
    public Optional<String> midOf(SendId id) {
        return sections.stream()
                .filter(each -> each.wasOffered() && each.carries(id))
                .map(OfferedSection::mid)
                .findFirst();
    }

    private enum State {
        NONE,
        OFFERED,
        RETRY
    }

    /// A subscribed track wants a section: an idle one, else a new one.
    public void addSend(SendRequest request) {
        for (OfferedSection section : sections) {
            if (section.isFreeFor(request, settings.quirks().transceiverReuse())) {
                section.assign(request);
                return;
            }
        }
        String mid = Integer.toString(sections.size() + 1);
        OfferedSection section = new OfferedSection(mid, request.kind(), sending);
        section.assign(request);
        sections.add(section);
    }

    /// The track is no longer wanted; its section becomes inactive with the next offer.
    public void removeSend(SendId id) {
        for (OfferedSection section : sections) {
            SendRequest carried = section.send();
            if (carried != null && carried.id().equals(id)) {
                section.release();
            }
        }
        // What no offer has had needs no section.
        sections.removeIf(each -> !each.wasOffered() && each.send() == null && isLast(each));
    }

    private boolean isLast(OfferedSection section) {
        return sections.getLast() == section;
    }

    /// Other candidates from now on, for example TCP ones only.
    public void useCandidates(List<String> candidates) {
        local = new LocalTransport(local.ice(), local.fingerprint(), candidates);
    }

    /// Whether something changed since the last offer, or none was made yet.
    public boolean needsOffer() {
        return lastOffer == null
                || pendingRestart != null
                || sections.stream().anyMatch(OfferedSection::needsOffer);
    }

    /// Whether an offer waits for its answer.
    public boolean isOfferInFlight() {
        return state != State.NONE;
    }

    /// Empty while an offer is in flight: its answer will say `offerAgain`.
    public Optional<Offer> createOffer() {
        if (isOfferInFlight()) {
            state = State.RETRY;
            return Optional.empty();
        }
        return Optional.of(offer());
    }

    /// Offers with new credentials. If the very first offer is still unanswered that one is sent
    /// again instead, and the restart follows with the next offer.
    public Offer createRestartOffer(IceParameters restarted) {
        pendingRestart = restarted;
        Offer unanswered = lastOffer;
        if (isOfferInFlight() && remoteIce == null && unanswered != null) {
            state = State.RETRY;
            return unanswered;
        }
        return offer();
    }

    private Offer offer() {
        IceParameters restarted = pendingRestart;
        if (restarted != null) {
            local = local.withIce(restarted);
            pendingRestart = null;
        }
        DescriptionWriter writer = new DescriptionWriter(local, DtlsRole.CLIENT);
        writer.data(DATA_MID, DescriptionWriter.DATA_PROTOCOL);
        Map<String, String> midToTrackId = new LinkedHashMap<>();
        for (OfferedSection section : sections) {
            section.offer(writer);
            SendRequest carried = section.send();
            if (carried != null) {
                midToTrackId.put(section.mid(), carried.trackSid());
            }
        }
        version++;
        String sdp = writer.finish(settings.sessionId(), version, true);
        Offer offer = new Offer(sdp, nextOfferId, midToTrackId, local.ice(), restarted != null);
        nextOfferId++;
        lastOffer = offer;
        state = State.OFFERED;
        return offer;
    }

    /// The id is 0 from clients that do not count.
    public AnswerOutcome onAnswer(String sdp, int id) {
        Offer answered = lastOffer;
        if (!isOfferInFlight() || answered == null || (id != 0 && id != answered.id())) {
            return new AnswerOutcome.Stale(id);
        }
        SessionDescription answer;
        RemoteTransport transport;
        try {
            answer = RemoteReader.parse(sdp);
            requireSameSections(answer);
            transport = RemoteReader.transport(answer, DtlsRole.CLIENT, remoteIce);
        } catch (MalformedSdpException e) {
            return new AnswerOutcome.Malformed(String.valueOf(e.getMessage()));
        }
        remoteIce = transport.ice();
        List<RtpSendParameters> sends = new ArrayList<>();
        List<SendId> unsupported = new ArrayList<>();
        for (int i = 1; i < answer.sections().size(); i++) {
            switch (sections.get(i - 1).onAnswer(answer.sections().get(i))) {
                case OfferedSection.Settled.Sent(var parameters) -> sends.add(parameters);
                case OfferedSection.Settled.Unsupported(var request) ->
                        unsupported.add(request.id());
                case OfferedSection.Settled.Unchanged() -> {}
            }
        }
        boolean again = state == State.RETRY || needsOffer();
        state = State.NONE;
        return new AnswerOutcome.Accepted(transport, sends, unsupported, again);
    }

    /// RFC 3264 §6: an answer has the sections of its offer, in that order.
    private void requireSameSections(SessionDescription answer) {
        long offered = 1 + sections.stream().filter(OfferedSection::wasOffered).count();
        if (answer.sections().size() != offered) {
            throw new MalformedSdpException(0, "the answer has other sections than the offer");
        }
        for (int i = 1; i < answer.sections().size(); i++) {
            String mid = answer.sections().get(i).mid();
            if (!mid.isEmpty() && !mid.equals(sections.get(i - 1).mid())) {
                throw new MalformedSdpException(0, "the answer has other mids than the offer");
            }
        }
    }
}
