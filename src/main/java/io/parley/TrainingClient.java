package io.parley;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.DataChannelInfo;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import livekit.LivekitRtc.WrappedJoinRequest;

/// One client of a training run, over a real websocket: joins, publishes, subscribes, comes back to
/// its session through another node, leaves. Its media never connects. Owned by the training's
/// thread; only the queue is filled by another.
///
/// Not over the JDK's websocket: about one in a thousand hears nothing any more when messages come
/// together with the answer to its upgrade (Java 25).
final class TrainingClient {
    private static final long LIMIT_S = 10;

    /// Nobody is there.
    private static final String CANDIDATE =
            "{\"candidate\":\"candidate:1 1 udp 2122260223 127.0.0.1 9 typ host generation 0\","
                    + "\"sdpMid\":\"0\",\"sdpMLineIndex\":0}";

    /// Nothing more comes on this websocket.
    private static final SignalResponse END = SignalResponse.getDefaultInstance();

    private final WebSocketClient sockets;
    private final String token;
    private final Kind kind;

    private final TrainingSdp sdp = new TrainingSdp();
    private final List<String> trackSids = new ArrayList<>();
    private final List<TrackPublishedResponse> published = new ArrayList<>();

    private Line line;
    private int port;
    private String sid = "";
    private String taken = "";
    private String answered = "";
    private String server = "";
    private int offers;
    private int moves;
    private boolean isCut;

    /// One peer connection or two, or two of which only the server's is used.
    enum Kind {
        SINGLE,
        DUAL,
        LISTENER
    }

    /// One websocket and what it has brought.
    private record Line(
            ClientWebSocket socket,
            BlockingQueue<SignalResponse> heard,
            CompletableFuture<Void> closed) {
        static Line open(WebSocketClient sockets, int port, String path, String token)
                throws IOException, InterruptedException {
            var line =
                    new Line(
                            sockets.webSocket(),
                            new LinkedBlockingQueue<>(),
                            new CompletableFuture<>());
            line.socket.binaryMessageHandler(line::onMessage);
            line.socket.closeHandler(_ -> line.onClosed());
            line.socket.exceptionHandler(line.closed::completeExceptionally);
            await(
                    line.socket.connect(
                            new WebSocketConnectOptions()
                                    .setHost("127.0.0.1")
                                    .setPort(port)
                                    .setURI(path)
                                    .putHeader("Authorization", "Bearer " + token)));
            return line;
        }

        private void onMessage(Buffer bytes) {
            try {
                heard.add(SignalResponse.parseFrom(bytes.getBytes()));
            } catch (InvalidProtocolBufferException e) {
                closed.completeExceptionally(e);
            }
        }

        private void onClosed() {
            heard.add(END);
            closed.complete(null);
        }
    }

    /// Connects to `/rtc/v1` with everything in the join request, or to `/rtc`.
    TrainingClient(WebSocketClient sockets, int port, String token, Kind kind)
            throws IOException, InterruptedException {
        this.sockets = sockets;
        this.token = token;
        this.kind = kind;
        this.port = port;
        this.line = Line.open(sockets, port, joinPath(), token);
    }

    private static <T> T await(Future<T> future) throws IOException, InterruptedException {
        return await(future.toCompletionStage().toCompletableFuture());
    }

    private static <T> T await(CompletableFuture<T> future)
            throws IOException, InterruptedException {
        try {
            return future.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the training's websocket failed", e);
        }
    }

    private boolean isSingle() {
        return kind == Kind.SINGLE;
    }

    private String joinPath() {
        var request = JoinRequest.newBuilder();
        if (isSingle()) {
            request.addAddTrackRequests(microphone())
                    .addAddTrackRequests(camera())
                    .setPublisherOffer(nextOffer());
        }
        return path(request, "");
    }

    private String resumePath() {
        return path(
                JoinRequest.newBuilder().setReconnect(true).setParticipantSid(sid),
                "&reconnect=1&reconnect_reason=1&sid=" + sid);
    }

    private String path(JoinRequest.Builder request, String more) {
        return isSingle()
                ? "/rtc/v1?join_request=" + wrapped(request)
                : "/rtc?sdk=js&version=2.15.0&protocol=16&browser=Chrome&auto_subscribe=1" + more;
    }

    private static String wrapped(JoinRequest.Builder builder) {
        ByteString request =
                builder.setClientInfo(
                                ClientInfo.newBuilder()
                                        .setSdk(ClientInfo.SDK.JS)
                                        .setVersion("2.15.0")
                                        .setBrowser("Chrome")
                                        .setProtocol(16))
                        .setConnectionSettings(
                                ConnectionSettings.newBuilder().setAutoSubscribe(true))
                        .build()
                        .toByteString();
        return Base64.getUrlEncoder()
                .encodeToString(
                        WrappedJoinRequest.newBuilder()
                                .setJoinRequest(request)
                                .build()
                                .toByteArray());
    }

