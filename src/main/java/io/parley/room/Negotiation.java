package io.parley.room;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerState;
import io.parley.room.negotiation.Answer;
import io.parley.room.negotiation.AnswerOutcome;
import io.parley.room.negotiation.AnsweringConnection;
import io.parley.room.negotiation.AppliedOffer;
import io.parley.room.negotiation.ClientQuirks;
import io.parley.room.negotiation.EnabledCodec;
import io.parley.room.negotiation.MediaSectionsNeeded;
import io.parley.room.negotiation.NegotiationSettings;
import io.parley.room.negotiation.Offer;
import io.parley.room.negotiation.OfferOutcome;
import io.parley.room.negotiation.OfferingConnection;
import io.parley.room.negotiation.PublishedSection;
import io.parley.room.negotiation.SendRequest;
import io.parley.store.state.AnsweringState;
import io.parley.store.state.ParticipantState;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import java.time.Duration;
import java.util.List;
import livekit.LivekitRtc.MediaSectionsRequirement;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrickleRequest;
import org.jspecify.annotations.Nullable;

/// One participant's peer connections: who offers, when, and what the media side is told of it
/// (signal.md §4.2, §4.3, §4.17). Dual: the client offers PUBLISHER, we offer SUBSCRIBER. Single:
/// the client offers everything, we ask it to. Owned by its participant.
final class Negotiation {
    static final long QUICK_NS = Duration.ofMillis(10).toNanos();
    static final long CALM_NS = Duration.ofMillis(150).toNanos();
    static final long ANSWER_NS = Duration.ofSeconds(15).toNanos();
    private static final int FIRST_IDS = 256;

    private final Room room;
    private final Participant participant;
    private final boolean single;
    private final ParticipantState before;
    private final Arrival arrival;
    private final long answeringId;
    private final boolean subscriberPrimary;
    private final Transport publisher;
    private final Transport subscriber;
    private final AnsweringConnection answering;
    private final OfferingConnection offering;
    private long negotiatedNs = -CALM_NS;
    private Timers.@Nullable Timer debounce;
    private Timers.@Nullable Timer answerDue;
    private boolean restartWanted;
    private boolean closed;
    private boolean saidGoodbye;

    /// @param before what another node knew of the participant, empty if there was none
    Negotiation(Room room, Participant participant, ParticipantState before) {
        this.room = room;
        this.participant = participant;
        this.single = participant.init().session().getUseSinglePeerConnection();
        this.before = before;
        this.arrival = new Arrival(room, participant, before);
        this.subscriberPrimary =
                arrival.isExpected() ? before.getSubscriberPrimary() : !single && mayBe();
        this.publisher = Transport.publisher(room, participant, before);
        this.subscriber = single ? publisher : Transport.subscriber(room, participant, before);
        this.answeringId = before.hasAnswering() ? before.getAnswering().getSessionId() : freshId();
        this.answering = new AnsweringConnection(settings(answeringId), publisher.local());
        if (before.hasAnswering()) {
            answering.resume(before.getAnswering().getVersion());
        }
        this.offering = offering();
    }

    private boolean mayBe() {
        return participant.traits().takesSubscriberPrimary()
                && participant.permission().getCanSubscribe();
    }

    private OfferingConnection offering() {
        if (before.hasOffering()) {
            var snapshot = NegotiationStates.snapshot(before.getOffering());
            return OfferingConnection.resumed(
                    settings(snapshot.sessionId()), subscriber.local(), snapshot);
        }
        int firstId = 1 + room.sids().random().nextInt(FIRST_IDS);
        return new OfferingConnection(settings(freshId()), subscriber.local(), firstId);
    }

    private long freshId() {
        return room.sids().random().nextLong() >>> 1;
    }

