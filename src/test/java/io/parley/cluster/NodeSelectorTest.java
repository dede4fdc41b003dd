package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.cluster.NodeSelectorSettings.Algorithm;
import io.parley.cluster.NodeSelectorSettings.Kind;
import io.parley.cluster.NodeSelectorSettings.Limits;
import io.parley.cluster.NodeSelectorSettings.Region;
import io.parley.cluster.NodeSelectorSettings.SortBy;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import livekit.LivekitInternal.NodeState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class NodeSelectorTest {
    private static final long NOW_MS = 100_000;
    private static final List<Region> REGIONS =
            List.of(
                    new Region("frankfurt", 50.1, 8.7),
                    new Region("paris", 48.9, 2.3),
                    new Region("tokyo", 35.7, 139.7),
                    new Region("sydney", -33.9, 151.2));

    private static NodeSelectorSettings settings(Kind kind, SortBy sortBy) {
        return new NodeSelectorSettings(
                kind, sortBy, Algorithm.LOWEST, 0.9, 0.9, Limits.NONE, "frankfurt", REGIONS);
    }

    private static NodeSelectorSettings limited(int tracks, long bytesPerSecond) {
        return new NodeSelectorSettings(
                Kind.ANY,
                SortBy.CLIENTS,
                Algorithm.LOWEST,
                0.9,
                0.9,
                new Limits(tracks, bytesPerSecond),
                "",
                List.of());
    }

    private static NodeSelector selector(NodeSelectorSettings settings) {
        return new NodeSelector(settings, new Random(7));
    }

    /// Four cores, everything else as the number says: participants, rooms, tracks, load.
    private static NodeStatus node(String id, int much) {
        return node(id, much, "frankfurt", NodeState.SERVING, NOW_MS);
    }

    private static NodeStatus node(
            String id, int much, String region, NodeState state, long heardMs) {
        double share = much / 100.0;
        var machine = new MachineLoad(4, share, 0, 4 * share, 0, 0, new MachineLoad.Memory(0, 0));
        var traffic = new Traffic(0, 0, much, much, 0, 0);
        var load =
                new NodeLoad(
                        much, much, much, much, state, machine, Traffic.NONE, traffic, List.of());
        return new NodeStatus(new NodeId(id), "", region, 0, 0, load, heardMs);
    }

    private static NodeStatus in(String region, String id, int much) {
        return node(id, much, region, NodeState.SERVING, NOW_MS);
    }

    /// The first is the own one.
    private static String chosen(NodeSelectorSettings settings, NodeStatus... nodes) {
        return name(selector(settings).select(NOW_MS, nodes[0], List.of(nodes)));
    }

    private static String name(NodeChoice choice) {
        return switch (choice) {
            case NodeChoice.Chosen(NodeStatus node) -> node.node().value();
            case NodeChoice.Full(NodeStatus least) -> "full, least " + least.node();
            case NodeChoice.Nobody _ -> "nobody";
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = SortBy.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RANDOM"})
    void takesTheLowestByEachMeasure(SortBy sortBy) {
        assertThat(chosen(settings(Kind.ANY, sortBy), node("a", 3), node("b", 1), node("c", 2)))
                .isEqualTo("b");
    }

    private static Set<String> chosenOften(NodeSelectorSettings settings, NodeStatus... nodes) {
        var selector = selector(settings);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            names.add(name(selector.select(NOW_MS, nodes[0], List.of(nodes))));
        }
        return names;
    }

    @Test
    void drawsAtRandomWhereAskedToAndAmongEquals() {
        assertThat(chosenOften(settings(Kind.ANY, SortBy.RANDOM), node("a", 9), node("b", 1)))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(chosenOften(settings(Kind.RANDOM, SortBy.ROOMS), node("a", 9), node("b", 1)))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(chosenOften(settings(Kind.ANY, SortBy.CLIENTS), node("a", 1), node("b", 1)))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void twoChoiceTakesTheBetterOfTwoAndNeverTheWorst() {
        var settings =
                new NodeSelectorSettings(
                        Kind.ANY,
                        SortBy.ROOMS,
                        Algorithm.TWOCHOICE,
                        0.9,
                        0.9,
                        Limits.NONE,
                        "",
                        List.of());

        assertThat(chosenOften(settings, node("a", 3), node("b", 1), node("c", 2)))
                .containsExactlyInAnyOrder("b", "c");
        assertThat(chosen(settings, node("a", 3))).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"CPULOAD", "SYSLOAD", "REGIONAWARE"})
    void passesOverBusyMachinesUnlessAllAre(Kind kind) {
        // By rooms b would win, but it is at its limit.
        var busy = busyWith("b", 1, 95);
        assertThat(chosen(settings(kind, SortBy.ROOMS), node("a", 3), busy, node("c", 2)))
                .isEqualTo("c");
        assertThat(chosen(settings(kind, SortBy.ROOMS), busyWith("a", 3, 90), busy)).isEqualTo("b");
    }

    private static NodeStatus busyWith(String id, int rooms, int percent) {
        var busy = node(id, percent);
        var load = busy.load();
        return busy.with(
                new NodeLoad(
                        rooms,
                        0,
                        0,
                        0,
                        load.state(),
                        load.machine(),
                        load.total(),
                        load.perSecond(),
                        List.of()),
                NOW_MS);
    }

    @Test
    void takesTheNearestRegionThatHasRoom() {
        var settings = settings(Kind.REGIONAWARE, SortBy.ROOMS);
        var tokyo = in("tokyo", "t", 1);
        var sydney = in("sydney", "s", 0);
        var paris = in("paris", "p", 50);
        var here = in("frankfurt", "f", 60);

        assertThat(chosen(settings, here, paris, tokyo, sydney)).isEqualTo("f");
        assertThat(chosen(settings, in("frankfurt", "f", 95), paris, tokyo, sydney)).isEqualTo("p");
        assertThat(chosen(settings, in("frankfurt", "f", 95), tokyo, sydney)).isEqualTo("t");
        assertThat(chosen(settings, in("frankfurt", "f", 95), in("mars", "m", 0), sydney))
                .isEqualTo("s");
        assertThat(chosen(settings, in("frankfurt", "f", 95), in("mars", "m", 0))).isEqualTo("m");
    }

    @Test
    void refusesARegionWithoutAPlace() {
        assertThatThrownBy(() -> regionaware("", REGIONS))
                .hasMessageContaining("current region cannot be blank");
        assertThatThrownBy(() -> regionaware("rome", REGIONS))
                .hasMessageContaining("unknown lat and lon for the current region");
        assertThat(chosen(regionaware("rome", List.of()), in("oslo", "o", 1), in("rome", "r", 2)))
                .isEqualTo("r");
    }

    private static NodeSelectorSettings regionaware(String region, List<Region> regions) {
        return new NodeSelectorSettings(
                Kind.REGIONAWARE,
                SortBy.ROOMS,
                Algorithm.LOWEST,
                0.9,
                0.9,
                Limits.NONE,
                region,
                regions);
    }

    @Test
    void leavesOutWhoWasNotHeardOfForFiveSeconds() {
        var settings = NodeSelectorSettings.DEFAULTS;
        var self = node("a", 9);

        assertThat(chosen(settings, self, heard("b", 4999))).isEqualTo("b");
        assertThat(chosen(settings, self, heard("b", 5000))).isEqualTo("a");
    }

    private static NodeStatus heard(String id, long agoMs) {
        return node(id, 1, "", NodeState.SERVING, NOW_MS - agoMs);
    }

    private static NodeStatus draining(String id, int much) {
        return node(id, much, "", NodeState.SHUTTING_DOWN, NOW_MS);
    }

    @Test
    void neverChoosesADrainingNodeNorOneThatStarts() {
        var settings = NodeSelectorSettings.DEFAULTS;

        assertThat(chosen(settings, draining("a", 0), node("b", 9))).isEqualTo("b");
        assertThat(chosen(settings, draining("a", 0), heard("b", 60_000))).isEqualTo("b");
        assertThat(chosen(settings, draining("a", 0), draining("b", 0))).isEqualTo("nobody");
        assertThat(
                        chosen(
                                settings,
                                draining("a", 0),
                                NodeStatus.unheard(new NodeId("b")),
                                node("c", 0, "", NodeState.STARTING_UP, NOW_MS)))
                .isEqualTo("nobody");
    }

    /// Even if its own reports are overdue, or none was sent yet.
    @Test
    void theOwnNodeServesIfNobodyElseDoes() {
        var settings = NodeSelectorSettings.DEFAULTS;

        assertThat(chosen(settings, heard("a", 60_000), heard("b", 60_000))).isEqualTo("a");
        assertThat(chosen(settings, NodeStatus.unheard(new NodeId("a")))).isEqualTo("a");
    }

    @Test
    void passesOverFullNodesAndSaysWhenAllAreFull() {
        assertThat(chosen(limited(10, 0), node("a", 5), node("b", 4))).isEqualTo("b");
        assertThat(chosen(limited(10, 0), node("a", 5), node("b", 6))).isEqualTo("full, least a");
        assertThat(chosen(limited(0, 20), node("a", 10), node("b", 9))).isEqualTo("b");
        assertThat(chosen(limited(0, 20), node("a", 10))).isEqualTo("full, least a");
        assertThat(selector(NodeSelectorSettings.DEFAULTS).isFull(node("a", 1000))).isFalse();
    }

    @Test
    void refusesInLiveKitsWords() {
        assertThatThrownBy(new NodeChoice.Full(node("a", 1))::orRefuse)
                .isInstanceOf(BusFailure.class)
                .hasMessageContaining("reached configured limit for node");
        assertThatThrownBy(new NodeChoice.Nobody()::orRefuse)
                .hasMessageContaining("could not find any available nodes");
    }

    @Test
    void aGivenAwayRoomCountsAtOnce() {
        var settings = NodeSelectorSettings.DEFAULTS;
        var nodes = List.of(node("a", 1), node("b", 1).withOneMoreRoom());

        assertThat(
                        Stream.of(1, 2, 3)
                                .map(_ ->
                                        name(
                                                selector(settings)
                                                        .select(NOW_MS, nodes.getFirst(), nodes))))
                .containsOnly("a");
    }

    @Test
    void keepsARecordThroughItsWireForm() throws Exception {
        var load =
                new NodeLoad(
                        1,
                        2,
                        3,
                        4,
                        NodeState.SHUTTING_DOWN,
                        new MachineLoad(
                                8,
                                0.5,
                                0.25,
                                1.5,
                                2.5,
                                3.5,
                                new MachineLoad.Memory(1 << 30, 1L << 40)),
                        new Traffic(11, 12, 13, 14, 15, 16),
                        new Traffic(21, 22, 23, 24, 25, 26),
                        List.of(0.125f, 0.75f));
        var status = new NodeStatus(new NodeId("a"), "192.0.2.1", "paris", 1234, 5678, load, 99);

        var record = NodeRecords.parse(NodeRecords.toBytes(status, 42));

        assertThat(record.getReport()).isEqualTo(42);
        assertThat(NodeRecords.status(record, 99)).isEqualTo(status);
        assertThat(record.getNode().getStats().getUpdatedAt()).isEqualTo(5);
    }
}
