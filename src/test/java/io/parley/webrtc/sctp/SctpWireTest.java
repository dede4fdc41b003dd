package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SctpWireTest {
    private static final Octets THREE = Octets.copyOf(new byte[] {1, 2, 3});

    static List<SctpChunk> chunks() {
        List<SctpParameter> parameters =
                List.of(
                        new SctpParameter.StateCookie(THREE),
                        new SctpParameter.Unrecognized(THREE),
                        new SctpParameter.ZeroChecksum(1),
                        new SctpParameter.SupportedExtensions(THREE),
                        new SctpParameter.ForwardTsnSupported(),
                        new SctpParameter.Unknown(0x8123, THREE));
        List<SctpParameter> resets =
                List.of(
                        new SctpParameter.OutgoingReset(1, 2, -3, List.of(7, 65_535, 9)),
                        new SctpParameter.IncomingReset(4, List.of(1)),
                        new SctpParameter.TsnReset(5),
                        new SctpParameter.ReconfigResponse(6, 1),
                        new SctpParameter.AddStreams(true, 7, 12),
                        new SctpParameter.AddStreams(false, 8, 13));
        InitBody body = new InitBody(-5, 0xffff_ffffL, 65_535, 1, -9, parameters);
        List<ErrorCause> causes = List.of(new ErrorCause(12, THREE), new ErrorCause(3, THREE));
        List<SctpChunk.Skip> skips = List.of(new SctpChunk.Skip(1, 65_535));
        return List.of(
                new SctpChunk.Init(body),
                new SctpChunk.InitAck(body),
                new SctpChunk.Heartbeat(THREE),
                new SctpChunk.HeartbeatAck(THREE),
                new SctpChunk.Abort(true, causes),
                new SctpChunk.Shutdown(-7),
                new SctpChunk.ShutdownAck(),
                new SctpChunk.OperationError(causes),
                new SctpChunk.CookieEcho(THREE),
                new SctpChunk.CookieAck(),
                new SctpChunk.ShutdownComplete(false),
                new SctpChunk.ReConfig(resets),
                new SctpChunk.ForwardTsn(-2, skips),
                new SctpChunk.Unknown(0xc1, 3, THREE));
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void writesWhatItReads(SctpChunk chunk) {
        assertThat(parse(packet(chunk, chunk))).containsExactly(chunk, chunk);
    }

    @Test
    void roundTripsSack() {
        SackChunk sack = new SackChunk(-2, 70_000, new int[] {2, 3, 9, 65_535}, new int[] {-7, 1});
        SackChunk read = (SackChunk) parse(packet(sack)).getFirst();
        assertThat(read.cumulativeTsn()).isEqualTo(-2);
        assertThat(read.windowBytes()).isEqualTo(70_000);
        assertThat(read.gapCount()).isEqualTo(2);
        assertThat(read.gapFirst(1)).isEqualTo(9);
        assertThat(read.gapLast(1)).isEqualTo(65_535);
        assertThat(read.duplicates()).containsExactly(-7, 1);
    }

    @Test
    void roundTripsData() {
        DataChunk read = (DataChunk) parse(data()).getFirst();
        assertThat(read.tsn()).isEqualTo(77);
        assertThat(read.streamId()).isEqualTo(5);
        assertThat(read.ssn()).isEqualTo(0xfffe);
        assertThat(read.ppid()).isEqualTo(53);
        assertThat(read.payload()).containsExactly(1, 2, 3, 4, 5);
        assertThat(read.begin()).isTrue();
        assertThat(read.end()).isFalse();
        assertThat(read.unordered()).isTrue();
    }

    @Test
    void matchesTheCrc32cCheckValue() {
        CRC32C crc = new CRC32C();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc.getValue()).isEqualTo(0xe3069283L);
        byte[] bytes = HexFormat.of().parseHex("13881388" + "00000001" + "00000000" + "0b000004");
        CRC32C whole = new CRC32C();
        whole.update(bytes);
        int wire = SctpPacket.checksum(bytes, 0, bytes.length);
        assertThat(Integer.reverseBytes(wire)).isEqualTo((int) whole.getValue());
    }

    @Test
    void refusesAWrongChecksumAndAZeroOneUnlessAnnounced() {
        byte[] bytes = packet(new SctpChunk.CookieAck());
        bytes[8] ^= 1;
        assertThatThrownBy(() -> parse(bytes)).isInstanceOf(MalformedSctpException.class);
        Arrays.fill(bytes, 8, 12, (byte) 0);
        assertThatThrownBy(() -> parse(bytes)).isInstanceOf(MalformedSctpException.class);
        assertThat(SctpPacket.parse(bytes, 0, bytes.length, true).chunks()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void survivesTruncationAtEachLength(SctpChunk chunk) {
        truncate(packet(chunk));
    }

    @Test
    void survivesTruncationOfDataAndSack() {
        truncate(data());
        truncate(packet(new SackChunk(1, 2, new int[] {2, 2}, new int[] {5})));
    }

    @Test
    void writesDcepOpenAsRfc8832Says() {
        byte[] bytes = Dcep.write(new Dcep.Open("_lossy", "p", false, 0, -1));
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("03" + "81" + "0100" + "00000000" + "0006" + "0001" + "5f6c6f73737970");
        assertThat(Dcep.write(new Dcep.Ack())).containsExactly(2);
    }

    @Test
    void roundTripsDcepAndRefusesBrokenOnes() {
        for (Dcep.Open open :
                List.of(
                        new Dcep.Open("grün", "", true, -1, -1),
                        new Dcep.Open("", "x", true, 5, -1),
                        new Dcep.Open("a", "x", false, -1, 300))) {
            byte[] bytes = Dcep.write(open);
            assertThat(Dcep.read(bytes)).isEqualTo(open);
            for (int length = 0; length < bytes.length; length++) {
                assertThat(Dcep.read(Arrays.copyOf(bytes, length))).isNull();
            }
        }
        assertThat(Dcep.read(new byte[] {9})).isNull();
    }

    @Test
    void opensOnlyCookiesItSealed() {
        CookieSeal seal = new CookieSeal(new Random(1));
        PeerParameters peer = new PeerParameters(9, 8, 70_000, true, false, true);
        CookieContents contents = new CookieContents(1, 2, peer, 3, 4, 5);
        byte[] cookie = seal.seal(contents).toArray();
        assertThat(seal.open(Octets.copyOf(cookie))).isEqualTo(contents);
        for (int i = 0; i < cookie.length; i++) {
            byte[] forged = cookie.clone();
            forged[i] ^= 1;
            assertThat(seal.open(Octets.copyOf(forged))).isNull();
            assertThat(seal.open(Octets.copyOf(cookie, 0, i))).isNull();
        }
    }

    private static void truncate(byte[] bytes) {
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (length >= 12) {
                seal(cut);
            }
            // Cut to size, so that reading over the end would show as another exception.
            try {
                SctpPacket.parse(cut, 0, length, false);
            } catch (MalformedSctpException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    static void seal(byte[] packet) {
        int crc = SctpPacket.checksum(packet, 0, packet.length);
        for (int i = 0; i < 4; i++) {
            packet[8 + i] = (byte) (crc >>> (24 - 8 * i));
        }
    }

    static byte[] packet(SctpChunk... chunks) {
        List<byte[]> sent = new ArrayList<>();
        PacketOut out =
                new PacketOut(
                        SctpSettings.defaults(),
                        (b, o, n) -> sent.add(Arrays.copyOfRange(b, o, o + n)));
        out.peer(1, false);
        for (SctpChunk chunk : chunks) {
            out.add(chunk);
        }
        out.flush();
        return sent.getFirst();
    }

    private static byte[] data() {
        List<byte[]> sent = new ArrayList<>();
        PacketOut out =
                new PacketOut(
                        SctpSettings.defaults(),
                        (b, o, n) -> sent.add(Arrays.copyOfRange(b, o, o + n)));
        OutMessage message =
                new OutMessage(
                        5, 53, new byte[] {1, 2, 3, 4, 5, 6, 7}, true, -1, Deadline.NEVER, 0);
        message.number(0xfffe);
        out.add(message.take(Serial.first(77), 5));
        out.flush();
        return sent.getFirst();
    }

    private static List<SctpChunk> parse(byte[] bytes) {
        return SctpPacket.parse(bytes, 0, bytes.length, false).chunks();
    }
}
