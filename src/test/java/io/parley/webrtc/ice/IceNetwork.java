package io.parley.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Agents over a lossy network in virtual time. Everything follows from the seed.
final class IceNetwork {
    static final long MS = 1_000_000L;

    final Random random;
    long nowNs = 1_000 * MS;
    long delayNs = 10 * MS;
    double loss;
    final Set<InetSocketAddress> blocked = new HashSet<>();
    final List<Host> hosts = new ArrayList<>();

    private final PriorityQueue<Delivery> deliveries =
            new PriorityQueue<>(Comparator.comparingLong((Delivery d) -> d.atNs));

    IceNetwork(long seed) {
        random = new Random(seed);
    }

    Host host(String udp, IceSettings settings, boolean controlling) {
        Host host = new Host(address(udp), address(udp.replace("192.", "172.")));
        host.start(settings, controlling);
        hosts.add(host);
        return host;
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    void runMs(long ms) {
        long endNs = nowNs + ms * MS;
        int steps = 0;
        while (nextNs() <= endNs) {
            nowNs = Math.max(nowNs, nextNs());
            step();
            assertThat(++steps).as("steps in %d ms", ms).isLessThan(100_000);
        }
        nowNs = endNs;
    }

    private long nextNs() {
        Delivery delivery = deliveries.peek();
        long next = delivery == null ? Long.MAX_VALUE : delivery.atNs;
        for (Host host : hosts) {
            next = Math.min(next, host.agent().nextWakeNs());
        }
        return next;
    }

    private void step() {
        Delivery delivery = deliveries.peek();
        if (delivery != null && delivery.atNs <= nowNs) {
            deliveries.remove();
            deliver(delivery);
        }
        for (Host host : hosts) {
            host.agent().onTime(nowNs);
        }
    }

    private void deliver(Delivery d) {
        for (Host host : hosts) {
            InetSocketAddress own = d.transport == Transport.UDP ? host.publicUdp : host.tcp;
            if (own.equals(d.to) && !host.isDown) {
                IcePath path = host.pathTo(d.transport, d.from);
                host.drops.add(host.agent().onStun(nowNs, d.bytes, 0, d.bytes.length, path));
            }
        }
    }

    private static final class Delivery {
        final long atNs;
        final Transport transport;
        final InetSocketAddress from;
        final InetSocketAddress to;
        final byte[] bytes;

        Delivery(
                long atNs,
                Transport transport,
                InetSocketAddress from,
                InetSocketAddress to,
                byte[] bytes) {
            this.atNs = atNs;
            this.transport = transport;
            this.from = from;
            this.to = to;
            this.bytes = bytes;
        }
    }

    /// One machine: an agent, its UDP socket (perhaps behind a NAT) and its TCP address.
    final class Host implements IceSink, IceListener {
        final InetSocketAddress udp;
        final InetSocketAddress tcp;
        InetSocketAddress publicUdp;
        boolean isDown;
        IceCredentials credentials = fresh();
        final List<IceEvent> events = new ArrayList<>();
        final List<IceDropReason> drops = new ArrayList<>();
        int sent;

        private final Map<String, IcePath> paths = new HashMap<>();
        private @Nullable IceAgent agent;

        Host(InetSocketAddress udp, InetSocketAddress tcp) {
            this.udp = udp;
            this.publicUdp = udp;
            this.tcp = tcp;
        }

        void start(IceSettings settings, boolean controlling) {
            agent = new IceAgent(settings, credentials, controlling, random, this, this);
        }

        IceAgent agent() {
            if (agent == null) {
                throw new IllegalStateException("not started");
            }
            return agent;
        }

        IceCredentials fresh() {
            int number = random.nextInt(1_000_000);
            return new IceCredentials(
                    "frag" + number, "password-of-some-length-%08d".formatted(number));
        }

        IceCandidate udpCandidate() {
            return IceCandidate.host(
                    Transport.UDP, udp.getAddress().getHostAddress(), udp.getPort(), 0);
        }

        IceCandidate tcpCandidate() {
            return IceCandidate.host(
                    Transport.TCP, tcp.getAddress().getHostAddress(), tcp.getPort(), 0);
        }

        void restart() {
            credentials = fresh();
            agent().restart(nowNs, credentials);
        }

        void learn(Host other) {
            agent().setRemote(nowNs, other.credentials, false);
        }

        IcePath pathTo(Transport transport, InetSocketAddress remote) {
            InetSocketAddress local = transport == Transport.UDP ? udp : tcp;
            return paths.computeIfAbsent(
                    transport + " " + remote, _ -> new IcePath(transport, local, remote, "socket"));
        }

        @Override
        public void send(IcePath path, byte[] buffer, int offset, int length) {
            sent++;
            boolean isUdp = path.transport() == Transport.UDP;
            boolean isLost = isUdp && random.nextDouble() < loss;
            InetSocketAddress from = isUdp ? publicUdp : tcp;
            if (isLost || isDown || blocked.contains(path.remote()) || blocked.contains(from)) {
                return;
            }
            long jitterNs = isUdp ? random.nextLong(MS) : 0;
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
            deliveries.add(
                    new Delivery(
                            nowNs + delayNs + jitterNs,
                            path.transport(),
                            from,
                            path.remote(),
                            copy));
        }

        @Override
        public @Nullable IcePath path(Transport transport, InetSocketAddress remote) {
            return pathTo(transport, remote);
        }

        @Override
        public void onIceEvent(IceEvent event) {
            events.add(event);
        }

        List<IceState> states() {
            List<IceState> states = new ArrayList<>();
            for (IceEvent event : events) {
                if (event instanceof IceEvent.StateChanged(IceState state)) {
                    states.add(state);
                }
            }
            return states;
        }

        InetSocketAddress selectedRemote() {
            IcePath path = agent().selected();
            return path == null ? new InetSocketAddress(0) : path.remote();
        }
    }
}
