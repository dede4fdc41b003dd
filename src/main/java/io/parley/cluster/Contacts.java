package io.parley.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Refuses requests that come too late. A line that was cut delivers what it had taken when it
/// heals, and a paused node finds what came meanwhile; whoever asked has given up by then, and may
/// have had its way elsewhere. So each node counts how often it has heard nothing of another one,
/// tells it the number in its heartbeats, and takes only requests that name the present one. No
/// clocks are compared. Entries stay: a node that comes back must not begin anew. Used from every
/// thread of the node.
final class Contacts {
    /// Heartbeats come seven times as often, and nobody gives up so soon ([BusHeartbeat]).
    static final long SILENT_NS = Duration.ofMillis(3500).toNanos();

    private static final long UNKNOWN = 0;

    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private final Map<NodeId, Long> told = new ConcurrentHashMap<>();

    private record Heard(long number, long lastNs) {
        Heard at(long nowNs) {
            return new Heard(nowNs - lastNs > SILENT_NS ? number + 1 : number, nowNs);
        }
    }

    /// Something has come from that node: the number that is to be told to it.
    long onHeard(NodeId from, long nowNs) {
        return heard.compute(
                        from,
                        (_, before) ->
                                before == null ? new Heard(UNKNOWN + 1, nowNs) : before.at(nowNs))
                .number();
    }

    /// That node's number of this one.
    void onTold(NodeId by, long number) {
        told.put(by, number);
    }

    /// What a request to that node has to name.
    long numberFor(NodeId node) {
        return told.getOrDefault(node, UNKNOWN);
    }
}
