package io.parley.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.cluster.state.NodeRecord;
import livekit.LivekitInternal.Node;
import livekit.LivekitInternal.NodeStats;
import livekit.LivekitInternal.NodeStatsRate;
import livekit.LivekitInternal.NodeType;

/// A node's record on the wire: LiveKit's Node message, and beside it what that has no room for.
final class NodeRecords {
    private NodeRecords() {}

    /// @param report grows with each report of this process
    static byte[] toBytes(NodeStatus status, long report) {
        return NodeRecord.newBuilder()
                .setNode(node(status))
                .setStartedMs(status.startedMs())
                .setUpdatedMs(status.updatedMs())
                .setReport(report)
                .addAllMediaLoops(status.load().mediaLoops())
                .setProcessCpuLoad((float) status.load().machine().processLoad())
                .build()
                .toByteArray();
    }

    static Node node(NodeStatus status) {
        var load = status.load();
        return Node.newBuilder()
                .setId(status.node().value())
                .setIp(status.ip())
                .setRegion(status.region())
                .setNumCpus(load.machine().cpus())
                .setType(NodeType.SERVER)
                .setState(load.state())
                .setStats(stats(status))
                .build();
    }

    private static NodeStats stats(NodeStatus status) {
        var load = status.load();
        var machine = load.machine();
        var total = load.total();
        return NodeStats.newBuilder()
                .setStartedAt(status.startedMs() / 1000)
                .setUpdatedAt(status.updatedMs() / 1000)
                .setNumRooms(load.rooms())
                .setNumClients(load.participants())
                .setNumTracksIn(load.tracksIn())
                .setNumTracksOut(load.tracksOut())
                .setNumCpus(machine.cpus())
                .setCpuLoad((float) machine.cpuLoad())
                .setLoadAvgLast1Min((float) machine.loadAverage1())
                .setLoadAvgLast5Min((float) machine.loadAverage5())
                .setLoadAvgLast15Min((float) machine.loadAverage15())
                .setMemoryUsed(machine.memory().used())
                .setMemoryTotal(machine.memory().total())
                .setPacketsIn(total.packetsIn())
                .setPacketsOut(total.packetsOut())
                .setBytesIn(total.bytesIn())
                .setBytesOut(total.bytesOut())
                .setNackTotal(total.nacks())
                .setRetransmitPacketsOut(total.retransmitted())
                .addRates(rate(load.perSecond()))
                .build();
    }

    private static NodeStatsRate rate(Traffic perSecond) {
        return NodeStatsRate.newBuilder()
                .setPacketsIn((float) perSecond.packetsIn())
                .setPacketsOut((float) perSecond.packetsOut())
                .setBytesIn((float) perSecond.bytesIn())
                .setBytesOut((float) perSecond.bytesOut())
                .setNackTotal((float) perSecond.nacks())
                .setRetransmitPacketsOut((float) perSecond.retransmitted())
                .build();
    }

    static NodeRecord parse(byte[] bytes) throws InvalidProtocolBufferException {
        return NodeRecord.parseFrom(bytes);
    }

    static NodeStatus status(NodeRecord record, long heardMs) {
        var node = record.getNode();
        return new NodeStatus(
                new NodeId(node.getId()),
                node.getIp(),
                node.getRegion(),
                record.getStartedMs(),
                record.getUpdatedMs(),
                load(record),
                heardMs);
    }

    private static NodeLoad load(NodeRecord record) {
        var stats = record.getNode().getStats();
        return new NodeLoad(
                stats.getNumRooms(),
                stats.getNumClients(),
                stats.getNumTracksIn(),
                stats.getNumTracksOut(),
                record.getNode().getState(),
                machine(stats, record.getProcessCpuLoad()),
                new Traffic(
                        stats.getPacketsIn(),
                        stats.getPacketsOut(),
                        stats.getBytesIn(),
                        stats.getBytesOut(),
                        stats.getNackTotal(),
                        stats.getRetransmitPacketsOut()),
                stats.getRatesCount() == 0 ? Traffic.NONE : perSecond(stats.getRates(0)),
                record.getMediaLoopsList());
    }

    private static MachineLoad machine(NodeStats stats, float processLoad) {
        return new MachineLoad(
                stats.getNumCpus(),
                stats.getCpuLoad(),
                processLoad,
                stats.getLoadAvgLast1Min(),
                stats.getLoadAvgLast5Min(),
                stats.getLoadAvgLast15Min(),
                new MachineLoad.Memory(stats.getMemoryUsed(), stats.getMemoryTotal()));
    }

    private static Traffic perSecond(NodeStatsRate rate) {
        return new Traffic(
                Math.round((double) rate.getPacketsIn()),
                Math.round((double) rate.getPacketsOut()),
                Math.round((double) rate.getBytesIn()),
                Math.round((double) rate.getBytesOut()),
                Math.round((double) rate.getNackTotal()),
                Math.round((double) rate.getRetransmitPacketsOut()));
    }
}
