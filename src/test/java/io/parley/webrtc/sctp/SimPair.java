package io.parley.webrtc.sctp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// Two associations on a seeded network in virtual time.
final class SimPair {
    static final long MS = 1_000_000L;

    final Side a;
    final Side b;
    final Random random;
    double loss;
    long delayNs = 20 * MS;
    long jitterNs;
    long nowNs;
    int packets;

    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private long order;

    SimPair(long seed) {
        this(seed, SctpSettings.defaults());
    }

    SimPair(long seed, SctpSettings settings) {
        random = new Random(seed);
        a = new Side(true, settings);
        b = new Side(false, settings);
        a.peer = b;
        b.peer = a;
    }

    /// A packet under way.
    private static final class Flight implements Comparable<Flight> {
        private final long atNs;
        private final long order;
        private final Side to;
        private final byte[] bytes;

        private Flight(long atNs, long order, Side to, byte[] bytes) {
            this.atNs = atNs;
            this.order = order;
            this.to = to;
            this.bytes = bytes;
        }

        @Override
        public int compareTo(Flight other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    final class Side {
        final boolean even;
        final SctpSettings settings;
        final ArrayDeque<SctpEvent> events = new ArrayDeque<>();
        final List<byte[]> sent = new ArrayList<>();
        SctpAssociation association;

        @SuppressWarnings("NullAway")
        Side peer = null;

        boolean mute;

        Side(boolean even, SctpSettings settings) {
            this.even = even;
            this.settings = settings;
            this.association = fresh();
        }

        SctpAssociation fresh() {
            return new SctpAssociation(settings, even, random, this::transmit);
        }

        private void transmit(byte[] bytes, int offset, int length) {
            byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
            if (sent.size() < 20_000) {
                sent.add(copy);
            }
            packets++;
            if (mute || random.nextDouble() < loss) {
                return;
            }
            long jitter = jitterNs == 0 ? 0 : random.nextLong(jitterNs);
            flights.add(new Flight(nowNs + delayNs + jitter, order++, peer, copy));
        }

        void drain() {
            SctpEvent event = association.pollEvent();
            while (event != null) {
                events.add(event);
                event = association.pollEvent();
            }
        }

        <T extends SctpEvent> List<T> all(Class<T> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        SendOutcome send(int streamId, byte[] payload) {
            return association.send(nowNs, streamId, true, payload, 0, payload.length);
        }
    }

    SimPair connected() {
        a.association.connect(nowNs);
        b.association.connect(nowNs);
        runUntil(() -> a.association.connected() && b.association.connected(), 60_000);
        if (!a.association.connected() || !b.association.connected()) {
            throw new AssertionError("not connected");
        }
        return this;
    }

    void runMs(long ms) {
        runUntil(() -> false, ms);
    }

    /// Runs until the condition holds or the time is over.
    void runUntil(BooleanSupplier done, long limitMs) {
        long endNs = nowNs + limitMs * MS;
        while (true) {
            a.drain();
            b.drain();
            if (done.getAsBoolean()) {
                return;
            }
            Flight flight = flights.peek();
            long wakeA = a.association.nextWakeNs();
            long wakeB = b.association.nextWakeNs();
            long next = Math.min(wakeA, wakeB);
            next = flight == null ? next : Math.min(next, flight.atNs);
            if (next > endNs) {
                nowNs = endNs;
                return;
            }
            nowNs = Math.max(nowNs, next);
            if (flight != null && flight.atNs <= nowNs) {
                flights.poll();
                flight.to.association.onPacket(nowNs, flight.bytes, 0, flight.bytes.length);
                continue;
            }
            if (wakeA <= nowNs) {
                a.association.onTime(nowNs);
            }
            if (wakeB <= nowNs) {
                b.association.onTime(nowNs);
            }
        }
    }
}
