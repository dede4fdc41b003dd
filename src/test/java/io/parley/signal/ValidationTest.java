package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.parley.auth.Grants;
import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.JoinReply;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.parley.scenario.Waiting;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.WrappedJoinRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tables of the contract, over a real port.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ValidationTest {
    private static final String NO_PERMISSION = "no permissions to access the room";
    private static final String LONG = "x".repeat(257);

    private final SignalFixture server = new SignalFixture();

    @BeforeAll
    void isUp() {
        assertThat(server.port).isPositive();
    }

    @AfterAll
    void close() {
        server.close();
    }

    private static Grants grants(String json) {
        return Grants.fromJson(json);
    }

    private static Grants updating() {
        return grants(
                "{\"identity\":\"a\",\"video\":{\"roomJoin\":true,\"room\":\"r\",\"canUpdateOwnMetadata\":true}}");
    }

    private static Grants plain() {
        return Grants.joining("a", "r");
    }

    static String wrapped(JoinRequest request) {
        return wrapped(WrappedJoinRequest.Compression.NONE, request.toByteArray());
    }

    static String wrapped(WrappedJoinRequest.Compression compression, byte[] inner) {
        var wrapper =
                WrappedJoinRequest.newBuilder()
                        .setCompression(compression)
                        .setJoinRequest(ByteString.copyFrom(inner));
        return Base64.getUrlEncoder().encodeToString(wrapper.build().toByteArray());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(out)) {
            stream.write(bytes);
        }
        return out.toByteArray();
    }

    static Stream<Arguments> refusals() throws IOException {
        var gzip = WrappedJoinRequest.Compression.GZIP;
        var none = WrappedJoinRequest.Compression.NONE;
        byte[] damaged = gzip(new byte[10_000]);
        damaged[damaged.length - 3] ^= 1;
        var metadata = wrapped(JoinRequest.newBuilder().setMetadata("m").build());
        var attributes =
                wrapped(JoinRequest.newBuilder().putParticipantAttributes("k", "v").build());
        var tooMuch = wrapped(JoinRequest.newBuilder().setMetadata("m".repeat(600_000)).build());
        var join = "?join_request=";
        return Stream.of(
                Arguments.of("", grants("{\"identity\":\"a\"}"), 401, NO_PERMISSION),
                Arguments.of("", grants("{\"video\":{\"room\":\"r\"}}"), 401, "permissions denied"),
                Arguments.of("", Grants.joining("", "r"), 400, "identity cannot be empty"),
                Arguments.of(
                        "",
                        Grants.joining(LONG, "r"),
                        400,
                        "participant identity length exceeds limits: max length 256"),
                Arguments.of("", Grants.joining("a", ""), 400, "no room name"),
                Arguments.of(
                        "",
                        Grants.joining("a", LONG),
                        400,
                        "room name length exceeds limits: max length 256"),
                Arguments.of(
                        "?publish=x",
                        grants(
                                "{\"identity\":\"a\",\"video\":{\"roomJoin\":true,\"room\":\"r\",\"canPublish\":false}}"),
                        401,
                        NO_PERMISSION),
                Arguments.of("?attributes=eyJhIjoiYiJ9", plain(), 401, NO_PERMISSION),
                Arguments.of("/v1", plain(), 400, "join_request is required"),
                Arguments.of("/v1", Grants.NONE, 401, NO_PERMISSION),
                Arguments.of(
                        join + "%25", plain(), 400, "cannot base64 decode wrapped join request"),
                Arguments.of(join + "____", plain(), 400, "cannot unmarshal wrapped join request"),
                Arguments.of(
                        join + wrapped(none, new byte[] {-1}),
                        plain(),
                        400,
                        "cannot unmarshal join request"),
                Arguments.of(
                        join + wrapped(gzip, gzip(new byte[(1 << 20) + 1])),
                        plain(),
                        400,
                        "join request too large"),
                Arguments.of(
                        join + wrapped(gzip, damaged),
                        plain(),
                        400,
                        "cannot read decompressed join request"),
                Arguments.of("/v1" + join + metadata, plain(), 401, NO_PERMISSION),
                Arguments.of("/v1" + join + attributes, plain(), 401, NO_PERMISSION),
                Arguments.of(
                        "/v1" + join + tooMuch, updating(), 400, "metadata size exceeds limits"));
    }

    @ParameterizedTest(name = "{3} [{index}]")
    @MethodSource("refusals")
    void refusesOnTheValidatePathAndTheWebsocketPath(
            String rest, Grants grants, int status, String text) {
        String token = server.token(grants);
        int query = rest.indexOf('?') < 0 ? rest.length() : rest.indexOf('?');
        String validate = "/rtc" + rest.substring(0, query) + "/validate" + rest.substring(query);

        var validated = server.get(validate, Map.of("Authorization", "Bearer " + token));
        assertThat(validated.text()).isEqualTo(text);
        assertThat(validated.status()).isEqualTo(status);
        var upgraded = server.upgrade("/rtc" + rest, token);

        assertThat(upgraded.status()).isEqualTo(status);
        assertThat(upgraded.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {Ops.DRAIN, Ops.MOVE})
    void aNodeThatSendsItsClientsAwayLetsNobodyComeBack(String order) {
        try (var leaving = new SignalFixture()) {
            leaving.bus.publish(Addresses.CONNECTIONS, BusMessage.of(order));
            String resume = "/rtc?reconnect=1&sid=" + SignalFixture.SID;

            Waiting.until(
                    "resumes are refused",
                    () -> leaving.upgrade(resume, leaving.token()).status() == 503);

            assertThat(leaving.upgrade(resume, leaving.token()).text())
                    .isEqualTo("node is draining");
            assertThat(leaving.connect("/rtc").next()).isEqualTo(SignalFixture.HELLO);
            assertThat(leaving.get("/live", Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    void answersSuccessToAValidRequest() {
        var byHeader =
                server.get("/rtc/validate", Map.of("Authorization", "Bearer " + server.token()));
        var byQuery = server.get("/rtc/validate?access_token=" + server.token(), Map.of());
        var withSlash = server.get("//rtc/validate?access_token=" + server.token(), Map.of());
        var wide = JoinRequest.newBuilder().setMetadata("m".repeat(200_000)).build();
        var v1 =
                server.get(
                        "/rtc/v1/validate?join_request=" + wrapped(wide),
                        Map.of("Authorization", "Bearer " + server.token(updating())));

        assertThat(byHeader.status()).isEqualTo(200);
        assertThat(byHeader.text()).isEqualTo("success");
        assertThat(byQuery.text()).isEqualTo("success");
        assertThat(withSlash.text()).isEqualTo("success");
        assertThat(v1.text()).isEqualTo("success");
    }

    @Test
    void refusesBadTokensOnEveryPath() {
        for (String path : new String[] {"/rtc", "/rtc/validate", "/", "/nowhere"}) {
            var noBearer = server.get(path, Map.of("Authorization", "Basic x"));
            assertThat(noBearer.status()).isEqualTo(401);
            assertThat(noBearer.text())
                    .isEqualTo("invalid authorization header. Must start with Bearer ");
            assertThat(server.get(path + "?access_token=x", Map.of()).text())
                    .isEqualTo("invalid authorization token");
        }
        var headerWins =
                server.get(
                        "/rtc/validate?access_token=" + server.token(),
                        Map.of("Authorization", "Bearer x"));
        assertThat(headerWins.status()).isEqualTo(401);
    }

    @Test
    void answersNothingButNotFoundWithoutUpgrade() {
        var plain = server.get("/rtc", Map.of());
        assertThat(plain.status()).isEqualTo(404);
        assertThat(plain.text()).isEmpty();
        assertThat(server.get("/rtc/validate", Map.of()).text()).isEqualTo(NO_PERMISSION);
        var nowhere = server.get("/settings/regions", Map.of());
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.text()).isEqualTo("404 page not found");
    }

    @Test
    void refusesDamagedAttributesOnlyOnTheValidatePath() {
        var strict =
                server.get(
                        "/rtc/validate?attributes=e30x",
                        Map.of("Authorization", "Bearer " + server.token(updating())));
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.text()).isEqualTo("cannot decode attributes");

        var client = server.connect("/rtc?attributes=e30x");
        assertThat(client.next()).isEqualTo(SignalFixture.HELLO);
    }

    @Test
    void refusesAQueryThatIsNoQuery() {
        assertThat(server.get("/rtc/validate?x=%zz", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void letsEveryOriginIn() {
        var simple = server.get("/", Map.of("Origin", "https://a.example"));
        assertThat(simple.status()).isEqualTo(200);
        assertThat(simple.text()).isEqualTo("OK");
        assertThat(simple.headers())
                .containsEntry("access-control-allow-origin", "https://a.example")
                .containsEntry("access-control-expose-headers", "*");
        var preflight =
                server.send(
                        HttpMethod.OPTIONS,
                        "/twirp/x",
                        Map.of(
                                "Origin", "https://a.example",
                                "Access-Control-Request-Method", "POST",
                                "Access-Control-Request-Headers", "x-a"));
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers())
                .containsEntry("access-control-max-age", "86400")
                .containsEntry("access-control-allow-headers", "x-a");
        var refused = server.get("/rtc/validate", Map.of("Origin", "https://a.example"));
        assertThat(refused.headers()).containsEntry("access-control-allow-origin", "*");
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() {
        var answer = server.send(HttpMethod.POST, "/twirp/x", Map.of("Content-Length", "1001"));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).isEqualTo("request body too large");
    }

    @Test
    void tellsTheRoomWhatTheQuerySays() throws IOException {
        Await.result(server.directory.claim(new RoomName("kitchen")));
        server.joins.clear();
        server.connect(
                "/rtc?sdk=js&protocol=15&auto_subscribe=0&adaptive_stream=1&version=2.1&publish=cam"
                        + "&reconnect=1&sid=PA_9&reconnect_reason=2&client_protocol=3"
                        + "&capabilities=CAP_PACKET_TRAILER,NEWER&subscriber_allow_pause=true");
        var join = SignalFixture.take(server.joins);
        var session = StartSession.parseFrom(join.message().body().getBytes());

        assertThat(join.op()).isEqualTo(Ops.JOIN);
        assertThat(SignalFixture.header(join, Ops.EDGE)).isEqualTo("ND_self");
        assertThat(SignalFixture.header(join, Ops.API_KEY)).isEqualTo("devkey");
        assertThat(SignalFixture.header(join, Ops.TOKEN_EXPIRES_MS)).isNotEmpty();
        assertThat(session.getConnectionId()).startsWith("CO_");
        assertThat(session.getIdentity()).isEqualTo("alice#cam");
        assertThat(session.getRoomName()).isEqualTo("kitchen");
        assertThat(session.getAutoSubscribe()).isFalse();
        assertThat(session.getAdaptiveStream()).isTrue();
        assertThat(session.getSubscriberAllowPause()).isTrue();
        assertThat(session.hasAutoSubscribeDataTrack()).isFalse();
        assertThat(session.getReconnect()).isTrue();
        assertThat(session.getParticipantId()).isEqualTo("PA_9");
        assertThat(session.getUseSinglePeerConnection()).isFalse();
        assertThat(session.getClient().getProtocol()).isEqualTo(15);
        assertThat(session.getClient().getAddress()).isEqualTo("127.0.0.1");
        assertThat(session.getClient().getCapabilitiesCount()).isEqualTo(1);
        assertThat(Grants.fromJson(session.getGrantsJson()).video().canSubscribe()).isFalse();
    }

    @Test
    void tellsTheRoomWhatTheJoinRequestSays() throws IOException {
        server.joins.clear();
        var request =
                JoinRequest.newBuilder()
                        .setClientInfo(ClientInfo.newBuilder().setSdk(ClientInfo.SDK.RUST))
                        .setConnectionSettings(
                                ConnectionSettings.newBuilder().setAutoSubscribe(true))
                        .build();
        server.connect("/rtc/v1?join_request=" + wrapped(request));
        var session =
                StartSession.parseFrom(
                        SignalFixture.take(server.joins).message().body().getBytes());

        assertThat(session.getUseSinglePeerConnection()).isTrue();
        assertThat(session.getAutoSubscribe()).isTrue();
        assertThat(session.hasSubscriberAllowPause()).isFalse();
        assertThat(session.getClient().getSdk()).isEqualTo(ClientInfo.SDK.RUST);
        assertThat(session.getClient().getBrowser()).isEmpty();
    }

    @Test
    void recognisesCommonBrowsers() {
        var chrome =
                UserAgent.parse(
                        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like"
                                + " Gecko) Chrome/120.0.0.0 Safari/537.36");
        assertThat(chrome)
                .isEqualTo(new UserAgent("Chrome", "120.0.0.0", "Windows", "10", "Other"));
        var safari =
                UserAgent.parse(
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X)"
                                + " AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148"
                                + " Safari/604.1");
        assertThat(safari)
                .isEqualTo(new UserAgent("Mobile Safari", "17.1", "iOS", "17.1", "iPhone"));
        var firefox =
                UserAgent.parse(
                        "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0");
        assertThat(firefox).isEqualTo(new UserAgent("Firefox", "115.0", "Linux", "", "Other"));
        var android =
                UserAgent.parse(
                        "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like"
                                + " Gecko) Chrome/116.0.0.0 Mobile Safari/537.36");
        assertThat(android)
                .isEqualTo(new UserAgent("Chrome Mobile", "116.0.0.0", "Android", "13", "Pixel 7"));
        assertThat(UserAgent.parse("OBS/30.1 Chrome/100").browser()).isEqualTo("OBS Studio");
        assertThat(UserAgent.parse("curl"))
                .isEqualTo(new UserAgent("Other", "", "Other", "", "Other"));
    }

    @Test
    void saysWhatTheRoomWouldSay() {
        try (var full =
                new SignalFixture(
                        SignalSettings.DEFAULTS,
                        request ->
                                request.reply(
                                        new JoinReply.Refused(429, "maximum participants reached")
                                                .toMessage()))) {
            var bearer = Map.of("Authorization", "Bearer " + full.token());
            assertThat(full.get("/rtc/validate", bearer).status()).isEqualTo(200);
            assertThat(Await.result(full.directory.find(new RoomName("kitchen")))).isEmpty();

            Await.result(full.directory.claim(new RoomName("kitchen")));
            var validated = full.get("/rtc/validate", bearer);
            var upgraded = full.upgrade("/rtc", full.token());
            assertThat(validated.status()).isEqualTo(429).isEqualTo(upgraded.status());
            assertThat(validated.text()).isEqualTo(upgraded.text());
            assertThat(full.joins).extracting(BusRequest::op).containsExactly(Ops.CHECK, Ops.JOIN);
        }
    }
}
