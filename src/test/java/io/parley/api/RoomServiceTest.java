package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.auth.Grants;
import io.parley.auth.TokenOutcome;
import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.LocalRoomDirectory;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.parley.metrics.MediaCounters;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// The Twirp table over a real port, with fake rooms behind the bus.
final class RoomServiceTest {
    private static final NodeId SELF = new NodeId("ND_self");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALL =
            "{\"video\":{\"roomCreate\":true,\"roomList\":true,\"roomAdmin\":true,\"room\":\"r\"}}";
    private static final String PREFIX = "twirp error unknown: ";

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Await.result(Bus.start(vertx, SELF));
    private final LocalRoomDirectory directory = new LocalRoomDirectory(SELF);
    private final NodeMetrics metrics = new NodeMetrics(SELF.value(), new MediaCounters());
    private final BlockingQueue<BusRequest> calls = new LinkedBlockingQueue<>();
    // Kept: Vert.x closes a client that is no longer reachable.
    private final HttpClient client = vertx.createHttpClient();
    private HttpServer server = vertx.createHttpServer();
    private volatile Grants grants = Grants.fromJson(ALL);

    record Answer(int status, String type, Buffer body) {
        JsonNode json() {
            try {
                return JSON.readTree(body.toString());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(body.toString(), e);
            }
        }

        String code() {
            return json().path("code").asText();
        }

        String msg() {
            return json().path("msg").asText();
        }
    }

    @BeforeEach
    void start() {
        bus.host(
                directory,
                (room, _) -> {
                    bus.consume(
                            Addresses.room(room),
                            request -> {
                                calls.add(request);
                                play(room, request);
                            });
                    return Future.succeededFuture();
                });
        var router = Router.router(vertx);
        router.route()
                .handler(ctx -> {
                    ctx.put(TokenOutcome.CONTEXT_KEY, new TokenOutcome.Verified(grants, "k", 0, 0));
                    ctx.next();
                });
        var settings =
                new ApiSettings(256, 256, 512 << 10, 64 << 10, 1 << 20, Duration.ofSeconds(5));
        new RoomService(settings, bus, directory, metrics).mount(router);
        router.errorHandler(413, ctx -> ctx.response().setStatusCode(413).end("too large"));
        server = Await.result(server.requestHandler(router).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
        metrics.close();
    }

    private static void play(RoomName room, BusRequest request) {
        switch (request.op().substring(Ops.API.length())) {
            case "CreateRoom", "UpdateRoomMetadata" ->
                    reply(request, Room.newBuilder().setName(room.value()).build().toByteArray());
            case "ListRooms" ->
                    reply(
                            request,
                            ListRoomsResponse.newBuilder()
                                    .addRooms(Room.newBuilder().setName(room.value()))
                                    .build()
                                    .toByteArray());
            case "ListParticipants" ->
                    reply(
                            request,
                            ListParticipantsResponse.newBuilder()
                                    .addParticipants(participant())
                                    .build()
                                    .toByteArray());
            case "GetParticipant", "RemoveParticipant", "UpdateParticipant" ->
                    request.fail("not_found", "participant does not exist");
            case "MutePublishedTrack" ->
                    reply(request, MuteRoomTrackResponse.getDefaultInstance().toByteArray());
            case "SendData" -> {
                // A room that does not answer.
            }
            default -> reply(request, new byte[0]);
        }
    }

    private static ParticipantInfo participant() {
        return ParticipantInfo.newBuilder()
                .setIdentity("alice")
                .setJoinedAtMs(1L << 40)
                .addTracks(TrackInfo.newBuilder().setSid("TR_1"))
                .build();
    }

    private static void reply(BusRequest request, byte[] body) {
        request.reply(BusMessage.of("ok", body));
    }

    private Answer send(HttpMethod method, String path, Map<String, String> headers, Buffer body) {
        var options =
                new RequestOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.actualPort())
                        .setMethod(method)
                        .setURI(path);
        headers.forEach(options::putHeader);
        return Await.result(
                client.request(options)
                        .compose(request ->
                                request.send(body)
                                        .compose(response ->
                                                response.body()
                                                        .map(b ->
                                                                new Answer(
                                                                        response.statusCode(),
                                                                        String.valueOf(
                                                                                response.getHeader(
                                                                                        "Content-Type")),
                                                                        b)))));
    }

    private Answer call(String method, String json) {
        return send(
                HttpMethod.POST,
                "/twirp/livekit.RoomService/" + method,
                Map.of("Content-Type", "application/json; charset=utf-8"),
                Buffer.buffer(json));
    }

    private void claim(String room) {
        Await.result(directory.claim(new RoomName(room)));
    }

