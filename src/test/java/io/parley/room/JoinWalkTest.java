package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.SecretSeal;
import io.parley.auth.TokenMint;
import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusFailure;
import io.parley.cluster.BusMessage;
import io.parley.cluster.Fence;
import io.parley.cluster.JoinReply;
import io.parley.cluster.Journal;
import io.parley.cluster.LocalRoomDirectory;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomCalls;
import io.parley.cluster.RoomName;
import io.parley.media.PeerEvent;
import io.parley.media.PeerState;
import io.parley.media.RoomMedia;
import io.parley.store.LocalStore;
import io.parley.store.ObjectStore;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.ObjectStore.StoredRoom;
import io.parley.store.RedisServer;
import io.parley.store.state.RoomState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Walks JOIN.md row by row over a real bus: from the join message to the session worker's end;
/// with Redis and without.
@ParameterizedClass
@ValueSource(booleans = {false, true})
class JoinWalkTest {
    private static final RoomName ROOM = new RoomName("walk");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static RedisServer redis;

    private final NodeId node = new NodeId("ND_walk");
    private final FakeMedia media = new FakeMedia();
    private final ObjectStore store;
    private final LocalRoomDirectory directory = new LocalRoomDirectory(node);
    private final BlockingQueue<RoomEvent> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Executor> roomContext = new AtomicReference<>(Runnable::run);
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = await(Bus.start(vertx, node));
    private final RoomCalls calls = new RoomCalls(bus, directory);

    JoinWalkTest(boolean hasRedis) {
        store = hasRedis ? redis.store(vertx, node.value()) : new LocalStore();
    }

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    /// The edge: one websocket's consumer.
    private final class Edge {
        final String id;
        final BlockingQueue<BusMessage> heard = new LinkedBlockingQueue<>();

        Edge(String id) {
            this.id = id;
            bus.consume(Addresses.connection(id), request -> heard.add(request.message()));
        }

        JoinReply join(StartSession session) {
            return ask(Ops.JOIN, session);
        }

        JoinReply ask(String op, StartSession session) {
            var message =
                    BusMessage.of(op, session.toByteArray())
                            .with(Ops.CONNECTION, id)
                            .with(Ops.EDGE, node.value())
                            .with(Ops.API_KEY, "key")
                            .with(Ops.TOKEN_EXPIRES_MS, "0");
            return JoinReply.from(await(calls.request(ROOM, message, PATIENCE)));
        }

        void signal(String sid, SignalRequest request) {
            bus.send(
                    node,
                    Addresses.session(sid),
                    BusMessage.of(Ops.SIGNAL, request.toByteArray()).with(Ops.CONNECTION, id));
        }

        SignalResponse next(MessageCase kind) throws Exception {
            while (true) {
                var message = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(message).as("waiting for %s", kind).isNotNull();
                if (Objects.requireNonNull(message).isOp(Ops.RESPONSE)) {
                    var response = SignalResponse.parseFrom(message.body().getBytes());
                    if (response.getMessageCase() == kind) {
                        return response;
                    }
                }
            }
        }

