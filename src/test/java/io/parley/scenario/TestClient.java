package io.parley.scenario;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.TestNode;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UpdateSubscription;
import org.jspecify.annotations.Nullable;

/// A LiveKit client for tests, over real sockets: joins, publishes, subscribes, sends data. Its
/// methods wait until what they ask for has happened, or fail at a deadline.
public final class TestClient implements AutoCloseable {
    final JoinOptions options;
    final ClientPeer publisher;
    final ClientPeer subscriber;
    final List<SignalResponse> heard = new CopyOnWriteArrayList<>();
    final Map<String, ParticipantInfo> participants = new ConcurrentHashMap<>();
    final List<DataPacket> data = new CopyOnWriteArrayList<>();
    private final AtomicInteger offerIds = new AtomicInteger();
    private final AtomicInteger mids = new AtomicInteger();
    private final List<Published> published = new ArrayList<>();
    private volatile boolean deaf;
    private volatile int answeredId;
    private volatile @Nullable JoinResponse joined;
    private volatile @Nullable LeaveRequest leave;
    private volatile String refreshToken = "";
    private volatile @Nullable SignalSocket socket;

    /// A track of ours: what the server says of it and what sends it.
    public static final class Published {
        final String cid;
        final ClientPeer.Sender sender;
        final int section;
        final TrackInfo info;

        Published(String cid, ClientPeer.Sender sender, int section, TrackInfo info) {
            this.cid = cid;
            this.sender = sender;
            this.section = section;
            this.info = info;
        }

        public String sid() {
            return info.getSid();
        }
    }

    private TestClient(JoinOptions options) {
        this.options = options;
        var transport = ClientTransport.Options.udp().withTcp(options.tcp());
        this.publisher = new ClientPeer(transport, this::onData);
        this.subscriber =
                options.single()
                        ? publisher
                        : new ClientPeer(transport.withControlling(false), this::onData);
        publisher.sections.add(ClientSdp.Section.data(nextMid()));
        publisher.transport.openChannel("_reliable", true, -1);
        publisher.transport.openChannel("_lossy", false, 0);
    }

    private String nextMid() {
        return String.valueOf(mids.getAndIncrement());
    }

    /// Joins and is connected, data channels open.
    public static TestClient join(TestNode node, JoinOptions options) {
        TestClient client = connect(node, options);
        client.awaitActive();
        return client;
    }

    /// Joins; media and data follow.
    public static TestClient connect(TestNode node, JoinOptions options) {
        var client = new TestClient(options);
        try {
            client.open(node, options.path());
            client.await("join response", () -> client.joined != null);
            client.negotiate();
            return client;
        } catch (RuntimeException | AssertionError e) {
            client.close();
            throw e;
        }
    }

    /// Joins and never answers what would connect media.
    static TestClient connectSignalOnly(TestNode node, JoinOptions options) {
        var client = new TestClient(options);
        client.deaf = true;
        client.open(node, options.path());
        client.await("join response", () -> client.joined != null);
        return client;
    }

    private void open(TestNode node, String path) {
        SignalSocket.open(node, path, options.token(), new Intake());
    }

    // ---- what the server says

    private final class Intake implements SignalSocket.Intake {
        @Override
        public void onOpen(SignalSocket opened) {
            socket = opened;
        }

        @Override
        public void onSignal(SignalResponse response) {
            TestClient.this.onSignal(response);
        }
    }

    private void onSignal(SignalResponse response) {
        heard.add(response);
        switch (response.getMessageCase()) {
            case JOIN -> {
                response.getJoin().getOtherParticipantsList().forEach(this::learn);
                learn(response.getJoin().getParticipant());
                joined = response.getJoin();
            }
            case UPDATE -> response.getUpdate().getParticipantsList().forEach(this::learn);
            case OFFER -> {
                if (!deaf) {
                    onOffer(response.getOffer());
                }
            }
            case ANSWER -> {
                publisher.onRemote(SessionDescription.parse(response.getAnswer().getSdp()));
                answeredId = response.getAnswer().getId();
            }
            case TRICKLE -> onTrickle(response.getTrickle());
            case MEDIA_SECTIONS_REQUIREMENT -> onSections(response);
            case LEAVE -> leave = response.getLeave();
            case REFRESH_TOKEN -> refreshToken = response.getRefreshToken();
            default -> {
                // Tests look for it in what was heard.
            }
        }
    }

    private void learn(ParticipantInfo info) {
        if (info.getState() == ParticipantInfo.State.DISCONNECTED) {
            participants.remove(info.getSid());
        } else {
            // Nobody tells a client that a newcomer has taken an identity over.
            participants
                    .values()
                    .removeIf(other ->
                            other.getIdentity().equals(info.getIdentity())
                                    && other.getJoinedAtMs() < info.getJoinedAtMs());
            participants.put(info.getSid(), info);
        }
    }

