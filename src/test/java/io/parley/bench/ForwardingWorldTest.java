package io.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ForwardingWorldTest {
    @ParameterizedTest
    @EnumSource
    void reachesEverySubscriberWithEveryPacket(Crypto crypto) {
        ForwardingWorld world = new ForwardingWorld(crypto, 3);

        for (int i = 0; i < 500; i++) {
            world.step();
        }

        assertThat(world.forwarded()).isEqualTo(1500);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "INTRINSIC_GCM", "JDK_CM"})
    void allocatesNothing(Crypto crypto) {
        ForwardingWorld world = new ForwardingWorld(crypto, 10);
        for (int i = 0; i < 20_000; i++) {
            world.step();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());

        for (int i = 0; i < 10_000; i++) {
            world.step();
        }

        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
        assertThat(bytes).isLessThan(100_000 / 10);
    }
}