    @Test
    void createsARoomAndNamesEveryField() {
        var answer =
                call(
                        "CreateRoom",
                        "{\"name\":\"r\",\"emptyTimeout\":5,\"max_participants\":3,\"x\":1}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("application/json");
        var json = answer.json();
        assertThat(json.path("name").asText()).isEqualTo("r");
        assertThat(json.path("num_participants").isInt()).isTrue();
        assertThat(json.path("creation_time").asText()).isEqualTo("0");
        assertThat(json.path("creation_time").isTextual()).isTrue();
        assertThat(json.path("enabled_codecs").isArray()).isTrue();
        assertThat(json.path("active_recording").isBoolean()).isTrue();
        assertThat(json.has("version")).isTrue();
        assertThat(json.path("version").isNull()).isTrue();
    }

    @Test
    void speaksProtobufToo() throws InvalidProtocolBufferException {
        var request = CreateRoomRequest.newBuilder().setName("r").setEmptyTimeout(7).build();
        var answer =
                send(
                        HttpMethod.POST,
                        "/twirp/livekit.RoomService/CreateRoom",
                        Map.of("Content-Type", "application/protobuf"),
                        Buffer.buffer(request.toByteArray()));

        assertThat(answer.type()).isEqualTo("application/protobuf");
        assertThat(Room.parseFrom(answer.body().getBytes()).getName()).isEqualTo("r");
        var asked = calls.remove();
        assertThat(asked.op()).isEqualTo("api.CreateRoom");
        assertThat(CreateRoomRequest.parseFrom(asked.message().body().getBytes()))
                .isEqualTo(request);
    }

    @Test
    void listsRoomsOfEveryOwner() {
        claim("a");
        claim("b");
        claim("c");

        assertThat(call("ListRooms", "{}").json().path("rooms").findValuesAsText("name"))
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(
                        call("ListRooms", "{\"names\":[\"b\",\"zzz\"]}")
                                .json()
                                .path("rooms")
                                .findValuesAsText("name"))
                .containsExactly("b");
        assertThat(Await.result(directory.all())).hasSize(3);
    }

    @Test
    void listsNobodyInARoomThatDoesNotExist() {
        var answer = call("ListParticipants", "{\"room\":\"r\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("participants")).isEmpty();

        claim("r");
        var one = call("ListParticipants", "{\"room\":\"r\"}").json().path("participants").path(0);
        assertThat(one.path("identity").asText()).isEqualTo("alice");
        assertThat(one.path("state").asText()).isEqualTo("JOINING");
        assertThat(one.path("joined_at_ms").asText()).isEqualTo("1099511627776");
        assertThat(one.path("permission").isNull()).isTrue();
        assertThat(one.path("tracks").path(0).path("version").isNull()).isTrue();
    }

    static Stream<Arguments> errors() {
        var noRoom = PREFIX + "requested room does not exist";
        var nobody = PREFIX + "participant does not exist";
        var silence = PREFIX + "no response from servers";
        var r = "{\"room\":\"r\"}";
        return Stream.of(
                Arguments.of("DeleteRoom", r, 404, "not_found", noRoom),
                Arguments.of("UpdateRoomMetadata", r, 404, "not_found", noRoom),
                Arguments.of("GetParticipant", r, 404, "not_found", nobody),
                Arguments.of("RemoveParticipant", r, 404, "not_found", nobody),
                Arguments.of("UpdateParticipant", r, 404, "not_found", nobody),
                Arguments.of("MutePublishedTrack", r, 503, "unavailable", silence),
                Arguments.of("UpdateSubscriptions", r, 503, "unavailable", silence),
                Arguments.of("SendData", r, 503, "unavailable", silence),
                Arguments.of(
                        "SendData",
                        "{\"room\":\"r\",\"nonce\":\"AAAA\"}",
                        400,
                        "invalid_argument",
                        "nonce should be 16-bytes or not present, got: 3 bytes"),
                Arguments.of(
                        "CreateRoom",
                        "{\"name\":\"" + "x".repeat(257) + "\"}",
                        400,
                        "invalid_argument",
                        PREFIX + "room name length exceeds limits: max length 256"),
                Arguments.of(
                        "UpdateParticipant",
                        "{\"room\":\"other\",\"name\":\"" + "x".repeat(257) + "\"}",
                        400,
                        "invalid_argument",
                        "name length exceeds limits 256"),
                Arguments.of(
                        "UpdateRoomMetadata",
                        "{\"room\":\"other\",\"metadata\":\"" + "x".repeat(600_000) + "\"}",
                        400,
                        "invalid_argument",
                        "metadata size exceeds limits 524288"),
                Arguments.of(
                        "CreateRoom",
                        "{",
                        400,
                        "malformed",
                        "the json request could not be decoded"),
                Arguments.of(
                        "ListParticipants",
                        "{\"room\":\"other\"}",
                        401,
                        "unauthenticated",
                        "permissions denied"),
                Arguments.of("PerformRpc", r, 501, "unimplemented", PREFIX + "not implemented"),
                Arguments.of(
                        "Nonsense",
                        "{}",
                        404,
                        "bad_route",
                        "no handler for path \"/twirp/livekit.RoomService/Nonsense\""));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("errors")
    void answersErrorsAsTwirpDoes(String method, String json, int status, String code, String msg) {
        var answer = call(method, json);

        assertThat(answer.type()).isEqualTo("application/json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.msg()).isEqualTo(msg);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void refusesEveryCallWithoutItsGrant() {
        claim("r");
        grants = Grants.NONE;
        for (String method :
                new String[] {
                    "CreateRoom",
                    "ListRooms",
                    "DeleteRoom",
                    "ListParticipants",
                    "GetParticipant",
                    "RemoveParticipant",
                    "MutePublishedTrack",
                    "UpdateParticipant",
                    "UpdateSubscriptions",
                    "SendData",
                    "UpdateRoomMetadata",
                    "ForwardParticipant",
                    "MoveParticipant",
                    "PerformRpc"
                }) {
            var answer = call(method, "{\"room\":\"r\"}");
            assertThat(answer.status()).as(method).isEqualTo(401);
            assertThat(answer.msg()).isEqualTo("permissions denied");
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void passesOnWhatTheRoomRefuses() {
        claim("r");
        var answer = call("GetParticipant", "{\"room\":\"r\",\"identity\":\"x\"}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.msg()).isEqualTo(PREFIX + "participant does not exist");
        assertThat(call("MutePublishedTrack", "{\"room\":\"r\"}").json().path("track").isNull())
                .isTrue();
    }

    @Test
    void saysAndCountsWhatBecameOfEachCall() {
        claim("r");
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        var logger = (Logger) LoggerFactory.getLogger(CallLog.class);
        logger.setLevel(Level.INFO);
        logger.addAppender(said);
        call("CreateRoom", "{\"name\":\"r\"}");
        call("GetParticipant", "{\"room\":\"r\",\"identity\":\"x\"}");
        call("CreateRoom", "{");
        logger.detachAppender(said);

        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "API RoomService.CreateRoom name=r duration=\\d+ms"
                                                        + " status=200"),
                        line ->
                                assertThat(line)
                                        .matches(
                                                "API RoomService.GetParticipant room=r identity=x"
                                                        + " duration=\\d+ms status=404"
                                                        + " code=not_found error=.*does not exist"),
                        line -> assertThat(line).contains("status=400 code=malformed"));
        assertThat(metrics.scrape())
                .contains("method=\"CreateRoom\",status=\"2xx\",code=\"\"} 1\n")
                .contains("method=\"CreateRoom\",status=\"4xx\",code=\"malformed\"} 1\n")
                .contains("method=\"GetParticipant\",status=\"4xx\",code=\"not_found\"} 1\n");
    }

    @Test
    void keepsToTheCallersTimeout() {
        claim("r");
        var answer =
                send(
                        HttpMethod.POST,
                        "/twirp/livekit.RoomService/SendData",
                        Map.of("Content-Type", "application/json", "X-Twirp-Timeout-Ms", "30"),
                        Buffer.buffer("{\"room\":\"r\"}"));
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.code()).isEqualTo("deadline_exceeded");
    }

    @Test
    void refusesOtherMethodsAndTypes() {
        var get =
                send(
                        HttpMethod.GET,
                        "/twirp/livekit.RoomService/ListRooms",
                        Map.of(),
                        Buffer.buffer());
        assertThat(get.status()).isEqualTo(404);
        assertThat(get.code()).isEqualTo("bad_route");
        assertThat(get.json().path("meta").path("twirp_invalid_route").asText())
                .isEqualTo("GET /twirp/livekit.RoomService/ListRooms");
        var text =
                send(
                        HttpMethod.POST,
                        "/twirp/livekit.RoomService/ListRooms",
                        Map.of("Content-Type", "text/plain"),
                        Buffer.buffer("{}"));
        assertThat(text.msg()).isEqualTo("unexpected Content-Type: \"text/plain\"");
        var large =
                send(
                        HttpMethod.POST,
                        "/twirp/livekit.RoomService/ListRooms",
                        Map.of("Content-Type", "application/json"),
                        Buffer.buffer(new byte[(1 << 20) + 1]));
        assertThat(large.status()).isEqualTo(413);
    }
}