    private void onOffer(LivekitRtc.SessionDescription offer) {
        SessionDescription description = SessionDescription.parse(offer.getSdp());
        send(
                SignalRequest.newBuilder()
                        .setAnswer(
                                LivekitRtc.SessionDescription.newBuilder()
                                        .setType("answer")
                                        .setId(offer.getId())
                                        .setSdp(
                                                ClientSdp.answer(
                                                        description, subscriber.transport))));
        subscriber.onRemote(description);
        subscriber.trickle(SignalTarget.SUBSCRIBER).forEach(this::send);
    }

    private void onTrickle(TrickleRequest trickle) {
        ClientPeer peer = trickle.getTarget() == SignalTarget.PUBLISHER ? publisher : subscriber;
        peer.onTrickle(trickle);
    }

    /// Single connection: the server asks for sections, the client offers them.
    private void onSections(SignalResponse response) {
        var wanted = response.getMediaSectionsRequirement();
        for (int i = 0; i < wanted.getNumAudios(); i++) {
            receiving("audio");
        }
        for (int i = 0; i < wanted.getNumVideos(); i++) {
            receiving("video");
        }
        sendOffer();
    }

    private void receiving(String media) {
        publisher.sections.add(new ClientSdp.Section(nextMid(), media, "recvonly", "", List.of()));
    }

    private void onData(String label, byte[] payload) {
        try {
            data.add(DataPacket.parseFrom(payload));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a DataPacket on " + label, e);
        }
    }

    // ---- asking

    void send(SignalRequest.Builder request) {
        SignalSocket open = socket;
        if (open != null) {
            open.send(request.build());
        }
    }

    SignalSocket socket() {
        return Objects.requireNonNull(socket);
    }

    private void negotiate() {
        int id = sendOffer();
        publisher.trickle(SignalTarget.PUBLISHER).forEach(this::send);
        await("answer " + id, () -> answeredId >= id);
    }

    private int sendOffer() {
        int id = offerIds.incrementAndGet();
        send(
                SignalRequest.newBuilder()
                        .setOffer(
                                LivekitRtc.SessionDescription.newBuilder()
                                        .setType("offer")
                                        .setId(id)
                                        .setSdp(publisher.offer())));
        return id;
    }

    public void awaitActive() {
        await(
                "connected",
                () -> publisher.transport.isConnected() && publisher.transport.isOpen("_reliable"));
        if (!options.single() && canSubscribe()) {
            await(
                    "subscriber connected",
                    () ->
                            subscriber.transport.isConnected()
                                    && subscriber.transport.isOpen("_reliable"));
        }
    }

    private boolean canSubscribe() {
        return joinResponse().getSubscriberPrimary();
    }

    public Published publishAudio(String name) {
        return publish(
                AddTrackRequest.newBuilder()
                        .setName(name)
                        .setType(TrackType.AUDIO)
                        .setSource(TrackSource.MICROPHONE),
                List.of());
    }

    /// Three layers, or one.
    public Published publishVideo(String name, boolean simulcast) {
        var request =
                AddTrackRequest.newBuilder()
                        .setName(name)
                        .setType(TrackType.VIDEO)
                        .setSource(TrackSource.CAMERA)
                        .setWidth(1280)
                        .setHeight(720);
        List<VideoLayer> layers = new ArrayList<>();
        layers.add(layer(VideoQuality.LOW, 320, 180));
        layers.add(layer(VideoQuality.MEDIUM, 640, 360));
        layers.add(layer(VideoQuality.HIGH, 1280, 720));
        if (simulcast) {
            request.addAllLayers(layers);
        } else {
            request.addLayers(layers.getLast());
        }
        return publish(request, simulcast ? List.of("q", "h", "f") : List.of());
    }

    private static VideoLayer layer(VideoQuality quality, int width, int height) {
        return VideoLayer.newBuilder()
                .setQuality(quality)
                .setWidth(width)
                .setHeight(height)
                .build();
    }

    private Published publish(AddTrackRequest.Builder request, List<String> rids) {
        boolean video = request.getType() == TrackType.VIDEO;
        String cid = options.identity() + "-" + request.getName();
        request.setCid(cid);
        if (video) {
            request.addSimulcastCodecs(
                    SimulcastCodec.newBuilder()
                            .setCodec("vp8")
                            .setCid(cid)
                            .addAllLayers(request.getLayersList()));
        }
        send(SignalRequest.newBuilder().setAddTrack(request));
        await("track published " + cid, () -> trackPublished(cid).isPresent());
        String mid = nextMid();
        publisher.sections.add(
                new ClientSdp.Section(
                        mid, video ? "video" : "audio", "sendonly", "- " + cid, rids));
        int section = publisher.sections.size() - 1;
        negotiate();
        var sender = publisher.addSender(mid, video, rids);
        var track = new Published(cid, sender, section, trackPublished(cid).orElseThrow());
        published.add(track);
        return track;
    }

    private Optional<TrackInfo> trackPublished(String cid) {
        return heard.stream()
                .filter(SignalResponse::hasTrackPublished)
                .map(SignalResponse::getTrackPublished)
                .filter(response -> response.getCid().equals(cid))
                .map(LivekitRtc.TrackPublishedResponse::getTrack)
                .findFirst();
    }