        void nextClose() throws Exception {
            while (true) {
                var message = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(message).as("waiting for close").isNotNull();
                if (Objects.requireNonNull(message).isOp(Ops.CLOSE)) {
                    return;
                }
            }
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void host() {
        var parts =
                new RoomParts(
                        bus,
                        directory,
                        Fence.NONE,
                        Journal.NONE,
                        store,
                        RoomSettings.defaults(node.value(), ""),
                        new TokenMint(new ApiKeys(Map.of("key", "secret"))),
                        new SecretSeal(new ApiKeys(Map.of("key", "secret"))),
                        new Random(1),
                        this::place,
                        LaunchPoints.NONE,
                        (_, event) -> events.add(event));
        bus.host(
                directory,
                (room, epoch) ->
                        vertx.deployVerticle(new RoomVerticle(room, epoch, parts)).mapEmpty());
    }

    private RoomMedia place(String room, Executor context) {
        roomContext.set(context);
        return media;
    }

    @AfterEach
    void close() {
        await(vertx.close());
        redis.call("FLUSHALL");
    }

    private static StartSession.Builder session(String identity) {
        return StartSession.newBuilder()
                .setRoomName(ROOM.value())
                .setIdentity(identity)
                .setName(identity)
                .setAutoSubscribe(true)
                .setClient(
                        ClientInfo.newBuilder()
                                .setProtocol(16)
                                .setSdk(ClientInfo.SDK.JS)
                                .setVersion("2.0.0"))
                .setGrantsJson(Grants.joining(identity, ROOM.value()).claimsJson());
    }

    private static JoinReply.Accepted accepted(JoinReply reply) {
        assertThat(reply).isInstanceOf(JoinReply.Accepted.class);
        return (JoinReply.Accepted) reply;
    }

    private static SignalResponse first(JoinReply reply) throws Exception {
        return SignalResponse.parseFrom(accepted(reply).first().getBytes());
    }

    /// Written a moment after the answer; looking in the room's own epoch changes nothing.
    private void awaitStored(Predicate<StoredRoom> condition) throws Exception {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(await(store.open(ROOM.value(), 1)))) {
            assertThat(System.nanoTime()).as("nothing stored in time").isLessThan(endNs);
            Thread.sleep(5);
        }
    }

