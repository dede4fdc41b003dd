package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.LocalNodes;
import io.parley.cluster.LocalRoomDirectory;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.NodeSelector;
import io.parley.cluster.NodeSelectorSettings;
import io.parley.cluster.NodeStatus;
import io.parley.cluster.RoomDirectory;
import io.parley.cluster.RoomName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DebugPageTest {
    private static final NodeId SELF = new NodeId("ND_self");

    private final PageFixture fixture = new PageFixture();
    private final RoomDirectory directory = new LocalRoomDirectory(SELF);
    private final Bus bus = Await.result(Bus.start(fixture.vertx(), SELF));

    @BeforeEach
    void serve() {
        var status = new NodeStatus(SELF, "192.0.2.1", "north", 1, 2, NodeLoad.NONE);
        var nodes =
                new LocalNodes(
                        Clock.systemUTC(),
                        new NodeSelector(NodeSelectorSettings.DEFAULTS, new Random()),
                        status);
        fixture.serve(new DebugPage(bus, directory, nodes)::mount);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void showsEachLocalRoomAsItSeesItself() {
        place("kitchen");
        place("attic");
        answerFor("kitchen", new JsonObject().put("name", "kitchen").put("numParticipants", 2));
        answerFor("attic", new JsonObject().put("name", "attic").put("numParticipants", 0));

        var rooms = new JsonArray(fixture.get("/debug/rooms").body());

        assertThat(rooms).hasSize(2);
        assertThat(rooms.getJsonObject(0).getString("name")).isEqualTo("attic");
        assertThat(rooms.getJsonObject(1).getInteger("numParticipants")).isEqualTo(2);
    }

    @Test
    void showsARoomThatIsNotAliveWithoutBringingItToLife() {
        place("cellar");

        var rooms = new JsonArray(fixture.get("/debug/rooms").body());

        assertThat(rooms.getJsonObject(0).getString("name")).isEqualTo("cellar");
        assertThat(rooms.getJsonObject(0).containsKey("error")).isFalse();
    }

    @Test
    void saysWhyARoomDoesNotAnswer() {
        place("kitchen");
        bus.consume(address("kitchen"), request -> request.fail("internal", "broken"));

        var rooms = new JsonArray(fixture.get("/debug/rooms").body());

        assertThat(rooms.getJsonObject(0).getString("error")).contains("broken");
    }

    @Test
    void showsNodesAndRoomsOfTheCluster() {
        place("kitchen");

        var cluster = new JsonObject(fixture.get("/debug/cluster").body());

        assertThat(cluster.getString("self")).isEqualTo("ND_self");
        assertThat(cluster.getJsonArray("nodes").getJsonObject(0).getString("region"))
                .isEqualTo("north");
        var room = cluster.getJsonArray("rooms").getJsonObject(0);
        assertThat(room.getString("owner")).isEqualTo("ND_self");
        assertThat(room.getLong("epoch")).isEqualTo(1);
        assertThat(room.getString("state")).isEqualTo("silent");
    }

    @Test
    void saysWhichRoomsAreOpenAndForHowMany() {
        place("kitchen");
        place("cellar");
        var open =
                new JsonArray().add(new JsonObject().put("name", "kitchen").put("participants", 3));
        bus.consume(
                Addresses.OPERATIONS,
                request -> request.reply(BusMessage.of(request.op(), open.toBuffer())));

        var rooms = new JsonObject(fixture.get("/debug/cluster").body()).getJsonArray("rooms");

        var cellar = rooms.getJsonObject(0);
        assertThat(cellar.getString("state")).isEqualTo("placed");
        assertThat(cellar.containsKey("participants")).isFalse();
        var kitchen = rooms.getJsonObject(1);
        assertThat(kitchen.getString("state")).isEqualTo("open");
        assertThat(kitchen.getInteger("participants")).isEqualTo(3);
    }

    @Test
    void showsWhereTheThreadsAre() {
        assertThat(fixture.get("/debug/threads").body())
                .contains("vert.x-eventloop-thread")
                .contains("io.parley.api.DebugPage.sendThreads(");
    }

    private void place(String room) {
        Await.result(directory.claim(new RoomName(room)));
    }

    private void answerFor(String room, JsonObject tree) {
        bus.consume(
                address(room), request -> request.reply(BusMessage.of("debug", tree.toBuffer())));
    }

    private static String address(String room) {
        return Addresses.room(new RoomName(room));
    }
}
