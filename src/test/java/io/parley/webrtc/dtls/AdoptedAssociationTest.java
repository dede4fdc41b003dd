package io.parley.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.srtp.SrtpProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Somebody else goes on with one end; the other end is Bouncy Castle and notices nothing.
final class AdoptedAssociationTest {
    private static final long OWNER = 7;

    private final Pair pair =
            new Pair(
                    List.of(SrtpProfile.AEAD_AES_128_GCM),
                    List.of(SrtpProfile.AEAD_AES_128_GCM),
                    Duration.ofSeconds(20));
    private final List<byte[]> sent = new ArrayList<>();
    private final List<DtlsEvent> events = new ArrayList<>();
    private final byte[] dst = new byte[2048];

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void shakeHands() {
        pair.start().shake();
    }

    @AfterEach
    void end() {
        pair.close();
    }

    private AdoptedAssociation adopt(DtlsSecrets secrets, long owner) {
        var copy = DtlsSecrets.fromBytes(secrets.toBytes()).orElseThrow();
        return new AdoptedAssociation(
                copy,
                owner,
                (b, off, len) -> sent.add(Arrays.copyOfRange(b, off, off + len)),
                events::add);
    }

    /// In the client's place.
    private AdoptedAssociation adopt(long owner) {
        return adopt(pair.client.connected().secrets(), owner);
    }

    private byte[] fromServer(String text) {
        byte[] plain = bytes(text);
        pair.server.association.seal(plain, 0, plain.length);
        return pair.server.sent.remove();
    }

    private List<String> open(AdoptedAssociation adopted, byte[] datagram) {
        List<String> opened = new ArrayList<>();
        int length = adopted.open(datagram, 0, datagram.length, dst, 0);
        while (length > 0) {
            opened.add(new String(dst, 0, length, StandardCharsets.UTF_8));
            length = adopted.openPending(dst, 0);
        }
        return opened;
    }

    private static void seal(DtlsRecords records, String text) {
        byte[] plain = bytes(text);
        records.seal(plain, 0, plain.length);
    }

    private List<String> received() {
        return pair.server.received.stream()
                .map(each -> new String(each, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void goesOnInBothDirections() {
        seal(pair.client.association, "of the first owner");
        pair.carry();
        var adopted = adopt(OWNER);

        seal(adopted, "of the second");
        seal(adopted, "and once more");
        sent.forEach(pair.server::deliver);

        assertThat(received())
                .containsExactly("of the first owner", "of the second", "and once more");
        assertThat(open(adopted, fromServer("hello"))).containsExactly("hello");
    }

    @Test
    void theServersEndCanBeAdoptedToo() {
        var adopted = adopt(pair.server.connected().secrets(), OWNER);

        seal(adopted, "from another server");
        sent.forEach(pair.client::deliver);

        assertThat(pair.client.received).containsExactly(bytes("from another server"));
        seal(pair.client.association, "to it");
        assertThat(open(adopted, pair.client.sent.remove())).containsExactly("to it");
    }

    @Test
    void eachOwnerIsHeardAfterThoseBeforeItAndNoneOfThemAnyMore() {
        var second = adopt(2);
        var third = adopt(3);
        seal(second, "two");
        seal(third, "three");
        seal(second, "too late");
        seal(pair.client.association, "far too late");

        sent.forEach(pair.server::deliver);
        pair.carry();

        assertThat(received()).containsExactly("two", "three");
    }

    @Test
    void aRepetitionAForgeryAndGarbageAreNothing() {
        var adopted = adopt(OWNER);
        byte[] first = fromServer("once");
        byte[] forged = fromServer("forged");
        forged[forged.length - 1] ^= 1;
        byte[] cut = Arrays.copyOf(fromServer("cut"), 20);

        assertThat(open(adopted, first.clone())).containsExactly("once");
        assertThat(open(adopted, first)).isEmpty();
        assertThat(open(adopted, forged)).isEmpty();
        assertThat(open(adopted, cut)).isEmpty();
        assertThat(open(adopted, new byte[] {22, 1, 2, 3})).isEmpty();
        assertThat(open(adopted, new byte[0])).isEmpty();
        assertThat(open(adopted, fromServer("goes on"))).containsExactly("goes on");
    }

    @Test
    void takesWhatComesInAnotherOrderWithinTheWindow() {
        var adopted = adopt(OWNER);
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = 0; i <= 64; i++) {
            datagrams.add(fromServer("number " + i));
        }

        assertThat(open(adopted, datagrams.get(64))).containsExactly("number 64");
        assertThat(open(adopted, datagrams.get(1))).containsExactly("number 1");
        assertThat(open(adopted, datagrams.get(63))).containsExactly("number 63");
        assertThat(open(adopted, datagrams.get(0))).isEmpty();
        assertThat(open(adopted, datagrams.get(63))).isEmpty();
    }

    @Test
    void opensEveryRecordOfADatagram() {
        var adopted = adopt(OWNER);
        byte[] one = fromServer("one");
        byte[] two = fromServer("two");
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);

        assertThat(open(adopted, both)).containsExactly("one", "two");
    }

    @Test
    void thePeersGoodbyeEndsIt() {
        var adopted = adopt(OWNER);
        pair.server.association.close(true);
        byte[] alert = pair.server.sent.remove();

        assertThat(adopted.open(alert, 0, alert.length, dst, 0)).isNegative();

        assertThat(events).containsExactly(new DtlsEvent.Closed());
        seal(adopted, "too late");
        assertThat(sent).isEmpty();
    }

    @Test
    void itsOwnGoodbyeIsHeardUnlessAnotherGoesOn() {
        adopt(OWNER).close(false);
        assertThat(sent).isEmpty();

        adopt(OWNER).close(true);
        sent.forEach(pair.server::deliver);

        assertThat(pair.server.closed).isTrue();
    }

    @Test
    void secretsThatWereWrittenOtherwiseAreRefused() {
        byte[] bytes = pair.client.connected().secrets().toBytes();
        byte[] later = bytes.clone();
        later[0] = 2;
        byte[] unknown = bytes.clone();
        unknown[2] = 99;
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

        assertThat(DtlsSecrets.fromBytes(later)).isEmpty();
        assertThat(DtlsSecrets.fromBytes(unknown)).isEmpty();
        assertThat(DtlsSecrets.fromBytes(longer)).isEmpty();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(DtlsSecrets.fromBytes(Arrays.copyOf(bytes, length))).isEmpty();
        }
        assertThat(pair.client.connected().secrets()).hasToString("DtlsSecrets[AEAD_AES_128_GCM]");
    }

    @Test
    void theSrtpKeysArePartOfIt() {
        var server = DtlsSecrets.fromBytes(pair.server.connected().secrets().toBytes());

        assertThat(server.orElseThrow().srtp().isMirrorOf(pair.client.connected().keys())).isTrue();
    }
}
