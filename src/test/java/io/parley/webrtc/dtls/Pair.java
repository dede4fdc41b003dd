package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A client and a server joined in memory; the test's thread plays the loop of both.
final class Pair implements AutoCloseable {
    static final DtlsCertificate CERTIFICATE_A =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
    static final DtlsCertificate CERTIFICATE_B =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);

    /// One side, its events and what it sent.
    static final class End {
        final ConcurrentLinkedQueue<byte[]> sent = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<DtlsEvent> events = new ConcurrentLinkedQueue<>();
        final List<byte[]> received = new ArrayList<>();
        final DtlsAssociation association;
        final byte[] dst = new byte[2048];
        boolean closed;

        End(DtlsSettings settings, DtlsHandshakes handshakes) {
            association =
                    new DtlsAssociation(
                            settings,
                            handshakes,
                            (b, off, len) -> sent.add(Arrays.copyOfRange(b, off, off + len)),
                            events::add);
        }

        void deliver(byte[] datagram) {
            if (!association.isConnected()) {
                association.onDatagram(datagram, 0, datagram.length);
                return;
            }
            keep(association.open(datagram, 0, datagram.length, dst, 0));
        }

        void drain() {
            keep(association.openPending(dst, 0));
        }

        private void keep(int first) {
            int length = first;
            while (length > 0) {
                received.add(Arrays.copyOf(dst, length));
                length = association.openPending(dst, 0);
            }
            closed |= length < 0;
        }

        @Nullable DtlsEvent event() {
            return events.peek();
        }

        DtlsEvent.Connected connected() {
            return (DtlsEvent.Connected) event(0);
        }

        DtlsEvent event(int index) {
            return List.copyOf(events).get(index);
        }
    }

    final DtlsHandshakes handshakes = new DtlsHandshakes(4, 4);
    final End client;
    final End server;

    Pair(List<SrtpProfile> clientProfiles, List<SrtpProfile> serverProfiles, Duration timeout) {
        client =
                new End(
                        settings(DtlsRole.CLIENT, CERTIFICATE_A, clientProfiles, timeout),
                        handshakes);
        server =
                new End(
                        settings(DtlsRole.SERVER, CERTIFICATE_B, serverProfiles, timeout),
                        handshakes);
    }

    Pair() {
        this(
                List.of(SrtpProfile.AEAD_AES_128_GCM),
                List.of(SrtpProfile.AEAD_AES_128_GCM),
                Duration.ofSeconds(20));
    }

    static DtlsSettings settings(
            DtlsRole role,
            DtlsCertificate certificate,
            List<SrtpProfile> profiles,
            Duration timeout) {
        return new DtlsSettings(
                role,
                certificate,
                profiles,
                timeout,
                Duration.ofMillis(100),
                1200,
                new HandshakeGroup());
    }

    Pair start() {
        server.association.start(List.of(CERTIFICATE_A.fingerprint()));
        client.association.start(List.of(CERTIFICATE_B.fingerprint()));
        return this;
    }

    /// Carries datagrams until both sides have an event. `network` may change a datagram, or drop
    /// it (empty).
    void shake(UnaryOperator<byte[]> network) {
        shake(network, network);
    }

    void shake(UnaryOperator<byte[]> toServer, UnaryOperator<byte[]> toClient) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (client.event() == null || server.event() == null) {
            carry(client, server, toServer);
            carry(server, client, toClient);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no events: " + client.events + server.events);
            }
            Thread.onSpinWait();
        }
        client.drain();
        server.drain();
    }

    void shake() {
        shake(UnaryOperator.identity());
    }

    void carry(UnaryOperator<byte[]> network) {
        carry(client, server, network);
        carry(server, client, network);
    }

    void carry() {
        carry(UnaryOperator.identity());
    }

    private static void carry(End from, End to, UnaryOperator<byte[]> network) {
        for (byte[] d = from.sent.poll(); d != null; d = from.sent.poll()) {
            to.deliver(network.apply(d));
        }
    }

    @Override
    public void close() {
        client.association.close(false);
        server.association.close(false);
        handshakes.close();
    }
}