    @Test
    void walksFromTheJoinMessageToTheEndOfTheSession() throws Exception {
        // 1. get or create the room, by a join; its record is in the store
        var edge = new Edge("CO_1");
        var reply = edge.join(session("alice").build());
        assertThat(accepted(reply).owner()).isEqualTo(node);
        awaitStored(stored -> stored.record().isPresent());
        assertThat(events.poll()).isInstanceOf(RoomEvent.RoomStarted.class);
        // 4./5. participant built, JoinResponse is the first message, stored
        var join = first(reply).getJoin();
        String sid = accepted(reply).participantSid();
        assertThat(join.getParticipant().getSid()).isEqualTo(sid);
        assertThat(accepted(reply).closeAfterFirst()).isFalse();
        awaitStored(stored -> stored.participants().size() == 1);
        assertThat(join.getSubscriberPrimary()).isTrue();
        edge.next(MessageCase.OFFER);
        // 7. first token refresh at once
        edge.next(MessageCase.REFRESH_TOKEN);
        // requests in order, over the session's address
        edge.signal(
                sid,
                SignalRequest.newBuilder()
                        .setUpdateMetadata(UpdateParticipantMetadata.newBuilder().setName("A"))
                        .build());
        edge.next(MessageCase.REQUEST_RESPONSE);
        // 6. the end: the record goes, the session's consumer too
        edge.signal(sid, SignalRequest.newBuilder().setLeave(LeaveRequest.newBuilder()).build());
        assertThat(edge.next(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.CLIENT_INITIATED);
        edge.nextClose();
        awaitEvent(RoomEvent.ParticipantLeft.class);
        awaitStored(stored -> stored.participants().isEmpty());
        var late = bus.request(node, Addresses.session(sid), BusMessage.of("x"), PATIENCE);
        assertThat(
                        late.recover(e ->
                                Future.succeededFuture(
                                        BusMessage.of(((BusFailure) e).kind().name()))))
                .satisfies(answer -> assertThat(await(answer).op()).isEqualTo("NO_CONSUMER"));
    }

    @Test
    void anEmptyIdentityCreatesOnlyTheRoom() {
        var reply = accepted(new Edge("CO_1").join(session("").setGrantsJson("{}").build()));
        assertThat(reply.participantSid()).isEmpty();
        assertThat(reply.first().length()).isZero();
        var listed =
                call(
                        "ListParticipants",
                        ListParticipantsRequest.getDefaultInstance().toByteArray());
        assertThat(listed.body().length()).isZero();
    }

    @Test
    void aPresentIdentityResumesOrIsTurnedAway() throws Exception {
        var edge = new Edge("CO_1");
        String sid = accepted(edge.join(session("alice").build())).participantSid();
        var next = new Edge("CO_2");
        var resumed = next.join(session("alice").setReconnect(true).setParticipantId(sid).build());
        assertThat(first(resumed).hasReconnect()).isTrue();
        assertThat(accepted(resumed).participantSid()).isEqualTo(sid);
        edge.nextClose();
        next.signal(
                sid,
                SignalRequest.newBuilder()
                        .setUpdateMetadata(UpdateParticipantMetadata.newBuilder())
                        .build());
        next.next(MessageCase.REQUEST_RESPONSE);

        var unknown = new Edge("CO_3").join(session("zoe").setReconnect(true).build());
        assertThat(first(unknown).getLeave().getReason())
                .isEqualTo(DisconnectReason.STATE_MISMATCH);
        assertThat(accepted(unknown).closeAfterFirst()).isTrue();
    }

    @Test
    void aRoomWhoseRecordIsInTheStoreIsTheSameRoom() throws Exception {
        var known =
                livekit.LivekitModels.Room.newBuilder().setSid("RM_known").setName(ROOM.value());
        var record =
                new RoomRecord(
                        known.setMetadata("old").setEmptyTimeout(300).build(),
                        RoomInternal.getDefaultInstance(),
                        RoomState.getDefaultInstance());
        store.write(ROOM.value(), 0, new RoomChanges(Optional.of(record), Map.of(), Map.of()));
        var room = first(new Edge("CO_1").join(session("alice").build())).getJoin().getRoom();
        assertThat(room.getSid()).isEqualTo("RM_known");
        assertThat(room.getMetadata()).isEqualTo("old");
    }

    @Test
    void aResumeInARoomThatIsGoneLeavesNoRoomBehind() throws Exception {
        var reply = new Edge("CO_1").join(session("zoe").setReconnect(true).build());
        assertThat(first(reply).hasLeave()).isTrue();
        assertThat(await(store.rooms())).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void aFullRoomAnswersAtOnce() {
        var creating = session("alice");
        creating.getCreateRoomBuilder().setMaxParticipants(1);
        new Edge("CO_1").join(creating.build());
        var second = new Edge("CO_2");
        assertThat(second.ask(Ops.CHECK, session("bob").build()))
                .isEqualTo(new JoinReply.Refused(429, "maximum participants reached"));
        assertThat(second.join(session("bob").build()))
                .isEqualTo(new JoinReply.Refused(429, "maximum participants reached"));
        assertThat(second.ask(Ops.CHECK, session("alice").build()))
                .isInstanceOf(JoinReply.Accepted.class);
    }

    @Test
    void askingAboutAJoinChangesNothing() {
        assertThat(new Edge("CO_1").ask(Ops.CHECK, session("alice").build()))
                .isInstanceOf(JoinReply.Accepted.class);
        assertThat(await(store.rooms())).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void aFaultWhileComingInLeavesNobodyBehind() throws Exception {
        new Edge("CO_1").join(session("bob").build());
        media.broken = true;
        var edge = new Edge("CO_2");
        assertThatThrownBy(() -> edge.join(session("alice").build()))
                .hasRootCauseInstanceOf(BusFailure.class);
        media.broken = false;
        var all =
                ListParticipantsResponse.parseFrom(
                        call("ListParticipants", new byte[0]).body().getBytes());
        assertThat(all.getParticipantsList())
                .extracting(info -> info.getIdentity())
                .containsExactly("bob");
        assertThat(first(edge.join(session("alice").build())).hasJoin()).isTrue();
    }

    @Test
    void dataBlobsAreRefusedWithTheIdOfTheirRequest() throws Exception {
        var edge = new Edge("CO_1");
        String sid = accepted(edge.join(session("alice").build())).participantSid();
        var id = UnknownFieldSet.Field.newBuilder().addVarint(77).build();
        var inner = UnknownFieldSet.newBuilder().addField(1, id).build().toByteString();
        for (int field : List.of(22, 23)) {
            var blob = UnknownFieldSet.Field.newBuilder().addLengthDelimited(inner).build();
            edge.signal(
                    sid,
                    SignalRequest.newBuilder()
                            .setUnknownFields(
                                    UnknownFieldSet.newBuilder().addField(field, blob).build())
                            .build());
            var refusal = edge.next(MessageCase.REQUEST_RESPONSE).getRequestResponse();
            assertThat(refusal.getRequestId()).isEqualTo(77);
            assertThat(refusal.getReason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(refusal.getMessage()).isEqualTo("data blob not enabled");
        }
    }

    @Test
    void ofManyLastPlaceJoinsOneWins() {
        var creating = CreateRoomRequest.newBuilder().setName(ROOM.value()).setMaxParticipants(1);
        call("CreateRoom", creating.build().toByteArray());
        List<Future<BusMessage>> joins = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            var message =
                    BusMessage.of(Ops.JOIN, session("p" + i).build().toByteArray())
                            .with(Ops.CONNECTION, "CO_x" + i)
                            .with(Ops.EDGE, node.value());
            joins.add(calls.request(ROOM, message, PATIENCE));
        }
        long in =
                joins.stream()
                        .filter(each -> JoinReply.from(await(each)) instanceof JoinReply.Accepted)
                        .count();
        assertThat(in).isEqualTo(1);
    }

    @Test
    void theRoomEndsForEverybodyAndCanBeMadeAgain() throws Exception {
        var edge = new Edge("CO_1");
        edge.join(session("alice").build());
        String before = sidOf();
        call("DeleteRoom", DeleteRoomRequest.getDefaultInstance().toByteArray());
        assertThat(edge.next(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.ROOM_DELETED);
        edge.nextClose();
        var again = new Edge("CO_2").join(session("alice").build());
        assertThat(first(again).getJoin().getRoom().getSid()).isNotEqualTo(before);
    }

    private String sidOf() {
        var debug = await(calls.request(ROOM, BusMessage.of(RoomVerticle.DEBUG), PATIENCE));
        var tree = new JsonObject(debug.body());
        assertThat(tree.getString("owner")).isEqualTo(node.value());
        assertThat(tree.getJsonArray("participants")).hasSize(1);
        return tree.getString("sid");
    }

    @Test
    void mediaEventsReachTheRoomAndAFaultEndsOnlyItsSession() throws Exception {
        var edge = new Edge("CO_1");
        String sid = accepted(edge.join(session("alice").build())).participantSid();
        var other = new Edge("CO_2");
        other.join(session("bob").build());
        var peer = media.peer("alice", "subscriber");
        roomContext
                .get()
                .execute(() -> peer.say(new PeerEvent.StateChanged(PeerState.CONNECTED, "")));
        awaitEvent(RoomEvent.ParticipantJoined.class);
        // a message that is no SignalRequest costs the websocket, not the participant with media
        bus.send(
                node,
                Addresses.session(sid),
                BusMessage.of(Ops.SIGNAL, new byte[] {(byte) 0xff}).with(Ops.CONNECTION, "CO_1"));
        edge.nextClose();
        var all =
                ListParticipantsResponse.parseFrom(
                        call("ListParticipants", new byte[0]).body().getBytes());
        assertThat(all.getParticipantsCount()).isEqualTo(2);
    }

    private void awaitEvent(Class<? extends RoomEvent> kind) throws Exception {
        var event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (!kind.isInstance(event)) {
            assertThat(event).as("waiting for %s", kind).isNotNull();
            event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private BusMessage call(String method, byte[] request) {
        return await(calls.request(ROOM, BusMessage.of(Ops.API + method, request), PATIENCE));
    }
}
