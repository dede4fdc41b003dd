package io.parley.sim;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Datagrams between addresses in virtual time: loss, delay, jitter (which reorders), a rate with a
/// bounded queue, duplication. Everything follows from the seed, and every failure says it.
final class SimNetwork {
    static final long MS = 1_000_000L;
    private static final int MAX_STEPS_AT_ONCE = 10_000;

    /// Somebody with timers.
    interface Actor {
        long nextWakeNs();

        void onTime(long nowNs);
    }

    /// Somebody with a socket.
    interface Receiver {
        void onDatagram(long nowNs, InetSocketAddress from, byte[] bytes);
    }

    final long seed;
    final Random random;
    long nowNs = 1_000 * MS;
    double loss;
    double duplication;
    long delayNs = 20 * MS;
    long jitterNs;

    /// Bits per second of each address's uplink; 0 is unlimited.
    long rateBps;

    long maxQueueNs = 200 * MS;
    long sent;
    long lost;

    private final Map<InetSocketAddress, Receiver> receivers = new HashMap<>();
    private final Map<InetSocketAddress, Long> uplinkFreeNs = new HashMap<>();
    private final Set<InetSocketAddress> blocked = new HashSet<>();
    private final List<Actor> actors = new ArrayList<>();
    private final List<Runnable> invariants = new ArrayList<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private long order;

    SimNetwork(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    private static final class Flight implements Comparable<Flight> {
        private final long atNs;
        private final long order;
        private final InetSocketAddress from;
        private final InetSocketAddress to;
        private final byte[] bytes;

        Flight(long atNs, long order, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
            this.atNs = atNs;
            this.order = order;
            this.from = from;
            this.to = to;
            this.bytes = bytes;
        }

        @Override
        public int compareTo(Flight other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    void bind(InetSocketAddress address, Receiver receiver) {
        receivers.put(address, receiver);
    }

    void add(Actor actor) {
        actors.add(actor);
    }

    /// Checked after every event; throws what is wrong.
    void always(Runnable invariant) {
        invariants.add(invariant);
    }

    /// Nothing leaves or reaches that address any more.
    void block(InetSocketAddress address) {
        blocked.add(address);
    }

    void send(InetSocketAddress from, InetSocketAddress to, byte[] buffer, int offset, int length) {
        sent++;
        if (blocked.contains(from) || blocked.contains(to) || random.nextDouble() < loss) {
            lost++;
            return;
        }
        long departsNs = departsNs(from, length);
        if (departsNs - nowNs > maxQueueNs) {
            lost++;
            return;
        }
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        fly(departsNs, from, to, copy);
        if (duplication > 0 && random.nextDouble() < duplication) {
            fly(departsNs, from, to, copy.clone());
        }
    }

    private long departsNs(InetSocketAddress from, int length) {
        if (rateBps == 0) {
            return nowNs;
        }
        long freeNs = Math.max(nowNs, uplinkFreeNs.getOrDefault(from, nowNs));
        long departsNs = freeNs + length * 8L * 1_000_000_000L / rateBps;
        if (departsNs - nowNs <= maxQueueNs) {
            uplinkFreeNs.put(from, departsNs);
        }
        return departsNs;
    }

    private void fly(long departsNs, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        long jitter = jitterNs == 0 ? 0 : random.nextLong(jitterNs);
        flights.add(new Flight(departsNs + delayNs + jitter, order++, from, to, bytes));
    }

    void runMs(long ms) {
        runUntil(() -> false, ms);
    }

    /// True as soon as the condition holds, false when the time is over.
    boolean runUntil(BooleanSupplier done, long limitMs) {
        long endNs = nowNs + limitMs * MS;
        int stepsAtOnce = 0;
        try {
            while (!done.getAsBoolean()) {
                long next = nextNs();
                if (next > endNs) {
                    nowNs = endNs;
                    return done.getAsBoolean();
                }
                stepsAtOnce = next > nowNs ? 0 : stepsAtOnce + 1;
                if (stepsAtOnce > MAX_STEPS_AT_ONCE) {
                    throw new AssertionError("time stands still");
                }
                nowNs = Math.max(nowNs, next);
                step();
                invariants.forEach(Runnable::run);
            }
            return true;
        } catch (AssertionError | RuntimeException e) {
            throw failure(e);
        }
    }

    /// What a story says when it fails, with what is needed to run it again.
    AssertionError failure(Throwable cause) {
        return new AssertionError(
                "seed " + seed + " at " + nowNs / MS + " ms: " + cause.getMessage(), cause);
    }

    private long nextNs() {
        Flight flight = flights.peek();
        long next = flight == null ? Long.MAX_VALUE : flight.atNs;
        for (Actor actor : actors) {
            next = Math.min(next, actor.nextWakeNs());
        }
        return next;
    }

    private void step() {
        Flight flight = flights.peek();
        if (flight != null && flight.atNs <= nowNs) {
            flights.remove();
            Receiver receiver = receivers.get(flight.to);
            if (receiver != null && !blocked.contains(flight.to)) {
                receiver.onDatagram(nowNs, flight.from, flight.bytes);
            }
            return;
        }
        for (Actor actor : List.copyOf(actors)) {
            if (actor.nextWakeNs() <= nowNs) {
                actor.onTime(nowNs);
            }
        }
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
