package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import livekit.LivekitInternal.NodeState;
import org.junit.jupiter.api.Test;

/// One node with a limit of four tracks.
final class LimitedRoomDirectoryTest {
    private static final NodeId SELF = new NodeId("ND_self");
    private static final RoomName KITCHEN = new RoomName("kitchen");
    private static final RoomName ATTIC = new RoomName("attic");

    private final NodeSelector selector =
            new NodeSelector(
                    new NodeSelectorSettings(
                            NodeSelectorSettings.Kind.ANY,
                            NodeSelectorSettings.SortBy.CLIENTS,
                            NodeSelectorSettings.Algorithm.LOWEST,
                            0.9,
                            0.9,
                            new NodeSelectorSettings.Limits(4, 0),
                            "",
                            List.of()),
                    new Random());
    private final Nodes nodes =
            new LocalNodes(
                    Clock.systemUTC(), selector, new NodeStatus(SELF, "", "", 0, 0, NodeLoad.NONE));
    private final RoomDirectory directory =
            new LimitedRoomDirectory(new LocalRoomDirectory(nodes, 0), nodes, selector);

    private void report(int tracks, NodeState state) {
        nodes.report(
                new NodeLoad(
                        1,
                        1,
                        tracks,
                        0,
                        state,
                        MachineLoad.UNKNOWN,
                        Traffic.NONE,
                        Traffic.NONE,
                        List.of()));
    }

    @Test
    void aFullNodeTakesNeitherRoomsNorParticipantsButWhoComesBack() {
        var placed = Await.result(directory.claim(KITCHEN));
        assertThat(Await.result(directory.claim(KITCHEN))).isEqualTo(placed);
        report(4, NodeState.SERVING);

        assertThat(kind(directory.claim(ATTIC))).isEqualTo(BusFailure.Kind.FULL);
        assertThat(kind(directory.claim(KITCHEN))).isEqualTo(BusFailure.Kind.FULL);
        assertThat(kind(directory.findToJoin(KITCHEN))).isEqualTo(BusFailure.Kind.FULL);
        assertThat(Await.result(directory.find(KITCHEN))).contains(placed);
        assertThat(Await.result(directory.all())).containsExactly(placed);

        report(3, NodeState.SERVING);
        assertThat(Await.result(directory.claim(ATTIC)).node()).isEqualTo(SELF);
    }

    @Test
    void aDrainingNodeTakesNoNewRoomsButParticipantsOfThoseItHas() {
        var placed = Await.result(directory.claim(KITCHEN));
        report(0, NodeState.SHUTTING_DOWN);

        assertThat(kind(directory.claim(ATTIC))).isEqualTo(BusFailure.Kind.NO_NODE);
        assertThat(Await.result(directory.claim(KITCHEN))).isEqualTo(placed);
        assertThat(Await.result(directory.all())).containsExactly(placed);
    }

    private static BusFailure.Kind kind(Future<?> failing) {
        return ((BusFailure) Await.failure(failing)).kind();
    }
}
