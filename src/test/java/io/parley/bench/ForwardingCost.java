package io.parley.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Prints what a forwarded packet costs: the best round's processor time, and bytes allocated, both
/// of the forwarding thread as the JVM counts them. Needs no benchmark harness; arguments:
/// subscribers, steps of a round.
public final class ForwardingCost {
    private static final int WARM_UP_ROUNDS = 4;
    private static final int ROUNDS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int subscribers;
    private final int steps;

    private ForwardingCost(int subscribers, int steps) {
        this.subscribers = subscribers;
        this.steps = steps;
    }

    public static void main(String[] args) {
        int subscribers = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        ForwardingCost cost = new ForwardingCost(subscribers, steps);
        for (Crypto crypto : Crypto.values()) {
            cost.measure(crypto);
        }
    }

    private void measure(Crypto crypto) {
        ForwardingWorld world = new ForwardingWorld(crypto, subscribers);
        for (int i = 0; i < WARM_UP_ROUNDS * steps; i++) {
            world.step();
        }
        long thread = Thread.currentThread().threadId();
        long packetsBefore = world.forwarded();
        long bytesBefore = threads.getThreadAllocatedBytes(thread);
        long bestNs = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long startNs = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < steps; i++) {
                world.step();
            }
            bestNs = Math.min(bestNs, threads.getCurrentThreadCpuTime() - startNs);
        }
        long bytes = threads.getThreadAllocatedBytes(thread) - bytesBefore;
        long packets = world.forwarded() - packetsBefore;
        double nsPerPacket = bestNs * (double) ROUNDS / packets;
        System.out.printf(
                "%-13s %,9d packets  %6.0f CPU-ns/packet  %7.2f B/packet%n",
                crypto, packets, nsPerPacket, bytes / (double) packets);
    }
}
