package io.parley.chaos;

import io.parley.scenario.ClientLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All clients of a run: those that stay, in equally large rooms, and guests that come and go.
final class Fleet implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final int AT_ONCE = 8;
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final long HEARD_NS = 2_000_000_000L;
    private static final int GUEST_PERIOD_MS = 500;

    private final Run.Shape shape;
    private final FrontDoor door;
    private final EventLog log;
    private final InetAddress address;
    private final RandomGenerator random;
    private final List<ClientLoop> loops = new ArrayList<>();
    private final List<ChaosClient> clients = new ArrayList<>();
    private final List<ChaosClient> guests = new CopyOnWriteArrayList<>();
    private @Nullable Thread inviting;
    private volatile boolean inviteMore = true;

    Fleet(
            Run.Shape shape,
            FrontDoor door,
            EventLog log,
            InetAddress address,
            RandomGenerator random) {
        this.shape = shape;
        this.door = door;
        this.log = log;
        this.address = address;
        this.random = random;
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new ClientLoop("clients-" + i));
        }
        for (int room = 0; room < shape.rooms(); room++) {
            for (int member = 0; member < shape.members(); member++) {
                clients.add(client(room(room), "p%d-%d".formatted(room, member)));
            }
        }
    }

    private static String room(int number) {
        return "room-%02d".formatted(number);
    }

    List<String> rooms() {
        List<String> rooms = new ArrayList<>();
        for (int room = 0; room < shape.rooms(); room++) {
            rooms.add(room(room));
        }
        return rooms;
    }

    private ChaosClient client(String room, String identity) {
        int node = shape.allAt() == 0 ? 1 + random.nextInt(shape.nodes()) : shape.allAt();
        return new ChaosClient(
                ClientTraits.random(random, room, identity, node, shape.media()),
                door,
                log,
                loops.get(random.nextInt(LOOPS)),
                address,
                new java.util.Random(random.nextLong()));
    }

    /// A few at a time; fails where somebody does not get in.
    void joinAll() {
        Deque<ChaosClient> joining = new ArrayDeque<>();
        for (ChaosClient client : clients) {
            if (joining.size() == AT_ONCE) {
                awaitIn(joining.removeFirst());
            }
            client.start();
            joining.addLast(client);
        }
        joining.forEach(this::awaitIn);
    }

    private void awaitIn(ChaosClient client) {
        Waits.until(client.traits() + " is in", JOIN_LIMIT, client::isConnected);
    }

    // ---- guests

    void invite() {
        inviting = Thread.ofVirtual().name("guests").start(this::inviteGuests);
    }

    /// Each stays for some seconds.
    private void inviteGuests() {
        Deque<ChaosClient> inside = new ArrayDeque<>();
        try {
            for (int number = 0; inviteMore; number++) {
                String room = room(random.nextInt(shape.rooms()));
                ChaosClient guest = client(room, "guest-" + number);
                guests.add(guest);
                guest.start();
                inside.addLast(guest);
                if (inside.size() > AT_ONCE) {
                    inside.removeFirst().stop();
                }
                Thread.sleep(GUEST_PERIOD_MS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        inside.forEach(ChaosClient::stop);
    }

    /// Until the last one has left.
    void sayGoodbye() {
        inviteMore = false;
        try {
            Thread host = inviting;
            if (host != null) {
                host.join(END_LIMIT);
            }
            for (ChaosClient guest : guests) {
                guest.awaitEnd(END_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    List<ChaosClient> guests() {
        return List.copyOf(guests);
    }

    // ---- what they saw

    List<ChaosClient> clients() {
        return List.copyOf(clients);
    }

    Map<String, List<ChaosClient>> byRoom() {
        return clients.stream()
                .collect(
                        Collectors.groupingBy(
                                client -> client.traits().room(),
                                TreeMap::new,
                                Collectors.toList()));
    }

    List<ClientSight> sights() {
        long sinceNs = System.nanoTime() - HEARD_NS;
        List<ClientSight> sights = new ArrayList<>();
        byRoom().forEach((_, members) -> {
            for (ChaosClient client : members) {
                sights.add(client.sight(silent(client, members, sinceNs)));
            }
        });
        return sights;
    }

    private static List<String> silent(
            ChaosClient client, List<ChaosClient> members, long sinceNs) {
        return members.stream()
                .filter(other -> other != client && other.traits().media())
                .map(other -> other.traits().identity())
                .filter(identity -> !client.audio().isHeard(identity, sinceNs))
                .toList();
    }

    @Override
    public void close() {
        inviteMore = false;
        List<ChaosClient> all = new ArrayList<>(clients);
        all.addAll(guests);
        all.forEach(ChaosClient::stop);
        try {
            for (ChaosClient client : all) {
                client.awaitEnd(END_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        loops.forEach(ClientLoop::close);
    }
}