    private NegotiationSettings settings(long sessionId) {
        var info = participant.traits().info();
        var codecs =
                room.record().enabledCodecs().stream()
                        .map(codec -> new EnabledCodec(codec.getMime(), codec.getFmtpLine()))
                        .toList();
        return new NegotiationSettings(
                participant.clientConfiguration().publishable(codecs),
                participant.clientConfiguration().subscribable(codecs),
                ClientQuirks.of(info.getBrowser(), info.getOs(), info.getProtocol()),
                single,
                false,
                room.record().hasPlayoutDelay()
                        && participant.traits().takesPlayoutDelay(room.record().syncStreams()),
                sessionId);
    }

    boolean isSubscriberPrimary() {
        return subscriberPrimary;
    }

    boolean isSingle() {
        return single;
    }

    Transport primary() {
        return subscriberPrimary ? subscriber : publisher;
    }

    /// Right after JoinResponse: the subscriber connection with the server's data channels.
    void openSubscriber() {
        if (single || subscriber.isOpen()) {
            return;
        }
        subscriber.open(true, this::onSubscriberEvent);
        if (subscriberPrimary && !before.hasOffering()) {
            openChannel(DataRouter.RELIABLE, true, -1);
            openChannel(DataRouter.LOSSY, false, 0);
            if (room.settings().switches().enableDataTracks()) {
                openChannel(DataRouter.DATA_TRACK, false, 0);
            }
        }
    }

    private void openChannel(String label, boolean ordered, int maxRetransmits) {
        subscriber.execute(new PeerCommand.OpenDataChannel(label, ordered, maxRetransmits));
    }

    void onOffer(long nowNs, SessionDescription offer) {
        if (!publisher.isOpen()) {
            publisher.open(false, this::onPublisherEvent);
        }
        switch (answering.onOffer(offer.getSdp(), participant.tracks())) {
            case OfferOutcome.Malformed _ -> room.endings().fullReconnect(nowNs, participant);
            case OfferOutcome.Accepted accepted -> answer(nowNs, offer.getId(), accepted.offer());
        }
    }

    private void answer(long nowNs, int id, AppliedOffer offer) {
        if (offer.remote().iceRestart()) {
            var local = publisher.freshIce();
            answering.restartIce(local);
            publisher.restartIce(local);
        }
        for (String mid : offer.endedMids()) {
            publisher.execute(new PeerCommand.StopReceive(mid));
            participant.tracks().onSectionEnded(nowNs, mid);
        }
        offer.published().forEach(this::receive);
        var answer = answering.createAnswer();
        sendAnswer(id, answer);
        publisher.onRemote(offer.remote());
        publisher.trickle(answer.sdp(), participant.traits().takesTcp());
        apply(nowNs, answer.sends(), answer.unsupported());
        offer.published().forEach(section -> participant.tracks().onSection(nowNs, section));
        participant.tracks().onAnswerSent(nowNs);
        room.unsaved().onChanged(participant);
        if (single) {
            negotiatedNs = nowNs;
            if (answering.needsOffer()) {
                negotiate(nowNs);
            }
        }
    }

    private void receive(PublishedSection section) {
        var known = participant.tracks().withKnownSsrcs(section.parameters());
        publisher.execute(new PeerCommand.Receive(known));
    }