    private static AddTrackRequest microphone() {
        return AddTrackRequest.newBuilder()
                .setCid(TrainingSdp.MICROPHONE)
                .setName(TrainingSdp.MICROPHONE)
                .setType(TrackType.AUDIO)
                .setSource(TrackSource.MICROPHONE)
                .build();
    }

    private static AddTrackRequest camera() {
        var request =
                AddTrackRequest.newBuilder()
                        .setCid(TrainingSdp.CAMERA)
                        .setName(TrainingSdp.CAMERA)
                        .setType(TrackType.VIDEO)
                        .setSource(TrackSource.CAMERA)
                        .setWidth(1280)
                        .setHeight(720)
                        .addLayers(layer(VideoQuality.LOW, 320, 180))
                        .addLayers(layer(VideoQuality.MEDIUM, 640, 360))
                        .addLayers(layer(VideoQuality.HIGH, 1280, 720));
        return request.addSimulcastCodecs(
                        SimulcastCodec.newBuilder()
                                .setCodec("vp8")
                                .setCid(TrainingSdp.CAMERA)
                                .addAllLayers(request.getLayersList()))
                .build();
    }

    private static VideoLayer layer(VideoQuality quality, int width, int height) {
        return VideoLayer.newBuilder()
                .setQuality(quality)
                .setWidth(width)
                .setHeight(height)
                .build();
    }

    private SessionDescription nextOffer() {
        String offer = sdp.offer();
        if (isSingle()) {
            taken = offer;
        }
        return description("offer", ++offers, offer);
    }

    private static SessionDescription description(String type, int id, String text) {
        return SessionDescription.newBuilder().setType(type).setId(id).setSdp(text).build();
    }

    // ---- what a client does

    /// From the join response to published tracks.
    void enter() throws IOException, InterruptedException {
        hearUntil(MessageCase.JOIN);
        if (kind == Kind.LISTENER) {
            return;
        }
        if (!isSingle()) {
            say(SignalRequest.newBuilder().setAddTrack(microphone()));
            say(SignalRequest.newBuilder().setAddTrack(camera()));
            hearUntil(MessageCase.TRACK_PUBLISHED);
            hearUntil(MessageCase.TRACK_PUBLISHED);
            say(SignalRequest.newBuilder().setOffer(nextOffer()));
        }
        hearUntil(MessageCase.ANSWER);
        say(
                SignalRequest.newBuilder()
                        .setTrickle(
                                TrickleRequest.newBuilder()
                                        .setTarget(SignalTarget.PUBLISHER)
                                        .setCandidateInit(CANDIDATE)));
    }

    /// The server at that port ends; what it may still say is not heard.
    void lose(int lost) {
        isCut |= port == lost;
    }

    /// Whether the server was lost, or asks the client to come back elsewhere.
    boolean isCut() {
        return isCut;
    }

    /// How often another server went on with its session.
    int moves() {
        return moves;
    }

    /// Comes back to its session through that node, keeping its peer connections.
    void resume(int next) throws IOException, InterruptedException {
        close();
        port = next;
        line = Line.open(sockets, port, resumePath(), token);
        isCut = false;
        hearUntil(MessageCase.RECONNECT);
        say(SignalRequest.newBuilder().setSyncState(syncState()));
        sdp.restartIce();
        if (kind != Kind.LISTENER) {
            say(SignalRequest.newBuilder().setOffer(nextOffer()));
        }
        if (!isSingle()) {
            hearUntil(MessageCase.OFFER);
        }
    }

    private SyncState.Builder syncState() {
        var state =
                SyncState.newBuilder()
                        .setSubscription(UpdateSubscription.newBuilder().setSubscribe(false))
                        .addAllPublishTracks(published)
                        .addDataChannels(channel("_reliable", 1, SignalTarget.PUBLISHER))
                        .addDataChannels(channel("_lossy", 3, SignalTarget.PUBLISHER));
        if (!isSingle()) {
            state.addDataChannels(channel("_reliable", 0, SignalTarget.SUBSCRIBER))
                    .addDataChannels(channel("_lossy", 2, SignalTarget.SUBSCRIBER));
        }
        if (!answered.isEmpty()) {
            state.setOffer(description("offer", 0, taken));
            state.setAnswer(description("answer", 0, answered));
        }
        return state;
    }

    private static DataChannelInfo channel(String label, int id, SignalTarget target) {
        return DataChannelInfo.newBuilder().setLabel(label).setId(id).setTarget(target).build();
    }

