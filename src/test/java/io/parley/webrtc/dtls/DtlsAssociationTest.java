package io.parley.webrtc.dtls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.srtp.SrtpProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DtlsAssociationTest {
    private static final SrtpProfile GCM = SrtpProfile.AEAD_AES_128_GCM;
    private static final SrtpProfile GCM_256 = SrtpProfile.AEAD_AES_256_GCM;
    private static final SrtpProfile CM = SrtpProfile.AES128_CM_HMAC_SHA1_80;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] NOTHING = new byte[0];

    static Stream<Arguments> profileLists() {
        return Stream.of(
                Arguments.of(List.of(GCM), List.of(CM, GCM), GCM),
                Arguments.of(List.of(GCM, CM), List.of(CM, GCM), CM),
                Arguments.of(List.of(GCM, CM), List.of(GCM, CM), GCM),
                Arguments.of(List.of(GCM_256, GCM, CM), List.of(GCM_256), GCM_256),
                Arguments.of(List.of(CM), List.of(GCM, CM), CM));
    }

    @ParameterizedTest
    @MethodSource("profileLists")
    void agreesOnTheServersChoiceAndOnItsKeys(
            List<SrtpProfile> client, List<SrtpProfile> server, SrtpProfile agreed) {
        try (Pair pair = new Pair(client, server, TIMEOUT).start()) {
            pair.shake();

            assertThat(pair.client.connected().keys().profile()).isEqualTo(agreed);
            assertThat(pair.client.connected().keys().isMirrorOf(pair.server.connected().keys()))
                    .isTrue();
        }
    }

    @Test
    void failsOnBothSidesWithoutACommonProfile() {
        try (Pair pair = new Pair(List.of(GCM), List.of(CM), TIMEOUT).start()) {
            pair.shake();

            assertThat(failure(pair.server)).isEqualTo(DtlsFailure.NO_SRTP_PROFILE);
            assertThat(failure(pair.client)).isEqualTo(DtlsFailure.ALERT_RECEIVED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsOnBothSidesWhenACertificateIsNotTheAnnouncedOne(DtlsRole whoIsWrong) {
        try (Pair pair = new Pair()) {
            boolean client = whoIsWrong == DtlsRole.CLIENT;
            Fingerprint a = Pair.CERTIFICATE_A.fingerprint();
            Fingerprint b = Pair.CERTIFICATE_B.fingerprint();
            pair.server.association.start(List.of(client ? b : a));
            pair.client.association.start(List.of(client ? b : a));
            pair.shake();

            Pair.End refusing = client ? pair.server : pair.client;
            Pair.End refused = client ? pair.client : pair.server;
            assertThat(failure(refusing)).isEqualTo(DtlsFailure.FINGERPRINT_MISMATCH);
            assertThat(refused.event(refused.events.size() - 1))
                    .isIn(new DtlsEvent.Failed(DtlsFailure.ALERT_RECEIVED, "bad_certificate(42)"));
        }
    }

    @Test
    void carriesApplicationDataBothWays() {
        try (Pair pair = new Pair().start()) {
            pair.shake();
            for (int i = 0; i < 100; i++) {
                byte[] data = new byte[1 + i * 12];
                new Random(i).nextBytes(data);
                pair.client.association.seal(data, 0, data.length);
                pair.server.association.seal(data, 0, data.length);
                pair.carry();
                assertThat(pair.server.received.get(i)).isEqualTo(data);
                assertThat(pair.client.received.get(i)).isEqualTo(data);
            }
        }
    }

    @Test
    void sendsNothingBeforeItIsConnected() {
        try (Pair pair = new Pair()) {
            pair.client.association.seal(bytes("early"), 0, 5);
            assertThat(pair.client.sent).isEmpty();
        }
    }

    @Test
    void keepsDatagramsThatComeBeforeTheServersStart() {
        try (Pair pair = new Pair()) {
            pair.client.association.start(List.of(Pair.CERTIFICATE_B.fingerprint()));
            byte[] hello = null;
            while (hello == null) {
                hello = pair.client.sent.poll();
            }
            pair.server.deliver(hello);
            pair.server.association.start(List.of(Pair.CERTIFICATE_A.fingerprint()));
            pair.shake();
            assertThat(pair.client.connected()).isNotNull();
        }
    }

    /// The server's last flight and its first data reach the client before its thread has run.
    @Test
    void keepsDataThatComesWithTheLastFlight() {
        try (Pair pair = new Pair().start()) {
            List<byte[]> held = new ArrayList<>();
            while (pair.server.event() == null) {
                for (byte[] d = pair.client.sent.poll(); d != null; d = pair.client.sent.poll()) {
                    pair.server.deliver(d);
                }
                for (byte[] d = pair.server.sent.poll(); d != null; d = pair.server.sent.poll()) {
                    if (pair.server.event() != null || isChangeCipherSpec(d)) {
                        held.add(d);
                    } else {
                        pair.client.deliver(d);
                    }
                }
            }
            pair.server.association.seal(bytes("one"), 0, 3);
            pair.server.association.seal(bytes("two"), 0, 3);
            for (byte[] d = pair.server.sent.poll(); d != null; d = pair.server.sent.poll()) {
                held.add(d);
            }
            byte[] all = concat(held);
            pair.client.association.onDatagram(all, 0, all.length);
            pair.shake();

            assertThat(pair.client.received).containsExactly(bytes("one"), bytes("two"));
        }
    }

    @Test
    void opensSeveralRecordsOfOneDatagram() {
        try (Pair pair = new Pair().start()) {
            pair.shake();
            List<byte[]> sealed = new ArrayList<>();
            for (String text : List.of("a", "bb", "ccc")) {
                pair.client.association.seal(bytes(text), 0, text.length());
                sealed.addAll(List.of(pair.client.sent.poll()));
            }
            pair.server.deliver(concat(sealed));
            assertThat(pair.server.received).containsExactly(bytes("a"), bytes("bb"), bytes("ccc"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void connectsThoughAThirdOfTheDatagramsIsLost(int seed) {
        Random random = new Random(seed);
        try (Pair pair = new Pair().start()) {
            pair.shake(d -> random.nextInt(3) == 0 ? NOTHING : d);
            assertThat(pair.client.event()).isInstanceOf(DtlsEvent.Connected.class);
            assertThat(pair.client.connected().keys().isMirrorOf(pair.server.connected().keys()))
                    .isTrue();
        }
    }

    @Test
    void answersARepeatedFlightWhenItsLastFlightWasLost() {
        try (Pair pair = new Pair().start()) {
            boolean[] lost = {false};
            pair.shake(d -> {
                if (!lost[0] && isChangeCipherSpec(d)) {
                    lost[0] = true;
                    return NOTHING;
                }
                return d;
            });
            pair.client.association.seal(bytes("x"), 0, 1);
            pair.carry();
            assertThat(lost[0]).isTrue();
            assertThat(pair.server.received).containsExactly(bytes("x"));
        }
    }

    @Test
    void connectsThoughEachDatagramIsAccompaniedByGarbage() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            try (Pair pair = new Pair().start()) {
                pair.shake(d -> {
                    deliverGarbage(pair, d, random);
                    return d;
                });
                assertThat(pair.client.event()).isInstanceOf(DtlsEvent.Connected.class);
                assertThat(pair.server.event()).isInstanceOf(DtlsEvent.Connected.class);
            }
        }
    }

    @Test
    void connectsThoughEachDatagramIsPrecededByItsTruncations() {
        try (Pair pair = new Pair().start()) {
            pair.shake(
                    d -> precededByTruncations(pair.server, d),
                    d -> precededByTruncations(pair.client, d));
            assertThat(pair.client.event()).isInstanceOf(DtlsEvent.Connected.class);
            assertThat(pair.server.event()).isInstanceOf(DtlsEvent.Connected.class);
        }
    }

    @Test
    void survivesGarbageForgeriesAndReplaysWhenConnected() {
        Random random = new Random(5);
        try (Pair pair = new Pair().start()) {
            pair.shake();
            for (int i = 0; i < 2000; i++) {
                pair.client.association.seal(bytes("data"), 0, 4);
                byte[] sealed = pair.client.sent.poll();
                byte[] forged = sealed.clone();
                forged[random.nextInt(forged.length)] ^= (byte) (1 + random.nextInt(255));
                pair.server.deliver(forged);
                deliverGarbage(pair, sealed, random);
                pair.server.deliver(sealed);
                pair.server.deliver(sealed);
            }
            assertThat(pair.server.closed).isFalse();
            assertThat(pair.server.received).hasSize(2000).allMatch(d -> d.length == 4);
        }
    }

    @Test
    void tellsThePeerThatItCloses() {
        try (Pair pair = new Pair().start()) {
            pair.shake();
            pair.client.association.close(true);
            pair.carry();

            assertThat(pair.server.closed).isTrue();
            assertThat(pair.server.event(1)).isEqualTo(new DtlsEvent.Closed());
            assertThat(pair.client.events).hasSize(1);
            assertThat(pair.client.association.openPending(new byte[100], 0)).isEqualTo(-1);
        }
    }

    @Test
    void closesSilentlyForATakeover() {
        try (Pair pair = new Pair().start()) {
            pair.shake();
            pair.client.association.close(false);
            pair.client.association.seal(bytes("late"), 0, 4);

            assertThat(pair.client.sent).isEmpty();
        }
    }

    @Test
    void endsTheHandshakesThreadWhenClosedDuringIt() throws InterruptedException {
        try (Pair pair = new Pair()) {
            pair.client.association.start(List.of(Pair.CERTIFICATE_B.fingerprint()));
            while (pair.client.sent.isEmpty()) {
                Thread.onSpinWait();
            }
            pair.client.association.close(false);
            while (pair.handshakes.running() > 0) {
                Thread.onSpinWait();
            }
            assertThat(pair.client.events).isEmpty();
        }
    }

    @Test
    void timesOutWhenThePeerIsSilent() {
        try (Pair pair = new Pair(List.of(GCM), List.of(GCM), Duration.ofMillis(300))) {
            pair.client.association.start(List.of(Pair.CERTIFICATE_B.fingerprint()));
            while (pair.client.event() == null) {
                Thread.onSpinWait();
            }
            assertThat(failure(pair.client)).isEqualTo(DtlsFailure.TIMEOUT);
            assertThat(pair.client.sent).hasSizeBetween(2, 4);
        }
    }

    @Test
    void refusesHandshakesBeyondItsBounds() {
        List<Pair.End> ends = new ArrayList<>();
        try (DtlsHandshakes two = new DtlsHandshakes(1, 1)) {
            for (int i = 0; i < 3; i++) {
                Pair.End end =
                        new Pair.End(
                                Pair.settings(
                                        DtlsRole.CLIENT, Pair.CERTIFICATE_A, List.of(GCM), TIMEOUT),
                                two);
                end.association.start(List.of(Pair.CERTIFICATE_B.fingerprint()));
                ends.add(end);
            }
            assertThat(ends.get(0).events).isEmpty();
            assertThat(ends.get(1).events).isEmpty();
            assertThat(failure(ends.get(2))).isEqualTo(DtlsFailure.OVERLOADED);
        }
    }

    private static byte[] precededByTruncations(Pair.End to, byte[] datagram) {
        for (int cut = 0; cut < datagram.length; cut += 1 + datagram.length / 6) {
            to.deliver(java.util.Arrays.copyOf(datagram, cut));
        }
        return datagram;
    }

    private static void deliverGarbage(Pair pair, byte[] like, Random random) {
        for (Pair.End end : List.of(pair.client, pair.server)) {
            byte[] noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            end.deliver(noise);
            end.deliver(java.util.Arrays.copyOf(like, random.nextInt(25)));
            byte[] header = java.util.Arrays.copyOf(like, Math.min(like.length, 13 + 20));
            header[3] = 0;
            header[4] = (byte) random.nextInt(3);
            random.nextBytes(noise);
            System.arraycopy(noise, 0, header, 13, Math.min(noise.length, header.length - 13));
            header[0] = (byte) (20 + random.nextInt(5));
            header[11] = 0;
            header[12] = (byte) (header.length - 13);
            if (header[0] != 22 || header[4] == 1) {
                end.deliver(header);
            }
        }
    }

    private static boolean isChangeCipherSpec(byte[] datagram) {
        return datagram.length > 0 && datagram[0] == 20;
    }

    private static DtlsFailure failure(Pair.End end) {
        return ((DtlsEvent.Failed) end.event(0)).failure();
    }

    private static byte[] concat(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(p -> p.length).sum()];
        int off = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, off, part.length);
            off += part.length;
        }
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
