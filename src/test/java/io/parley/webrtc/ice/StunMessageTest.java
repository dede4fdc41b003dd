package io.parley.webrtc.ice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StunMessageTest {
    private static final int TX_HIGH = 0xb7e7a701;
    private static final long TX_LOW = 0xbc34d686fa87dfaeL;
    private static final String LONG_TERM_PASSWORD = "TheMatrIX";

    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final StunKey key = new StunKey(StunVectors.PASSWORD);

    @Test
    void readsTheSampleRequest() {
        byte[] b = StunVectors.request();

        assertThat(message.read(b, 0, b.length)).isEqualTo(IceDropReason.NONE);

        assertThat(message.type()).isEqualTo(Stun.BINDING_REQUEST);
        assertThat(message.transactionHigh()).isEqualTo(TX_HIGH);
        assertThat(message.transactionLow()).isEqualTo(TX_LOW);
        assertThat(message.username()).isEqualTo("evtj:h6vY");
        assertThat(message.isForFragment("evtj".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(message.isForFragment("evt".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(message.priority()).isEqualTo(0x6e0001ffL);
        assertThat(message.hasControlled()).isTrue();
        assertThat(message.hasControlling()).isFalse();
        assertThat(message.tieBreaker()).isEqualTo(0x932ff9b151263b36L);
        assertThat(message.hasFingerprint()).isTrue();
        assertThat(message.unknownCount()).isZero();
        assertThat(key.verifies(message)).isTrue();
        assertThat(new StunKey("another password").verifies(message)).isFalse();
    }

    @Test
    void readsTheSampleResponses() throws Exception {
        byte[] v4 = StunVectors.responseV4();
        assertThat(message.read(v4, 0, v4.length)).isEqualTo(IceDropReason.NONE);
        assertThat(key.verifies(message)).isTrue();
        assertThat(message.mappedAddress())
                .isEqualTo(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 32853));

        byte[] v6 = StunVectors.responseV6();
        assertThat(message.read(v6, 0, v6.length)).isEqualTo(IceDropReason.NONE);
        assertThat(key.verifies(message)).isTrue();
        assertThat(message.mappedAddress())
                .isEqualTo(
                        new InetSocketAddress(
                                InetAddress.getByName("2001:db8:1234:5678:11:2233:4455:6677"),
                                32853));
    }

    /// Long-term credentials are TURN's. ICE has short-term ones and HMAC-SHA1 (RFC 8445 §7.1.2):
    /// no peer may sign a check with MESSAGE-INTEGRITY-SHA256 alone without knowing that the other
    /// takes it, which only a challenge of a server tells. So we read such a message, find nothing
    /// in it that we could verify, and believe none of it.
    @Test
    void readsTheLongTermSampleAndDoesNotBelieveIt() {
        byte[] b = StunVectors.longTermRequest();

        assertThat(message.read(b, 0, b.length)).isEqualTo(IceDropReason.NONE);

        assertThat(message.type()).isEqualTo(Stun.BINDING_REQUEST);
        assertThat(message.transactionHigh()).isEqualTo(0x78ad3433);
        assertThat(message.transactionLow()).isEqualTo(0xc6ad72c029da412eL);
        assertThat(message.username()).isNull();
        assertThat(message.hasIntegrity()).isFalse();
        assertThat(message.hasFingerprint()).isFalse();
        assertThat(message.unknownCount()).isEqualTo(2);
        assertThat(message.unknownType(0)).as("USERHASH").isEqualTo(0x001e);
        assertThat(message.unknownType(1)).as("PASSWORD-ALGORITHM").isEqualTo(0x001d);
        assertThat(new StunKey(LONG_TERM_PASSWORD).verifies(message)).isFalse();
        assertThat(Stun.peekUsernameFragment(b, 0, b.length)).isNull();
    }

    /// Shows that the vector was typed right.
    @Test
    void theLongTermSampleIsSignedAsItSays() throws GeneralSecurityException {
        byte[] b = StunVectors.longTermRequest();
        var sha256 = MessageDigest.getInstance("SHA-256");
        String user = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9:example.org";
        byte[] key = sha256.digest((user + ":" + LONG_TERM_PASSWORD).getBytes(UTF_8));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        int integrityAt = b.length - 32;

        assertThat(Arrays.copyOfRange(b, 24, 56)).isEqualTo(sha256.digest(user.getBytes(UTF_8)));
        assertThat(Arrays.copyOfRange(b, integrityAt, b.length))
                .isEqualTo(mac.doFinal(Arrays.copyOf(b, integrityAt - 4)));
    }

    @Test
    void refusesTheLongTermSampleWithTheLengthThatTheRfcPrints() {
        byte[] b = StunVectors.longTermRequestAsPrinted();

        assertThat(message.read(b, 0, b.length)).isEqualTo(IceDropReason.MALFORMED);
    }

    @Test
    void writesTheSampleResponsesByteForByte() throws Exception {
        assertThat(written("192.0.2.1")).isEqualTo(StunVectors.responseV4());
        assertThat(written("2001:db8:1234:5678:11:2233:4455:6677"))
                .isEqualTo(StunVectors.responseV6());
    }

    /// The RFC pads SOFTWARE with a space and counts 11 bytes; ours pads with zeros, so the
    /// attribute is copied and the HMAC is the RFC's.
    private byte[] written(String address) throws Exception {
        writer.begin(Stun.BINDING_SUCCESS, TX_HIGH, TX_LOW);
        writer.bytes(0x8022, "test vector".getBytes(StandardCharsets.UTF_8));
        writer.buffer()[35] = ' ';
        writer.mappedAddress(new InetSocketAddress(InetAddress.getByName(address), 32853));
        return Arrays.copyOf(writer.buffer(), writer.finish(key));
    }

    @Test
    void readsBackWhatItWrote() {
        writer.begin(Stun.BINDING_REQUEST, 1, 2);
        writer.bytes(Stun.USERNAME, "abcd:efghi".getBytes(StandardCharsets.UTF_8));
        writer.int32(Stun.PRIORITY, 0xFFFF_FFFEL);
        writer.int64(Stun.ICE_CONTROLLING, -5);
        writer.flag(Stun.USE_CANDIDATE);
        writer.int32(0xC001, 1);
        int length = writer.finish(key);

        assertThat(message.read(writer.buffer(), 0, length)).isEqualTo(IceDropReason.NONE);

        assertThat(message.username()).isEqualTo("abcd:efghi");
        assertThat(message.priority()).isEqualTo(0xFFFF_FFFEL);
        assertThat(message.hasControlling()).isTrue();
        assertThat(message.tieBreaker()).isEqualTo(-5);
        assertThat(message.hasUseCandidate()).isTrue();
        assertThat(message.unknownCount()).isZero();
        assertThat(key.verifies(message)).isTrue();
        assertThat(Stun.peekUsernameFragment(writer.buffer(), 0, length)).isEqualTo("abcd");
    }

    @Test
    void readsBackErrors() {
        writer.begin(Stun.BINDING_ERROR, 1, 2).errorCode(Stun.ERROR_ROLE_CONFLICT);
        int length = writer.finish(key);

        assertThat(message.read(writer.buffer(), 0, length)).isEqualTo(IceDropReason.NONE);
        assertThat(message.errorCode()).isEqualTo(487);
    }

    @Test
    void readsAtAnyOffset() {
        byte[] b = StunVectors.request();
        byte[] moved = new byte[b.length + 20];
        System.arraycopy(b, 0, moved, 7, b.length);

        assertThat(message.read(moved, 7, b.length)).isEqualTo(IceDropReason.NONE);
        assertThat(key.verifies(message)).isTrue();
        assertThat(Stun.peekUsernameFragment(moved, 7, b.length)).isEqualTo("evtj");
    }

    @Test
    void countsAttributesThatMustBeUnderstood() {
        writer.begin(Stun.BINDING_REQUEST, 1, 2).int32(0x7001, 0).int32(0xC057, 0);
        int length = writer.finish(key);

        assertThat(message.read(writer.buffer(), 0, length)).isEqualTo(IceDropReason.NONE);
        assertThat(message.unknownCount()).isEqualTo(1);
        assertThat(message.unknownType(0)).isEqualTo(0x7001);
    }

    @Test
    void ignoresWhatFollowsTheIntegrity() {
        writer.begin(Stun.BINDING_REQUEST, 1, 2);
        int length = writer.finish(key);
        byte[] b = Arrays.copyOf(writer.buffer(), length - 8 + 4);
        Stun.putInt32(b, length - 8, Stun.USE_CANDIDATE << 16);
        Stun.putInt16(b, 2, b.length - Stun.HEADER_LENGTH);

        assertThat(message.read(b, 0, b.length)).isEqualTo(IceDropReason.NONE);
        assertThat(message.hasUseCandidate()).isFalse();
        assertThat(key.verifies(message)).isTrue();
    }

    @Test
    void peeksNothingInResponsesOrOtherBytes() {
        byte[] response = StunVectors.responseV4();
        assertThat(Stun.peekUsernameFragment(response, 0, response.length)).isNull();
        assertThat(Stun.peekUsernameFragment(new byte[200], 0, 200)).isNull();
        assertThat(Stun.peekUsernameFragment(new byte[0], 0, 0)).isNull();
    }

    @Test
    void refusesEveryTruncation() {
        for (byte[] b : new byte[][] {StunVectors.request(), StunVectors.responseV6()}) {
            for (int length = 0; length < b.length; length++) {
                byte[] cut = Arrays.copyOf(b, length);
                assertThat(message.read(cut, 0, length)).isEqualTo(IceDropReason.MALFORMED);
                assertThat(Stun.peekUsernameFragment(cut, 0, length)).isNull();
            }
        }
    }

    @Test
    void refusesOrSurvivesEveryTruncationWithAMatchingLength() {
        byte[] b = StunVectors.request();
        for (int length = Stun.HEADER_LENGTH; length < b.length; length++) {
            byte[] cut = Arrays.copyOf(b, length);
            Stun.putInt16(cut, 2, length - Stun.HEADER_LENGTH);
            IceDropReason drop = message.read(cut, 0, length);
            assertThat(drop == IceDropReason.NONE && key.verifies(message))
                    .isEqualTo(length == b.length - 8);
            Stun.peekUsernameFragment(cut, 0, length);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesMutationAndNeverVerifiesIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] b = round % 2 == 0 ? StunVectors.request() : StunVectors.responseV6();
            byte[] original = b.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                b[random.nextInt(b.length - 8)] = (byte) random.nextInt();
            }
            IceDropReason drop = message.read(b, 0, b.length);
            Stun.peekUsernameFragment(b, 0, b.length);
            if (drop == IceDropReason.NONE && !Arrays.equals(b, original)) {
                message.mappedAddress();
                assertThat(key.verifies(message)).as("seed %d round %d", seed, round).isFalse();
            }
        }
    }
}