    /// Small talk: wishes about the others' tracks, a new name, a ping.
    void look() throws IOException, InterruptedException {
        hear();
        for (String sid : trackSids) {
            say(
                    SignalRequest.newBuilder()
                            .setTrackSetting(
                                    UpdateTrackSettings.newBuilder()
                                            .addTrackSids(sid)
                                            .setQuality(VideoQuality.MEDIUM)
                                            .setWidth(640)
                                            .setHeight(360)));
        }
        if (!trackSids.isEmpty()) {
            subscribe(trackSids.getLast(), false);
            subscribe(trackSids.getLast(), true);
        }
        say(
                SignalRequest.newBuilder()
                        .setUpdateMetadata(
                                UpdateParticipantMetadata.newBuilder()
                                        .setName("Somebody")
                                        .setMetadata("{\"hand\":true}")
                                        .putAttributes("mood", "good")));
        say(
                SignalRequest.newBuilder()
                        .setPingReq(Ping.newBuilder().setTimestamp(System.currentTimeMillis())));
        hearUntil(MessageCase.PONG_RESP);
    }

    private void subscribe(String sid, boolean wanted) throws IOException, InterruptedException {
        say(
                SignalRequest.newBuilder()
                        .setSubscription(
                                UpdateSubscription.newBuilder()
                                        .addTrackSids(sid)
                                        .setSubscribe(wanted)));
    }

    void leave() throws IOException, InterruptedException {
        hear();
        say(
                SignalRequest.newBuilder()
                        .setLeave(
                                LeaveRequest.newBuilder()
                                        .setReason(DisconnectReason.CLIENT_INITIATED)));
        awaitClosed();
    }

    /// The server ends the connection.
    void awaitClosed() throws IOException, InterruptedException {
        await(line.closed);
    }

    /// Ends it, if it is not over yet.
    void close() {
        line.socket.close();
    }

    /// What does not leave any more is no loss: that the connection is over is heard next.
    private void say(SignalRequest.Builder request) throws IOException, InterruptedException {
        var bytes = Buffer.buffer(request.build().toByteArray());
        await(line.socket.writeBinaryMessage(bytes).otherwiseEmpty());
    }

    /// What has come in meanwhile, up to what ends the connection.
    void hear() throws IOException, InterruptedException {
        while (!isCut && line.heard.peek() != null) {
            onHeard(line.heard.remove());
        }
    }

    private void hearUntil(MessageCase wanted) throws IOException, InterruptedException {
        SignalResponse next;
        do {
            next = line.heard.poll(LIMIT_S, TimeUnit.SECONDS);
            if (next == null || next.getMessageCase() == MessageCase.MESSAGE_NOT_SET) {
                throw new IOException("the training did not hear " + wanted);
            }
            onHeard(next);
        } while (next.getMessageCase() != wanted);
    }

    private void onHeard(SignalResponse response) throws IOException, InterruptedException {
        switch (response.getMessageCase()) {
            case JOIN -> {
                sid = response.getJoin().getParticipant().getSid();
                response.getJoin().getOtherParticipantsList().forEach(this::learn);
            }
            case UPDATE -> response.getUpdate().getParticipantsList().forEach(this::learn);
            case TRACK_PUBLISHED -> published.add(response.getTrackPublished());
            case OFFER -> onOffer(response.getOffer());
            case ANSWER -> {
                onServer(response.getAnswer().getSdp());
                if (isSingle()) {
                    answered = response.getAnswer().getSdp();
                }
            }
            case MEDIA_SECTIONS_REQUIREMENT -> {
                var needed = response.getMediaSectionsRequirement();
                sdp.receive(needed.getNumAudios(), needed.getNumVideos());
                say(SignalRequest.newBuilder().setOffer(nextOffer()));
            }
            case LEAVE -> onLeave(response.getLeave().getAction());
            case MESSAGE_NOT_SET -> isCut = true;
            default -> {
                // Nothing to do about the rest.
            }
        }
    }

    private void onOffer(SessionDescription offer) throws IOException, InterruptedException {
        if (onServer(offer.getSdp())) {
            sdp.restartIce();
        }
        taken = offer.getSdp();
        answered = sdp.answer(taken);
        say(SignalRequest.newBuilder().setAnswer(description("answer", offer.getId(), answered)));
    }

    /// Whether another one has taken over.
    private boolean onServer(String description) {
        String speaking = TrainingSdp.fingerprint(description);
        boolean isAnother = !server.isEmpty() && !server.equals(speaking);
        server = speaking;
        moves += isAnother ? 1 : 0;
        return isAnother;
    }

    private void onLeave(LeaveRequest.Action action) throws IOException {
        switch (action) {
            case RESUME -> isCut = true;
            case RECONNECT -> throw new IOException("the training was to begin anew");
            case DISCONNECT, UNRECOGNIZED -> {
                // The websocket ends.
            }
        }
    }

    private void learn(ParticipantInfo info) {
        info.getTracksList().stream()
                .map(TrackInfo::getSid)
                .filter(sid -> !trackSids.contains(sid))
                .forEach(trackSids::add);
    }
}