    /// Stops sending and tells by a new offer.
    public void unpublish(Published track) {
        publisher.removeSender(track.sender);
        ClientSdp.Section old = publisher.sections.get(track.section);
        publisher.sections.set(
                track.section,
                new ClientSdp.Section(old.mid(), old.media(), "inactive", "", List.of()));
        negotiate();
    }

    public void mute(Published track, boolean muted) {
        track.sender.paused = muted;
        send(
                SignalRequest.newBuilder()
                        .setMute(
                                LivekitRtc.MuteTrackRequest.newBuilder()
                                        .setSid(track.sid())
                                        .setMuted(muted)));
    }

    public void subscribe(String trackSid, boolean wanted) {
        send(
                SignalRequest.newBuilder()
                        .setSubscription(
                                UpdateSubscription.newBuilder()
                                        .addTrackSids(trackSid)
                                        .setSubscribe(wanted)));
    }

    public void sendData(DataPacket packet) {
        publisher.transport.send("_reliable", packet.toByteArray());
    }

    public void sendUserData(String topic, String text, List<String> destinations) {
        sendData(
                DataPacket.newBuilder()
                        .addAllDestinationIdentities(destinations)
                        .setUser(
                                livekit.LivekitModels.UserPacket.newBuilder()
                                        .setTopic(topic)
                                        .setPayload(ByteString.copyFromUtf8(text)))
                        .build());
    }

    // ---- queries

    public JoinResponse joinResponse() {
        return Objects.requireNonNull(joined, "not joined");
    }

    public String sid() {
        return joinResponse().getParticipant().getSid();
    }

    public Optional<ParticipantInfo> participant(String identity) {
        return participants.values().stream()
                .filter(info -> info.getIdentity().equals(identity))
                .findFirst();
    }

    public ParticipantInfo awaitParticipant(String identity, Predicate<ParticipantInfo> is) {
        Waiting.until(
                () -> options.identity() + " sees " + identity + " as wanted, has " + participants,
                () -> participant(identity).filter(is).isPresent());
        return participant(identity).orElseThrow();
    }

    public void awaitGone(String identity) {
        await(identity + " goes", () -> participant(identity).isEmpty());
    }

    public Optional<ReceivedTrack> received(String trackSid) {
        return subscriber.tracks().stream()
                .filter(track -> track.trackSid().equals(trackSid))
                .findFirst();
    }

    /// Packets of the track arrive: so many more than now.
    public ReceivedTrack awaitMedia(String trackSid, int more) {
        await("track " + trackSid + " is offered", () -> received(trackSid).isPresent());
        ReceivedTrack track = received(trackSid).orElseThrow();
        int before = track.packets();
        await(more + " packets of " + trackSid, () -> track.packets() >= before + more);
        return track;
    }

    public Optional<DataPacket> message(String topic) {
        return data.stream()
                .filter(packet -> packet.getUser().getTopic().equals(topic))
                .findFirst();
    }

    public DataPacket awaitMessage(String topic) {
        await("message " + topic, () -> message(topic).isPresent());
        return message(topic).orElseThrow();
    }

    public SignalResponse awaitHeard(String what, Predicate<SignalResponse> is) {
        await(what, () -> heard.stream().anyMatch(is));
        return heard.stream().filter(is).findFirst().orElseThrow();
    }

    public LeaveRequest awaitLeave() {
        await("leave", () -> leave != null);
        return Objects.requireNonNull(leave);
    }

    public void awaitClosed() {
        await("socket closed", () -> socket().isClosed());
    }

    public String refreshToken() {
        return refreshToken;
    }

    public void await(String what, java.util.function.BooleanSupplier condition) {
        Waiting.until(
                () ->
                        "%s: %s; publisher %s subscriber %s heard %s"
                                .formatted(
                                        options.identity(),
                                        what,
                                        publisher.transport,
                                        subscriber.transport,
                                        heardCases()),
                condition);
    }

    List<String> heardCases() {
        return heard.stream().map(response -> response.getMessageCase().name()).toList();
    }

    // ---- ending and coming back

    /// The websocket goes, the media stays.
    public void dropSignal() {
        socket().close();
        awaitClosed();
    }

    /// A new websocket for the same session; ICE restarts as real clients do it.
    public SignalResponse resume(TestNode node) {
        heard.clear();
        leave = null;
        open(node, options.resumePath(sid()));
        await("first answer to the resume", () -> !heard.isEmpty());
        SignalResponse first = heard.getFirst();
        if (first.hasReconnect()) {
            publisher.transport.restartIce();
            negotiate();
        }
        return first;
    }

    public void leave() {
        send(
                SignalRequest.newBuilder()
                        .setLeave(
                                LeaveRequest.newBuilder()
                                        .setReason(
                                                livekit.LivekitModels.DisconnectReason
                                                        .CLIENT_INITIATED)));
        awaitClosed();
        closeTransports();
    }

    private void closeTransports() {
        publisher.transport.close();
        if (!options.single()) {
            subscriber.transport.close();
        }
    }

    @Override
    public void close() {
        SignalSocket open = socket;
        if (open != null && !open.isClosed()) {
            send(SignalRequest.newBuilder().setLeave(LeaveRequest.getDefaultInstance()));
            open.close();
        }
        closeTransports();
    }
}
