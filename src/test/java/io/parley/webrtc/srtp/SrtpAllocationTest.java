package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SrtpAllocationTest {
    private static final int PACKETS = 20_000;
    private static final int PAYLOAD_BYTES = 1100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final byte[] payload = SrtpPackets.payload(PAYLOAD_BYTES, 1);
    private final byte[] packet = new byte[1536];
    private final byte[] control = new byte[200];
    private int seq16;

    @ParameterizedTest
    @EnumSource
    void sealsAndOpensWithoutGarbage(SrtpProfile profile) {
        SrtpSealer sealer = SrtpFactory.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = SrtpFactory.opener(SrtpPackets.keys(profile, false));
        run(sealer, opener);
        long thread = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(thread);

        int opened = run(sealer, opener);

        long bytes = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(opened).isEqualTo(2 * PACKETS);
        assertThat(bytes).isLessThan(PACKETS / 10);
    }

    private int run(SrtpSealer sealer, SrtpOpener opener) {
        int opened = 0;
        for (int i = 0; i < PACKETS; i++) {
            SrtpPackets.header(packet, 0, 1, seq16++ & 0xffff);
            int length = sealer.sealRtp(packet, 0, 12, 12, payload, 0, PAYLOAD_BYTES);
            opened += opener.openRtp(packet, 0, length) > 0 ? 1 : 0;
            control[0] = (byte) 0x81;
            opened += opener.openRtcp(control, 0, sealer.sealRtcp(control, 0, 100)) > 0 ? 1 : 0;
        }
        return opened;
    }
}
