package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowTest {
    /// Whatever the sizes and however late the word of progress: the sender is never stuck, and
    /// never far ahead.
    @Test
    void sendersWaitForReceiversAndNeverForEver() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var size = new WindowSize(4 + random.nextInt(60), 1000 + random.nextInt(100_000));
            var sender = new SendWindow(size);
            var receiver = new ReceiveProgress(size);
            Queue<Integer> way = new ArrayDeque<>();
            Queue<Long> back = new ArrayDeque<>();
            int most = 1 + random.nextInt(2 * size.bytes());
            while (sender.sent() < 1000) {
                boolean stuck = way.isEmpty() && back.isEmpty() && !sender.isOpen();
                assertThat(stuck).as("seed %d", seed).isFalse();
                if (sender.isOpen() && random.nextBoolean()) {
                    int bytes = random.nextInt(most);
                    way.add(bytes);
                    assertThat(sender.onSent(bytes)).isEqualTo(sender.sent());
                } else if (!way.isEmpty() && random.nextBoolean()) {
                    assertThat(receiver.onReceived(receiver.received() + 1)).isTrue();
                    if (receiver.onDone(way.remove())) {
                        back.add(receiver.tell());
                    }
                } else if (!back.isEmpty() && random.nextBoolean()) {
                    sender.onDone(back.remove());
                }
                assertThat(way.size()).isLessThanOrEqualTo(size.messages());
            }
        }
    }

    @Test
    void aLostMessageIsMissed() {
        var receiver = new ReceiveProgress(WindowSize.TO_CLIENT);
        assertThat(receiver.onReceived(1)).isTrue();
        assertThat(receiver.onReceived(3)).isFalse();
        assertThat(receiver.onReceived(4)).isTrue();
    }
}
