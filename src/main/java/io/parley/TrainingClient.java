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
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import livekit.LivekitRtc.WrappedJoinRequest;

/// One client of a training run, over a real websocket: joins, publishes, subscribes, leaves. Its
/// media never connects. Owned by the training's thread; only the queue is filled by another.
///
/// Not over the JDK's websocket: about one in a thousand hears nothing any more when messages come
/// together with the answer to its upgrade (Java 25).
final class TrainingClient {
    private static final long LIMIT_S = 10;

    /// Nobody is there.
    private static final String CANDIDATE =
            "{\"candidate\":\"candidate:1 1 udp 2122260223 127.0.0.1 9 typ host generation 0\","
                    + "\"sdpMid\":\"0\",\"sdpMLineIndex\":0}";

    private final boolean single;

    private final BlockingQueue<SignalResponse> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final TrainingSdp sdp = new TrainingSdp();
    private final List<String> trackSids = new ArrayList<>();

    private final ClientWebSocket socket;
    private int offers;

    /// Connects to `/rtc/v1` with everything in the join request, or to `/rtc`.
    TrainingClient(WebSocketClient sockets, int port, String token, boolean single)
            throws IOException, InterruptedException {
        this.single = single;
        this.socket = sockets.webSocket();
        socket.binaryMessageHandler(this::onMessage);
        socket.closeHandler(_ -> closed.complete(null));
        socket.exceptionHandler(closed::completeExceptionally);
        await(
                socket.connect(
                        new WebSocketConnectOptions()
                                .setHost("127.0.0.1")
                                .setPort(port)
                                .setURI(path())
                                .putHeader("Authorization", "Bearer " + token)));
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

    private String path() {
        return single
                ? "/rtc/v1?join_request=" + joinRequest()
                : "/rtc?sdk=js&version=2.15.0&protocol=16&browser=Chrome&auto_subscribe=1";
    }

    private String joinRequest() {
        ByteString request =
                JoinRequest.newBuilder()
                        .setClientInfo(
                                ClientInfo.newBuilder()
                                        .setSdk(ClientInfo.SDK.JS)
                                        .setVersion("2.15.0")
                                        .setBrowser("Chrome")
                                        .setProtocol(16))
                        .setConnectionSettings(
                                ConnectionSettings.newBuilder().setAutoSubscribe(true))
                        .addAddTrackRequests(microphone())
                        .addAddTrackRequests(camera())
                        .setPublisherOffer(nextOffer())
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
        return SessionDescription.newBuilder()
                .setType("offer")
                .setId(++offers)
                .setSdp(sdp.offer())
                .build();
    }

    private void onMessage(Buffer bytes) {
        try {
            heard.add(SignalResponse.parseFrom(bytes.getBytes()));
        } catch (InvalidProtocolBufferException e) {
            closed.completeExceptionally(e);
        }
    }

    // ---- what a client does

    /// From the join response to published tracks.
    void enter() throws IOException, InterruptedException {
        hearUntil(SignalResponse.MessageCase.JOIN);
        if (!single) {
            say(SignalRequest.newBuilder().setAddTrack(microphone()));
            say(SignalRequest.newBuilder().setAddTrack(camera()));
            hearUntil(SignalResponse.MessageCase.TRACK_PUBLISHED);
            hearUntil(SignalResponse.MessageCase.TRACK_PUBLISHED);
            say(SignalRequest.newBuilder().setOffer(nextOffer()));
        }
        hearUntil(SignalResponse.MessageCase.ANSWER);
        say(
                SignalRequest.newBuilder()
                        .setTrickle(
                                TrickleRequest.newBuilder()
                                        .setTarget(SignalTarget.PUBLISHER)
                                        .setCandidateInit(CANDIDATE)));
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
        hearUntil(SignalResponse.MessageCase.PONG_RESP);
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
        await(closed);
    }

    /// Ends it, if it is not over yet.
    void close() {
        socket.close();
    }

    private void say(SignalRequest.Builder request) throws IOException, InterruptedException {
        if (!closed.isDone()) {
            await(socket.writeBinaryMessage(Buffer.buffer(request.build().toByteArray())));
        }
    }

    /// What has come in meanwhile.
    void hear() throws IOException, InterruptedException {
        for (SignalResponse next = heard.poll(); next != null; next = heard.poll()) {
            onHeard(next);
        }
    }

    private void hearUntil(SignalResponse.MessageCase wanted)
            throws IOException, InterruptedException {
        SignalResponse next;
        do {
            next = heard.poll(LIMIT_S, TimeUnit.SECONDS);
            if (next == null) {
                throw new IOException("the training did not hear " + wanted);
            }
            onHeard(next);
        } while (next.getMessageCase() != wanted);
    }

    private void onHeard(SignalResponse response) throws IOException, InterruptedException {
        switch (response.getMessageCase()) {
            case JOIN -> response.getJoin().getOtherParticipantsList().forEach(this::learn);
            case UPDATE -> response.getUpdate().getParticipantsList().forEach(this::learn);
            case OFFER ->
                    say(
                            SignalRequest.newBuilder()
                                    .setAnswer(
                                            SessionDescription.newBuilder()
                                                    .setType("answer")
                                                    .setId(response.getOffer().getId())
                                                    .setSdp(
                                                            TrainingSdp.answer(
                                                                    response.getOffer()
                                                                            .getSdp()))));
            case MEDIA_SECTIONS_REQUIREMENT -> {
                var needed = response.getMediaSectionsRequirement();
                sdp.receive(needed.getNumAudios(), needed.getNumVideos());
                say(SignalRequest.newBuilder().setOffer(nextOffer()));
            }
            default -> {
                // Nothing to do about the rest.
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
