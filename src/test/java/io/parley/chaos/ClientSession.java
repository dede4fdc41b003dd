package io.parley.chaos;

import io.parley.scenario.ClientLoop;
import io.parley.scenario.ClientPeer;
import io.parley.scenario.ClientSdp;
import io.parley.scenario.ClientTransport;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ice.IceState;
import io.parley.webrtc.sdp.SessionDescription;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.DataChannelInfo;
import livekit.LivekitRtc.DataChannelReceiveState;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UpdateSubscription;
import org.jspecify.annotations.Nullable;

/// The media of one session: its peer connections, which it keeps whatever becomes of the
/// websocket. Owned by its client's thread.
final class ClientSession {
    private static final int SPARE_SECTIONS = 3;

    /// By room: the clients of a run share its processors.
    private static final Map<String, HandshakeGroup> HANDSHAKES = new ConcurrentHashMap<>();

    /// Takes what is to be said to the server.
    interface Wire {
        void send(SignalRequest.Builder request);
    }

    private final ClientTraits traits;
    private final Wire wire;
    private final ClientPeer publisher;
    private final ClientPeer subscriber;
    private final List<TrackPublishedResponse> published = new ArrayList<>();
    private int mids;
    private int offers;
    private String lastOffer = "";
    private String lastAnswer = "";
    private @Nullable SessionDescription publisherRemote;
    private @Nullable SessionDescription subscriberRemote;

    ClientSession(
            ClientTraits traits,
            InetAddress address,
            ClientLoop loop,
            ClientPeer.Intake intake,
            Wire wire) {
        this.traits = traits;
        this.wire = wire;
        var options =
                ClientTransport.Options.udp()
                        .withAddress(address)
                        .withHandshakes(
                                HANDSHAKES.computeIfAbsent(
                                        traits.room(), _ -> new HandshakeGroup()));
        this.publisher = new ClientPeer(options, intake, loop);
        this.subscriber =
                traits.single()
                        ? publisher
                        : new ClientPeer(options.withControlling(false), intake, loop);
        publisher.transport.openChannel("_reliable", true, -1);
        publisher.transport.openChannel("_lossy", false, 0);
        publisher.sections.add(ClientSdp.Section.data(nextMid()));
    }

    private String nextMid() {
        return String.valueOf(mids++);
    }

    // ---- what the server says

    void publish() {
        wire.send(
                SignalRequest.newBuilder()
                        .setAddTrack(
                                AddTrackRequest.newBuilder()
                                        .setCid(traits.identity() + "-microphone")
                                        .setName("microphone")
                                        .setType(TrackType.AUDIO)
                                        .setSource(TrackSource.MICROPHONE)));
    }

    void onTrackPublished(TrackPublishedResponse response) {
        if (!published.isEmpty()) {
            return;
        }
        published.add(response);
        String mid = nextMid();
        publisher.sections.add(
                new ClientSdp.Section(
                        mid, "audio", "sendonly", "- " + response.getCid(), List.of()));
        publisher.addSender(mid, false, List.of()).pace(ClientTraits.AUDIO_PACE);
        if (traits.single()) {
            addReceiving(SPARE_SECTIONS, 0);
        }
        sendOffer();
    }

    private void addReceiving(int audios, int videos) {
        for (int i = 0; i < audios + videos; i++) {
            String media = i < audios ? "audio" : "video";
            publisher.sections.add(
                    new ClientSdp.Section(nextMid(), media, "recvonly", "", List.of()));
        }
    }

    void onSectionsRequired(int audios, int videos) {
        addReceiving(audios, videos);
        sendOffer();
    }

    private void sendOffer() {
        String text = publisher.offer();
        if (traits.single()) {
            lastOffer = text;
        }
        wire.send(SignalRequest.newBuilder().setOffer(described("offer", ++offers, text)));
        publisher.trickle(SignalTarget.PUBLISHER).forEach(wire::send);
    }

    private static LivekitRtc.SessionDescription.Builder described(
            String type, int id, String text) {
        return LivekitRtc.SessionDescription.newBuilder().setType(type).setId(id).setSdp(text);
    }

