package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPermission;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What no honest client says on the way in or on its websocket: each gets its status, refusal or
/// close, and the next client is unharmed.
class BadSignalTest {
    private static final int TOO_BIG = 1009;

    /// The close frame may be lost with the connection while the client still sends.
    private static final int RESET = 1006;

    private static final String PATH = "/rtc?auto_subscribe=1";
    private static final JoinOptions GOOD = JoinOptions.of("bad", "x");

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("--room.departure_timeout", "1");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    // ---- on the way in

    /// A connection attempt and the answer it must get.
    private record Attempt(String name, String path, String token, int status, String text) {}

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> refusesBadAttempts() {
        return Stream.concat(badTokens(), badRequests())
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertRefused(each)));
    }

    private static Stream<Attempt> badTokens() {
        String good = GOOD.token();
        String path = PATH;
        return Stream.of(
                new Attempt("no token", path, "", 401, "permissions"),
                new Attempt("garbage token", path, "garbage", 401, "invalid"),
                new Attempt("three dots", path, "a.b.c", 401, "invalid"),
                new Attempt(
                        "changed token",
                        path,
                        good.substring(0, good.length() - 3) + "AAA",
                        401,
                        "invalid"),
                new Attempt("another key", path, foreign(), 401, "invalid API key"),
                new Attempt("expired", path, expired(), 401, "expired"),
                new Attempt(
                        "no video grant", path, TestNode.token("{\"identity\":\"x\"}"), 401, ""),
                new Attempt(
                        "not to join",
                        path,
                        TestNode.token("{\"identity\":\"x\",\"video\":{\"room\":\"bad\"}}"),
                        401,
                        "permissions"));
    }

    private static Stream<Attempt> badRequests() {
        String good = GOOD.token();
        String path = PATH;
        return Stream.of(
                new Attempt(
                        "no room",
                        path,
                        TestNode.token("{\"identity\":\"x\",\"video\":{\"roomJoin\":true}}"),
                        400,
                        "no room name"),
                new Attempt(
                        "no identity",
                        path,
                        TestNode.token("{\"video\":{\"roomJoin\":true,\"room\":\"bad\"}}"),
                        400,
                        "identity cannot be empty"),
                new Attempt(
                        "long identity",
                        path,
                        JoinOptions.of("bad", "x".repeat(257)).token(),
                        400,
                        "identity length exceeds limits"),
                new Attempt(
                        "long room name",
                        path,
                        JoinOptions.of("r".repeat(257), "x").token(),
                        400,
                        "room name length exceeds limits"),
                new Attempt("no join request", "/rtc/v1", good, 400, "join_request is required"),
                new Attempt(
                        "join request not base64",
                        "/rtc/v1?join_request=%21%21",
                        good,
                        400,
                        "cannot base64 decode wrapped join request"),
                new Attempt(
                        "join request not protobuf",
                        "/rtc/v1?join_request=" + base64("\u0007\u0007garbage"),
                        good,
                        400,
                        "cannot unmarshal wrapped join request"),
                new Attempt(
                        "attributes without permission",
                        path + "&attributes=" + base64("{\"a\":\"b\"}"),
                        good,
                        401,
                        "permissions"),
                new Attempt("unknown path", "/rtc/v7", good, 404, ""));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String foreign() {
        return TestNode.token(
                "{\"identity\":\"x\",\"video\":{\"roomJoin\":true,\"room\":\"bad\"}}",
                "other",
                System.currentTimeMillis());
    }

    private static String expired() {
        return TestNode.token(
                "{\"identity\":\"x\",\"video\":{\"roomJoin\":true,\"room\":\"bad\"}}",
                TestNode.KEY,
                System.currentTimeMillis() - 2 * 3_600_000L);
    }

    private static void assertRefused(Attempt attempt) {
        SignalSocket.Refused refused =
                catchThrowableOfType(
                        SignalSocket.Refused.class,
                        () ->
                                SignalSocket.open(
                                        node, attempt.path(), attempt.token(), new Silent()));
        assertThat(refused).as("refusal of " + attempt.name()).isNotNull();
        assertThat(refused.status).as(refused.body).isEqualTo(attempt.status());
        assertThat(refused.body).contains(attempt.text());
        assertThat(badRooms()).isZero();
    }

    private static int badRooms() {
        return new RoomApi(node)
                .call(
                        "ListRooms",
                        "bad",
                        ListRoomsRequest.newBuilder().addNames("bad").build(),
                        ListRoomsResponse.parser())
                .getRoomsCount();
    }

    private static final class Silent implements SignalSocket.Intake {
        @Override
        public void onOpen(SignalSocket socket) {}

        @Override
        public void onSignal(livekit.LivekitRtc.SignalResponse response) {}
    }

    // ---- frames that end the connection

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> closesTheConnectionAtUnreadableFrames() {
        return Stream.of(
                closing("garbage bytes", 1007, socket -> socket.sendBytes(random(100))),
                closing("garbage text", 1007, socket -> socket.sendText("{not json")),
                closing("JSON of another kind", 1007, socket -> socket.sendText("[1,2,3]")),
                closing("a cut message", 1007, socket -> socket.sendBytes(new byte[] {10, 50, 1})),
                closing("a huge frame", TOO_BIG, socket -> socket.sendBytes(new byte[3 << 20])));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        bytes[0] = (byte) 0xFF;
        return bytes;
    }

    private static DynamicTest closing(String name, int code, Consumer<SignalSocket> act) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    String room = Deployment.newRoom();
                    try (TestClient watcher =
                                    TestClient.join(node, JoinOptions.of(room, "watcher"));
                            TestClient bad =
                                    TestClient.connectSignalOnly(
                                            node, JoinOptions.of(room, "bad"))) {
                        watcher.awaitParticipant("bad", _ -> true);
                        act.accept(bad.socket());
                        bad.awaitClosed();
                        assertThat(bad.socket().closeCode())
                                .isIn(code, code == TOO_BIG ? RESET : code);
                        watcher.awaitGone("bad");
                    }
                    nextClientIsUnharmed(room);
                });
    }

    // ---- requests that are refused

    /// A request and the refusal it must get.
    private record Request(String name, SignalRequest.Builder request, Reason reason) {}

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> refusesBadRequestsAndGoesOn() {
        return requests().map(each -> DynamicTest.dynamicTest(each.name(), () -> refused(each)));
    }

    private static Stream<Request> requests() {
        return Stream.of(
                new Request(
                        "a source not allowed",
                        track(TrackType.AUDIO, TrackSource.SCREEN_SHARE_AUDIO),
                        Reason.NOT_ALLOWED),
                new Request(
                        "a track of data",
                        track(TrackType.DATA, TrackSource.CAMERA),
                        Reason.UNSUPPORTED_TYPE),
                new Request(
                        "a second codec for no track",
                        SignalRequest.newBuilder()
                                .setAddTrack(
                                        AddTrackRequest.newBuilder()
                                                .setType(TrackType.VIDEO)
                                                .setSource(TrackSource.CAMERA)
                                                .setSid("TR_nothing")),
                        Reason.NOT_FOUND),
                new Request(
                        "mute of nothing",
                        SignalRequest.newBuilder()
                                .setMute(MuteTrackRequest.newBuilder().setSid("TR_nothing")),
                        Reason.NOT_FOUND),
                new Request(
                        "a candidate that is no JSON",
                        SignalRequest.newBuilder()
                                .setTrickle(TrickleRequest.newBuilder().setCandidateInit("{x")),
                        Reason.UNCLASSIFIED_ERROR),
                new Request(
                        "metadata without permission",
                        SignalRequest.newBuilder()
                                .setUpdateMetadata(
                                        UpdateParticipantMetadata.newBuilder().setMetadata("x")),
                        Reason.NOT_ALLOWED));
    }

    private static SignalRequest.Builder track(TrackType type, TrackSource source) {
        return SignalRequest.newBuilder()
                .setAddTrack(
                        AddTrackRequest.newBuilder().setCid("c").setType(type).setSource(source));
    }

    private static void refused(Request request) {
        String room = Deployment.newRoom();
        JoinOptions options =
                JoinOptions.of(room, "bad")
                        .withGrants("\"canPublishSources\":[\"camera\",\"microphone\"]");
        try (TestClient watcher = TestClient.join(node, JoinOptions.of(room, "watcher"));
                TestClient bad = TestClient.join(node, options)) {
            bad.send(request.request());
            var answer =
                    bad.awaitHeard(
                            "refusal",
                            response ->
                                    response.hasRequestResponse()
                                            && response.getRequestResponse().getReason()
                                                    != Reason.OK);
            assertThat(answer.getRequestResponse().getReason()).isEqualTo(request.reason());
            watcher.awaitMedia(bad.publishAudio("fine").sid(), 5);
        }
    }

    // ---- requests that are ignored

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> ignoresNonsenseAndGoesOn() {
        return Stream.of(
                ignoring("an empty request", SignalRequest.newBuilder()),
                ignoring(
                        "an answer to nothing",
                        SignalRequest.newBuilder()
                                .setAnswer(
                                        SessionDescription.newBuilder()
                                                .setType("answer")
                                                .setId(99)
                                                .setSdp("x"))),
                ignoring(
                        "a candidate of nonsense",
                        SignalRequest.newBuilder()
                                .setTrickle(
                                        TrickleRequest.newBuilder()
                                                .setCandidateInit(
                                                        "{\"candidate\":\"candidate:x y z\"}"))),
                ignoring(
                        "a subscription to nothing",
                        SignalRequest.newBuilder()
                                .setSubscription(
                                        UpdateSubscription.newBuilder()
                                                .addTrackSids("TR_nothing")
                                                .setSubscribe(true))),
                ignoring(
                        "settings of nothing",
                        SignalRequest.newBuilder()
                                .setTrackSetting(
                                        UpdateTrackSettings.newBuilder()
                                                .addTrackSids("TR_nothing")
                                                .setWidth(1 << 30)
                                                .setFps(-1))),
                ignoring(
                        "a permission for nobody",
                        SignalRequest.newBuilder()
                                .setSubscriptionPermission(
                                        SubscriptionPermission.newBuilder()
                                                .addTrackPermissions(
                                                        TrackPermission.getDefaultInstance()))));
    }

    /// A client newer than we are sends values that we have no names for.
    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> takesValuesOfTheFuture() {
        int future = 77;
        var track =
                AddTrackRequest.newBuilder()
                        .setCid("c")
                        .setType(TrackType.VIDEO)
                        .setSourceValue(future);
        return Stream.of(
                ignoring("a track source", SignalRequest.newBuilder().setAddTrack(track)),
                ignoring(
                        "an encryption",
                        SignalRequest.newBuilder()
                                .setAddTrack(
                                        track.clone()
                                                .setSource(TrackSource.CAMERA)
                                                .setEncryptionValue(future))),
                ignoring(
                        "an audio feature and a codec policy",
                        SignalRequest.newBuilder()
                                .setAddTrack(
                                        track.clone()
                                                .setSource(TrackSource.CAMERA)
                                                .addAudioFeaturesValue(future)
                                                .setBackupCodecPolicyValue(future))),
                ignoring(
                        "a track type",
                        SignalRequest.newBuilder().setAddTrack(track.clone().setTypeValue(future))),
                ignoring(
                        "a quality",
                        SignalRequest.newBuilder()
                                .setTrackSetting(
                                        UpdateTrackSettings.newBuilder()
                                                .addTrackSids("TR_nothing")
                                                .setQualityValue(future))),
                ignoring(
                        "a candidate's target",
                        SignalRequest.newBuilder()
                                .setTrickle(
                                        TrickleRequest.newBuilder()
                                                .setTargetValue(future)
                                                .setCandidateInit("{}"))));
    }

    private static SignalRequest.Builder offer(String sdp) {
        return SignalRequest.newBuilder()
                .setOffer(SessionDescription.newBuilder().setType("offer").setId(50).setSdp(sdp));
    }

    private static DynamicTest ignoring(String name, SignalRequest.Builder request) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    String room = Deployment.newRoom();
                    try (TestClient watcher =
                                    TestClient.join(node, JoinOptions.of(room, "watcher"));
                            TestClient odd = TestClient.join(node, JoinOptions.of(room, "odd"))) {
                        odd.send(request);
                        watcher.awaitMedia(odd.publishAudio("fine").sid(), 5);
                        watcher.awaitParticipant(
                                "odd", info -> info.getState() == ParticipantInfo.State.ACTIVE);
                    }
                });
    }

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> sendsBackToJoinAnewWhereNothingFits() {
        return Stream.of(
                reconnecting("an empty offer", offer("")),
                reconnecting("an offer that is no SDP", offer("v=0\r\ngarbage")),
                reconnecting("a sync state of unknown tracks", unknownTracks()));
    }

    private static SignalRequest.Builder unknownTracks() {
        return SignalRequest.newBuilder()
                .setSyncState(
                        SyncState.newBuilder()
                                .addPublishTracks(
                                        TrackPublishedResponse.newBuilder()
                                                .setCid("c")
                                                .setTrack(TrackInfo.newBuilder().setSid("TR_no"))));
    }

    private static DynamicTest reconnecting(String name, SignalRequest.Builder request) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    String room = Deployment.newRoom();
                    try (TestClient anna = TestClient.join(node, JoinOptions.of(room, "anna"))) {
                        anna.send(request);
                        assertThat(anna.awaitLeave().getAction())
                                .isEqualTo(LeaveRequest.Action.RECONNECT);
                        anna.awaitClosed();
                    }
                    nextClientIsUnharmed(room);
                });
    }

    @Test
    void moreThanTwentyPendingTracksAreTooMany() {
        String room = Deployment.newRoom();
        try (TestClient anna = TestClient.join(node, JoinOptions.of(room, "anna"))) {
            for (int i = 0; i < 21; i++) {
                anna.send(
                        SignalRequest.newBuilder()
                                .setAddTrack(
                                        AddTrackRequest.newBuilder()
                                                .setCid("c" + i)
                                                .setType(TrackType.AUDIO)
                                                .setSource(TrackSource.MICROPHONE)));
            }
            anna.awaitHeard(
                    "limit",
                    response ->
                            response.hasRequestResponse()
                                    && response.getRequestResponse().getReason()
                                            == Reason.LIMIT_EXCEEDED);
        }
        nextClientIsUnharmed(room);
    }

    @Test
    void random1000RequestsDoNotHurtTheRoom() {
        String room = Deployment.newRoom();
        var random = new Random(99);
        try (TestClient watcher = TestClient.join(node, JoinOptions.of(room, "watcher"))) {
            for (int round = 0; round < 20; round++) {
                TestClient fuzz =
                        TestClient.connectSignalOnly(node, JoinOptions.of(room, "fuzz" + round));
                for (int i = 0; i < 50 && !fuzz.socket().isClosed(); i++) {
                    fuzz.socket().sendBytes(mutated(random));
                }
                fuzz.close();
            }
            nextClientIsUnharmed(room);
            watcher.awaitParticipant("watcher", _ -> true);
        }
    }

    /// A real request with some bytes changed.
    private static byte[] mutated(Random random) {
        SignalRequest.Builder[] seeds = {
            offer("v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"),
            track(TrackType.VIDEO, TrackSource.CAMERA),
            SignalRequest.newBuilder()
                    .setUpdateMetadata(
                            UpdateParticipantMetadata.newBuilder()
                                    .setMetadata("m")
                                    .putAttributes("a", "b")),
            SignalRequest.newBuilder()
                    .setTrickle(TrickleRequest.newBuilder().setCandidateInit("{\"candidate\":1}")),
            SignalRequest.newBuilder()
                    .setSubscription(UpdateSubscription.newBuilder().addTrackSids("TR_x"))
        };
        byte[] bytes = seeds[random.nextInt(seeds.length)].build().toByteArray();
        for (int i = 0; i < 2; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static void nextClientIsUnharmed(String room) {
        try (TestClient one = TestClient.join(node, JoinOptions.of(room, "one"));
                TestClient two = TestClient.join(node, JoinOptions.of(room, "two"))) {
            two.awaitMedia(one.publishAudio("a").sid(), 5);
        }
    }
}
