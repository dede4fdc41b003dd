package io.parley.chaos;

import io.parley.scenario.RoomApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;

/// Writes a new value into each room's metadata all the time, through whichever node, and keeps
/// what became of each write. One after the other in a room: when nobody knows whether one was
/// carried out, the room waits until it cannot be any more. A third of the rooms rest from the
/// first fault on and a third from the last, for what was written before must outlive them.
final class MetadataWriter implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int GROUPS = 3;
    private static final long SETTLES_NS = 5_000_000_000L;
    private static final long LINGERS_NS = 15_000_000_000L;

    private final List<String> rooms;
    private final List<NodeAddress> nodes;
    private final BooleanSupplier disturbed;
    private final EventLog log;
    private final long seed;
    private final List<Write> writes = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;
    private volatile int resting;

    /// @param disturbed whether a node may still hold back what it was asked
    MetadataWriter(
            List<String> rooms,
            List<NodeAddress> nodes,
            BooleanSupplier disturbed,
            EventLog log,
            long seed) {
        this.rooms = List.copyOf(rooms);
        this.nodes = List.copyOf(nodes);
        this.disturbed = disturbed;
        this.log = log;
        this.seed = seed;
    }

    void start() {
        for (int i = 0; i < rooms.size(); i++) {
            String room = rooms.get(i);
            RandomGenerator random = new java.util.Random(seed * 31 + i);
            int group = i % GROUPS;
            threads.add(
                    Thread.ofVirtual()
                            .name("writer-" + room)
                            .start(() -> write(room, group, random)));
        }
    }

    /// From now on one more group of rooms keeps what it has.
    void rest(int groups) {
        resting = groups;
    }

    private void write(String room, int group, RandomGenerator random) {
        try {
            for (int number = 1; running; number++) {
                Thread.sleep(random.nextInt(700, 1300));
                if (!running || group < resting) {
                    return;
                }
                NodeAddress node = nodes.get(random.nextInt(nodes.size()));
                Write write = write(room, "%s-value-%d".formatted(room, number), node);
                writes.add(write);
                log.note("writer", "write", write.toString());
                if (write.outcome() == Write.Outcome.UNKNOWN) {
                    awaitSettled(write);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Write write(String room, String value, NodeAddress node) {
        long startNs = System.nanoTime();
        var request =
                UpdateRoomMetadataRequest.newBuilder().setRoom(room).setMetadata(value).build();
        Write.Outcome outcome = Write.Outcome.ACKNOWLEDGED;
        String why = "";
        try {
            new RoomApi(node.url(), LIMIT).call("UpdateRoomMetadata", room, request, Room.parser());
        } catch (RoomApi.Failed e) {
            outcome = e.status == 404 ? Write.Outcome.REFUSED : Write.Outcome.UNKNOWN;
            why = String.valueOf(e.getMessage());
        } catch (IllegalStateException e) {
            boolean unheard = e.getCause() instanceof java.net.ConnectException;
            outcome = unheard ? Write.Outcome.REFUSED : Write.Outcome.UNKNOWN;
            why = String.valueOf(e.getMessage());
        }
        return new Write(room, value, node.number(), startNs, System.nanoTime(), outcome, why);
    }

    /// A node that answered asks nobody any more; one that did not may go on for a while.
    private void awaitSettled(Write write) throws InterruptedException {
        boolean answered = write.endNs() - write.startNs() < LIMIT.toNanos();
        long endNs = write.endNs() + (answered ? SETTLES_NS : LINGERS_NS);
        while (running && System.nanoTime() < endNs) {
            Thread.sleep(100);
            if (!answered && disturbed.getAsBoolean()) {
                endNs = System.nanoTime() + LINGERS_NS;
            }
        }
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join(LIMIT.plusSeconds(2));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