    /// Answers why a browser could not take it.
    Optional<String> onAnswer(LivekitRtc.SessionDescription answer) {
        if (answer.getId() != 0 && answer.getId() != offers) {
            return Optional.empty();
        }
        SessionDescription now = SessionDescription.parse(answer.getSdp());
        List<String> offered = publisher.sections.stream().map(ClientSdp.Section::mid).toList();
        Optional<String> objection =
                BrowserSdp.objectionToAnswer(offered, publisherRemote, now, traits.firefox());
        if (objection.isEmpty()) {
            publisherRemote = now;
            publisher.onRemote(now);
            if (traits.single()) {
                lastAnswer = answer.getSdp();
            }
        }
        return objection;
    }

    /// Answers why a browser could not take it.
    Optional<String> onOffer(LivekitRtc.SessionDescription offer) {
        SessionDescription now = SessionDescription.parse(offer.getSdp());
        Optional<String> objection =
                BrowserSdp.objectionToOffer(subscriberRemote, now, traits.firefox());
        if (objection.isPresent()) {
            return objection;
        }
        if (BrowserSdp.isIceRestart(subscriberRemote, now)) {
            subscriber.transport.restartIce();
        }
        String answer = ClientSdp.answer(now, subscriber.transport);
        wire.send(SignalRequest.newBuilder().setAnswer(described("answer", offer.getId(), answer)));
        subscriberRemote = now;
        lastOffer = offer.getSdp();
        lastAnswer = answer;
        subscriber.onRemote(now);
        subscriber.trickle(SignalTarget.SUBSCRIBER).forEach(wire::send);
        return Optional.empty();
    }

    void onTrickle(TrickleRequest trickle) {
        ClientPeer peer = trickle.getTarget() == SignalTarget.PUBLISHER ? publisher : subscriber;
        peer.onTrickle(trickle);
    }

    // ---- coming back

    /// What the server is told after a resume (signal.md §4.10).
    SyncState syncState(Map<String, Integer> lastSequences) {
        var state =
                SyncState.newBuilder()
                        .setSubscription(UpdateSubscription.newBuilder().setSubscribe(false))
                        .addAllPublishTracks(published);
        if (!lastAnswer.isEmpty()) {
            state.setOffer(described("offer", 0, lastOffer));
            state.setAnswer(described("answer", 0, lastAnswer));
        }
        addChannels(state, publisher, SignalTarget.PUBLISHER);
        if (!traits.single()) {
            addChannels(state, subscriber, SignalTarget.SUBSCRIBER);
        }
        lastSequences.forEach((sid, last) ->
                state.addDatachannelReceiveStates(
                        DataChannelReceiveState.newBuilder()
                                .setPublisherSid(sid)
                                .setLastSeq(last)));
        return state.build();
    }

    private static void addChannels(SyncState.Builder state, ClientPeer peer, SignalTarget target) {
        peer.transport
                .streams()
                .forEach((label, stream) ->
                        state.addDataChannels(
                                DataChannelInfo.newBuilder()
                                        .setLabel(label)
                                        .setId(stream)
                                        .setTarget(target)));
    }

    /// New ICE credentials and an offer; the server offers for the subscriber by itself.
    void restartIce() {
        publisher.transport.restartIce();
        sendOffer();
    }

    void sendData(byte[] packet) {
        publisher.transport.send("_reliable", packet);
    }

    // ---- queries

    boolean isConnected() {
        return publisher.transport.isConnected()
                && publisher.transport.isOpen("_reliable")
                && subscriber.transport.isConnected();
    }

    /// Which of them ICE has given up.
    Optional<SignalTarget> failed() {
        if (publisher.transport.iceState() == IceState.FAILED) {
            return Optional.of(SignalTarget.PUBLISHER);
        }
        return subscriber.transport.iceState() == IceState.FAILED
                ? Optional.of(SignalTarget.SUBSCRIBER)
                : Optional.empty();
    }

    int takeovers() {
        return publisher.transport.takeovers()
                + (traits.single() ? 0 : subscriber.transport.takeovers());
    }

    void close() {
        publisher.transport.close();
        if (!traits.single()) {
            subscriber.transport.close();
        }
    }

    @Override
    public String toString() {
        return "publisher %s subscriber %s".formatted(publisher.transport, subscriber.transport);
    }
}