    private void sendAnswer(int id, Answer answer) {
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setAnswer(
                                        SessionDescription.newBuilder()
                                                .setType("answer")
                                                .setSdp(answer.sdp())
                                                .setId(id)
                                                .putAllMidToTrackId(answer.midToTrackId())));
    }

    private void apply(long nowNs, List<RtpSendParameters> sends, List<SendId> unsupported) {
        for (var send : sends) {
            participant.subscriptions().onNegotiated(nowNs, send.id());
            var wish = participant.subscriptions().wishOf(send.id());
            toSender(new PeerCommand.Send(send, wish));
        }
        unsupported.forEach(id -> participant.subscriptions().onUnsupported(nowNs, id));
    }

    /// A late AddTrackRequest may have a section already.
    void retryPending(long nowNs) {
        for (var section : answering.retryPending(participant.tracks())) {
            receive(section);
            participant.tracks().onSection(nowNs, section);
        }
    }

    void unpublish(String mid) {
        answering.unpublish(mid);
        publisher.execute(new PeerCommand.StopReceive(mid));
    }

    void onAnswer(long nowNs, SessionDescription answer) {
        if (single) {
            return;
        }
        switch (offering.onAnswer(answer.getSdp(), answer.getId())) {
            case AnswerOutcome.Malformed _ -> room.endings().fullReconnect(nowNs, participant);
            case AnswerOutcome.Stale _ -> {
                // The newer offer is still to be answered.
            }
            case AnswerOutcome.Accepted accepted -> onAccepted(nowNs, accepted);
        }
    }

    private void onAccepted(long nowNs, AnswerOutcome.Accepted accepted) {
        cancelAnswerDue();
        subscriber.onRemote(accepted.remote());
        apply(nowNs, accepted.sends(), accepted.unsupported());
        if (restartWanted) {
            restartIce(nowNs);
        } else if (accepted.offerAgain()) {
            offer(nowNs);
        }
    }

    void onTrickle(TrickleRequest request) {
        boolean toSubscriber = !single && request.getTarget() == SignalTarget.SUBSCRIBER;
        var transport = toSubscriber ? subscriber : publisher;
        transport.onCandidate(Trickle.parse(request.getCandidateInit()));
    }

    void addSend(long nowNs, SendRequest request) {
        if (single) {
            answering.addSend(request);
        } else {
            openSubscriber();
            offering.addSend(request);
        }
        negotiate(nowNs);
    }

    void removeSend(long nowNs, SendId id) {
        if (closed) {
            return;
        }
        toSender(new PeerCommand.StopSend(id));
        if (single) {
            answering.removeSend(id);
        } else {
            offering.removeSend(id);
        }
        negotiate(nowNs);
    }

    /// Soon, so that changes which come together make one round: 10 ms after a calm time, else 150
    /// ms.
    void negotiate(long nowNs) {
        if (closed || debounce != null) {
            return;
        }
        long waitNs = nowNs - negotiatedNs > CALM_NS ? QUICK_NS : CALM_NS;
        debounce =
                room.timers()
                        .start(
                                nowNs + waitNs,
                                participant.sid(),
                                "negotiation",
                                this::negotiateNow);
    }

    /// Without waiting: the first offer after JoinResponse.
    void negotiateNow(long nowNs) {
        if (debounce != null) {
            debounce.cancel();
            debounce = null;
        }
        negotiatedNs = nowNs;
        if (single) {
            requireSections();
        } else {
            offer(nowNs);
        }
    }

    private void requireSections() {
        if (!publisher.isOpen() || !answering.needsOffer()) {
            return;
        }
        MediaSectionsNeeded needed = answering.requireSections();
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setMediaSectionsRequirement(
                                        MediaSectionsRequirement.newBuilder()
                                                .setNumAudios(needed.audios())
                                                .setNumVideos(needed.videos())));
    }

    private void offer(long nowNs) {
        if (subscriber.isOpen() && offering.needsOffer()) {
            offering.createOffer().ifPresent(offer -> sendOffer(nowNs, offer));
        }
    }

    private void sendOffer(long nowNs, Offer offer) {
        if (offer.iceRestart()) {
            subscriber.restartIce(offer.localIce());
        }
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setOffer(
                                        SessionDescription.newBuilder()
                                                .setType("offer")
                                                .setSdp(offer.sdp())
                                                .setId(offer.id())
                                                .putAllMidToTrackId(offer.midToTrackId())));
        subscriber.trickle(offer.sdp(), participant.traits().takesTcp());
        room.unsaved().onChanged(participant);
        cancelAnswerDue();
        answerDue =
                room.timers()
                        .start(nowNs + ANSWER_NS, participant.sid(), "answer", this::onNoAnswer);
    }

    private void onNoAnswer(long nowNs) {
        answerDue = null;
        if (subscriber.isConnected()) {
            room.endings().fullReconnect(nowNs, participant);
        }
    }

    private void cancelAnswerDue() {
        if (answerDue != null) {
            answerDue.cancel();
            answerDue = null;
        }
    }

    Arrival arrival() {
        return arrival;
    }

    /// The track that a section carried when another node had the room.
    void resumeSend(String mid, SendRequest request) {
        if (single) {
            answering.resumeSend(mid, request);
        } else {
            offering.resumeSend(mid, request);
        }
    }

    /// What another node needs to go on with these connections.
    void save(ParticipantState.Builder state) {
        state.setSubscriberPrimary(subscriberPrimary);
        if (answering.version() > 0) {
            state.setAnswering(
                    AnsweringState.newBuilder()
                            .setSessionId(answeringId)
                            .setVersion(answering.version())
                            .addAllChannels(NegotiationStates.channelStates(publisher.channels()))
                            .setSecured(publisher.secured()));
        }
        if (!single && (subscriber.isOpen() || before.hasOffering())) {
            state.setOffering(NegotiationStates.of(offering.snapshot(), subscriber));
        }
    }

    /// The section that carries a subscribed track, empty while none does.
    String midOf(SendId id) {
        return (single ? answering.midOf(id) : offering.midOf(id)).orElse("");
    }

    /// A resumed dual client gets an offer with new credentials; a single one offers itself.
    void onResumed(long nowNs) {
        if (arrival.hasSubscriber()) {
            openSubscriber();
        }
        arrival.begin(nowNs);
        if (!single && subscriber.isOpen() && !arrival.awaitSync(nowNs, this::restartIce)) {
            restartIce(nowNs);
        } else if (single && answering.needsOffer()) {
            requireSections();
        }
    }

    /// A client that comes here from another node knows best which offer it had last.
    void onSyncState(long nowNs, SyncState state) {
        if (!arrival.onSync()) {
            if (Arrival.wasElsewhere(subscriber, state)) {
                room.endings().fullReconnect(nowNs, participant);
            }
            return;
        }
        if (state.hasOffer() && !offering.learn(state.getOffer().getSdp())) {
            room.endings().fullReconnect(nowNs, participant);
        } else {
            restartIce(nowNs);
        }
    }

    /// Whether another node can go on with all of it: with the keys, else with a client that takes
    /// another association.
    boolean canMove() {
        return participant.traits().takesAnotherAssociation()
                || (participant.traits().takesSctpRestart()
                        && transports().stream().allMatch(Transport::isPortable));
    }

    /// Candidate fallback: TCP only from now on, on a restarted ICE (§6.4).
    void preferTcp(long nowNs, boolean only) {
        publisher.preferTcp(only);
        if (!single) {
            subscriber.preferTcp(only);
        }
        onResumed(nowNs);
    }

    void startWithTcp() {
        publisher.preferTcp(true);
        if (!single) {
            subscriber.preferTcp(true);
        }
    }

    private void restartIce(long nowNs) {
        var offer = offering.createRestartOffer(subscriber.freshIce());
        restartWanted = !offer.iceRestart();
        sendOffer(nowNs, offer);
    }

    void toPublisher(PeerCommand command) {
        publisher.execute(command);
    }

    void toSender(PeerCommand command) {
        subscriber.execute(command);
    }

    void toPrimary(PeerCommand command) {
        primary().execute(command);
    }

    private void onPublisherEvent(long nowNs, PeerEvent event) {
        onPeerEvent(nowNs, publisher, event);
    }

    private void onSubscriberEvent(long nowNs, PeerEvent event) {
        onPeerEvent(nowNs, subscriber, event);
    }

    private void onPeerEvent(long nowNs, Transport transport, PeerEvent event) {
        if (closed) {
            return;
        }
        switch (event) {
            case PeerEvent.StateChanged changed -> onState(nowNs, transport, changed);
            case PeerEvent.Secured(var secrets) -> {
                transport.onSecured(secrets);
                room.unsaved().onChanged(participant);
            }
            case PeerEvent.RolledOver rolled -> {
                transport.onRolledOver(rolled);
                room.unsaved().onChanged(participant);
            }
            case PeerEvent.Goodbye() -> {
                saidGoodbye = true;
                room.lost().onGoodbye(nowNs, participant);
            }
            case PeerEvent.DataChannelOpened opened -> {
                transport.onChannelOpened(opened.terms());
                room.data().onChannelOpened(participant, opened.terms().label());
                room.unsaved().onChanged(participant);
            }
            case PeerEvent.DataChannelClosed gone -> transport.onChannelClosed(gone.label());
            case PeerEvent.DataReceived data ->
                    room.data().onReceived(nowNs, participant, data.label(), data.payload());
            case PeerEvent.DataBackpressure pressure ->
                    room.data().onBackpressure(nowNs, participant, pressure.full());
            case PeerEvent.DataProgress() -> room.data().onProgress(nowNs, participant);
            case PeerEvent.LayerStarted started ->
                    participant.tracks().onLayerStarted(nowNs, started);
            case PeerEvent.SsrcLearned learned -> {
                participant.tracks().onSsrcLearned(learned);
                room.unsaved().onChanged(participant);
            }
            case PeerEvent.LayerStopped stopped ->
                    participant.tracks().onLayerStopped(nowNs, stopped);
            case PeerEvent.VideoSizeChanged size -> participant.tracks().onVideoSize(nowNs, size);
            case PeerEvent.AudioLevelChanged level ->
                    room.speakers().onLevel(nowNs, participant, level);
            case PeerEvent.SendStarted _ -> {
                // Negotiated already; nobody waits for the first packet.
            }
            case PeerEvent.SendUnsupported unsupported ->
                    participant.subscriptions().onUnsupported(nowNs, unsupported.id());
            case PeerEvent.StatsReported stats -> room.quality().onStats(nowNs, participant, stats);
        }
    }

    private void onState(long nowNs, Transport transport, PeerEvent.StateChanged changed) {
        PeerState state = changed.state();
        transport.onState(nowNs, state);
        if (state == PeerState.CONNECTED) {
            onConnected(nowNs, transport);
        } else if (state == PeerState.FAILED && changed.isFinal()) {
            room.ciphers().onFailure(participant, changed);
            room.endings().fullReconnect(nowNs, participant);
        } else if (state == PeerState.FAILED) {
            room.lost().onTransportFailed(nowNs, participant, transport);
        }
    }

    private void onConnected(long nowNs, Transport transport) {
        if (transport == primary()) {
            room.admission().onPrimaryConnected(nowNs, participant);
        }
        if (transport == subscriber) {
            participant.subscriptions().onConnected();
        }
    }

    /// Whether media ever flowed: then a lost websocket does not end the session (§6.3).
    boolean wasConnected() {
        return arrival.isExpected() || publisher.wasConnected() || subscriber.wasConnected();
    }

    /// Whether the client closed a peer connection for good.
    boolean saidGoodbye() {
        return saidGoodbye;
    }

    boolean isFailed() {
        return publisher.state() == PeerState.FAILED || subscriber.state() == PeerState.FAILED;
    }

    /// -1 for never.
    long publisherConnectedAtNs() {
        return publisher.connectedAtNs();
    }

    Transport transport(SignalTarget target) {
        return target == SignalTarget.SUBSCRIBER ? subscriber : publisher;
    }

    boolean isPublisherConnected() {
        return publisher.isConnected();
    }

    /// Whether what is subscribed to can flow.
    boolean isSenderConnected() {
        return subscriber.isConnected();
    }

    boolean canSend(String label) {
        return primary().hasChannel(label);
    }

    List<Transport> transports() {
        return single ? List.of(publisher) : List.of(publisher, subscriber);
    }

    void close(boolean sayGoodbye) {
        closed = true;
        publisher.close(sayGoodbye);
        if (!single) {
            subscriber.close(sayGoodbye);
        }
    }
}
