package io.parley;

import io.vertx.core.json.JsonObject;

/// What `/debug/cluster` says.
final class ClusterPages {
    static final JsonObject ONE_NODE =
            new JsonObject(
                    """
                    {"self": "ND_a", "rooms": [], "nodes": [{
                      "id": "ND_a", "state": "SERVING", "draining": false, "ip": "192.0.2.1",
                      "region": "north", "startedMs": 1000, "updatedMs": 61000, "rooms": 1,
                      "participants": 2, "tracksIn": 3, "tracksOut": 4, "cpus": 8,
                      "cpuLoad": 0.5, "processLoad": 0.25, "loadAverage": [1.5, 2.5, 3.5],
                      "memoryUsed": 1100000000, "memoryTotal": 16000000000,
                      "total": {"packetsIn": 1, "packetsOut": 2, "bytesIn": 950,
                        "bytesOut": 2000000000, "nacks": 5, "retransmitted": 6},
                      "perSecond": {"packetsIn": 1, "packetsOut": 2, "bytesIn": 1200,
                        "bytesOut": 3500000, "nacks": 0, "retransmitted": 0},
                      "mediaLoops": [0.125, 0.75]}]}
                    """);

    private ClusterPages() {}
}
