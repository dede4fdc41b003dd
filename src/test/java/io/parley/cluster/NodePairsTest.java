package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodePairsTest {
    private static final NodeId STUCK = new NodeId("ND_stuck");
    private static final NodeId QUICK = new NodeId("ND_quick");
    private static final int MIB = 1 << 20;

    private final NodePairs pairs = new NodePairs();
    private final Queue<Promise<Void>> socket = new ArrayDeque<>();

    private Future<Void> write(NodeId node, int size) {
        return pairs.write(
                node,
                size,
                () -> {
                    var written = Promise.<Void>promise();
                    socket.add(written);
                    return written.future();
                });
    }

    @Test
    void refusesAtOnceWhatIsTooMuchForOneNodeAndNothingForOthers() {
        for (int i = 0; i < NodePairs.MAX_BYTES / MIB; i++) {
            assertThat(write(STUCK, MIB).isComplete()).isFalse();
        }
        var failure = (BusFailure) Await.failure(write(STUCK, 1));

        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.UNREACHABLE);
        assertThat(pairs.dropped()).isEqualTo(1);
        assertThat(pairs.queuedBytes()).isEqualTo(NodePairs.MAX_BYTES);
        assertThat(write(QUICK, MIB).isComplete()).isFalse();
    }

    @Test
    void countsMessagesToo() {
        for (int i = 0; i < NodePairs.MAX_MESSAGES; i++) {
            write(STUCK, 1);
        }
        assertThat(write(STUCK, 1).failed()).isTrue();
        socket.remove().complete();
        assertThat(write(STUCK, 1).isComplete()).isFalse();
    }

    @Test
    void lostMessagesTakeNoRoom() {
        for (int i = 0; i < NodePairs.MAX_BYTES / MIB; i++) {
            write(STUCK, MIB);
        }
        while (!socket.isEmpty()) {
            socket.remove().fail("reset");
        }
        assertThat(pairs.queuedBytes()).isZero();
    }

    @Test
    void callsThoseWhoWaitOnceTheNodeHasCaughtUp() {
        var called = new AtomicInteger();
        assertThat(pairs.isReady(STUCK, called::incrementAndGet)).isTrue();
        for (int i = 0; i < NodePairs.MAX_BYTES / MIB / 2; i++) {
            write(STUCK, MIB);
        }
        assertThat(pairs.isReady(STUCK, called::incrementAndGet)).isFalse();
        assertThat(pairs.isReady(STUCK, called::incrementAndGet)).isFalse();
        assertThat(called).hasValue(0);

        while (!socket.isEmpty()) {
            socket.remove().complete();
        }

        assertThat(called).hasValue(2);
        assertThat(pairs.isReady(STUCK, called::incrementAndGet)).isTrue();
    }
}
