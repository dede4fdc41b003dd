package io.parley;

import io.parley.auth.ApiKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cluster of three nodes within the process of a training run, on loopback and under a name of
/// its own: the owner of all rooms crashes, one of its heirs is drained, and the clients follow
/// each time. Hazelcast, claims, the bus between nodes, stored state, takeovers and resumes are
/// then in the AOT cache, instead of being interpreted for the first time when a node is lost.
/// Owned by the training's thread.
final class TrainingCluster implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrainingCluster.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ORIGIN = "the training";
    private static final List<TrainingClient.Kind> KINDS =
            List.of(
                    TrainingClient.Kind.SINGLE,
                    TrainingClient.Kind.DUAL,
                    TrainingClient.Kind.LISTENER,
                    TrainingClient.Kind.SINGLE);
    private static final int NODES = 3;
    private static final int OWNER = 0;
    private static final int DRAINED = 1;
    private static final int LAST = 2;
    private static final long LIMIT_NS = 15_000_000_000L;
    private static final long LOOK_MS = 5;

    private final TrainingServer.Visitors visitors;
    private final Launch launch;

    private final List<Node> nodes = new ArrayList<>();
    private final List<TrainingServer> servers = new ArrayList<>();
    private final List<TrainingClient> clients = new ArrayList<>();
    private final List<String> rooms = new ArrayList<>();

    TrainingCluster(TrainingServer.Visitors visitors, Launch launch) {
        this.visitors = visitors;
        this.launch = launch;
    }

    /// From the first node's start to the last one's end.
    void play(int count) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        start();
        long startedNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            open("cluster-" + i, OWNER, i % 2 == 0, rotated(i));
        }
        // Once a call is acknowledged, the room is stored with all who are there.
        callAll(servers);
        long openedNs = System.nanoTime();
        crash();
        List<TrainingServer> left = servers.subList(DRAINED, NODES);
        follow(left, this::everybodyHasMoved);
        open("given", DRAINED, true, left);
        callAll(left);
        long followedNs = System.nanoTime();
        drain();
        long drainedNs = System.nanoTime();
        end();
        log.info(
                "played a cluster startMs={} openMs={} crashMs={} drainMs={}",
                ms(startNs, startedNs),
                ms(startedNs, openedNs),
                ms(openedNs, followedNs),
                ms(followedNs, drainedNs));
    }

    private static long ms(long fromNs, long toNs) {
        return TimeUnit.NANOSECONDS.toMillis(toNs - fromNs);
    }

    /// One after the other: at once they would elect for a long time.
    private void start() {
        String name = "training-" + UUID.randomUUID();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            ports.add(FreePorts.tcp());
        }
        String members =
                ports.stream().map(port -> LOOPBACK + ":" + port).collect(Collectors.joining(","));
        for (int port : ports) {
            int http = FreePorts.tcp();
            nodes.add(Node.start(launchOf(name, members, port, http)));
            servers.add(new TrainingServer(visitors, new ApiKeys(launch.keys()), http));
        }
    }

    private Launch launchOf(String name, String members, int port, int http) {
        var config =
                Launch.DEFAULTS
                        .with("port", String.valueOf(http), ORIGIN)
                        .with("bind_addresses", LOOPBACK, ORIGIN)
                        .with("rtc.node_ip", LOOPBACK, ORIGIN)
                        .with("rtc.udp_port", String.valueOf(FreePorts.udp()), ORIGIN)
                        .with("rtc.tcp_port", "0", ORIGIN)
                        .with("cluster.enabled", "true", ORIGIN)
                        .with("cluster.name", name, ORIGIN)
                        .with("cluster.host", LOOPBACK, ORIGIN)
                        .with("cluster.port", String.valueOf(port), ORIGIN)
                        .with("cluster.bus_port", "0", ORIGIN)
                        .with("cluster.members", members, ORIGIN);
        return new Launch(config, launch.keys(), true, false, launch.files());
    }

    private List<TrainingServer> rotated(int first) {
        var list = new ArrayList<>(servers);
        Collections.rotate(list, first);
        return list;
    }

    /// A room on that node, whose clients come through these.
    private void open(String room, int owner, boolean asProtobuf, List<TrainingServer> through)
            throws IOException, InterruptedException {
        rooms.add(room);
        var request =
                CreateRoomRequest.newBuilder()
                        .setName(room)
                        .setNodeId(nodes.get(owner).id().value());
        through.getFirst().call("CreateRoom", request, room, asProtobuf);
        List<TrainingClient> here = new ArrayList<>();
        for (var kind : KINDS) {
            int number = here.size();
            TrainingServer server = through.get(number % through.size());
            var client = server.connect(room, "c" + number, kind);
            here.add(client);
            clients.add(client);
            client.enter();
            client.look();
            for (TrainingClient each : here) {
                each.hear();
            }
        }
    }

    /// A killed process says nothing: its clients do not hear how this one's rooms end.
    private void crash() {
        clients.forEach(client -> client.lose(servers.get(OWNER).port()));
        nodes.get(OWNER).crash();
    }

    private boolean everybodyHasMoved() {
        return clients.stream().allMatch(client -> client.moves() > 0);
    }

    /// Whoever loses its server, or is sent on, comes back through one of these.
    private void follow(List<TrainingServer> left, BooleanSupplier isDone)
            throws IOException, InterruptedException {
        long endNs = System.nanoTime() + LIMIT_NS;
        int next = 0;
        while (!isDone.getAsBoolean()) {
            for (TrainingClient client : clients) {
                client.hear();
                if (client.isCut()) {
                    client.resume(left.get(next++ % left.size()).port());
                }
            }
            if (System.nanoTime() - endNs > 0) {
                throw new IOException("not everybody could follow");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /// Through an owner and through somebody else.
    private void callAll(List<TrainingServer> through) throws IOException, InterruptedException {
        for (TrainingServer server : through) {
            for (String room : rooms) {
                boolean asProtobuf = room.hashCode() % 2 == 0;
                server.call(
                        "UpdateRoomMetadata",
                        UpdateRoomMetadataRequest.newBuilder().setRoom(room).setMetadata("m"),
                        room,
                        asProtobuf);
                server.call(
                        "ListParticipants",
                        ListParticipantsRequest.newBuilder().setRoom(room),
                        room,
                        asProtobuf);
            }
            server.call("ListRooms", ListRoomsRequest.newBuilder(), "", true);
            server.ask("/debug/cluster");
            server.ask("/metrics");
        }
    }

    private void drain() throws IOException, InterruptedException {
        nodes.get(DRAINED).drain();
        var ended = nodes.get(DRAINED).ended().toCompletableFuture();
        follow(List.of(servers.get(LAST)), ended::isDone);
        if (ended.join() != Node.EMPTY) {
            throw new IOException("the drain ended with somebody still there");
        }
        awaitWritable();
        callAll(List.of(servers.get(LAST)));
    }

    /// With one node crashed and one gone the last one writes again once it has counted anew.
    private void awaitWritable() throws IOException, InterruptedException {
        long endNs = System.nanoTime() + LIMIT_NS;
        var request = CreateRoomRequest.newBuilder().setName("settled");
        while (!isAlone() || !servers.get(LAST).takes("CreateRoom", request, "settled", true)) {
            if (System.nanoTime() - endNs > 0) {
                throw new IOException("the last node takes no room");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        rooms.add("settled");
    }

    private boolean isAlone() {
        return nodes.get(LAST).cluster().nodes().all().size() == 1;
    }

    private void end() throws IOException, InterruptedException {
        for (String room : rooms) {
            servers.get(LAST)
                    .call("DeleteRoom", DeleteRoomRequest.newBuilder().setRoom(room), room, true);
        }
        for (TrainingClient client : clients) {
            client.awaitClosed();
        }
    }

    @Override
    public void close() {
        clients.forEach(TrainingClient::close);
        nodes.forEach(Node::stop);
    }
}
