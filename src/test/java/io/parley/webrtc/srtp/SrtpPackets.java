package io.parley.webrtc.srtp;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Plain packets and keys for the tests.
final class SrtpPackets {
    static final int HEADER = 12;

    private SrtpPackets() {}

    /// Every back-end with every profile.
    static Stream<Arguments> suites() {
        return Arrays.stream(SrtpBackend.values())
                .flatMap(backend ->
                        Arrays.stream(SrtpProfile.values())
                                .map(profile -> Arguments.of(backend, profile)));
    }

    static SrtpKeys keys(SrtpProfile profile, boolean client) {
        byte[] exported = new byte[profile.exportedLength()];
        new Random(7).nextBytes(exported);
        return SrtpKeys.fromExporter(profile, exported, client);
    }

    static byte[] payload(int length, long seed) {
        byte[] payload = new byte[length];
        new Random(seed).nextBytes(payload);
        return payload;
    }

    static void header(byte[] packet, int off, int ssrc, int seq16) {
        packet[off] = (byte) 0x80;
        packet[off + 1] = 96;
        packet[off + 2] = (byte) (seq16 >> 8);
        packet[off + 3] = (byte) seq16;
        Bytes.putInt32(packet, off + 4, 0x1234);
        Bytes.putInt32(packet, off + 8, ssrc);
    }

    /// A whole plain packet with the seed `seq16` for its payload.
    static byte[] plain(int ssrc, int seq16, int payloadLength) {
        byte[] packet = new byte[HEADER + payloadLength];
        header(packet, 0, ssrc, seq16);
        System.arraycopy(payload(payloadLength, seq16), 0, packet, HEADER, payloadLength);
        return packet;
    }

    static byte[] seal(SrtpSealer sealer, int ssrc, int seq16, int payloadLength) {
        byte[] dst = new byte[HEADER + payloadLength + 16];
        header(dst, 0, ssrc, seq16);
        byte[] payload = payload(payloadLength, seq16);
        int length = sealer.sealRtp(dst, 0, HEADER, HEADER, payload, 0, payload.length);
        return Arrays.copyOf(dst, length);
    }

    static byte[] rtcp(int ssrc, int words) {
        byte[] packet = new byte[4 * words];
        packet[0] = (byte) 0x81;
        packet[1] = (byte) 201;
        packet[3] = (byte) (words - 1);
        Bytes.putInt32(packet, 4, ssrc);
        System.arraycopy(payload(packet.length - 8, ssrc), 0, packet, 8, packet.length - 8);
        return packet;
    }
}
