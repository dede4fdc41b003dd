package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import io.vertx.core.Future;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The other node's socket takes nothing, as with a paused process or a dead line.
final class StuckNodeTest {
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int MIB = 1 << 20;

    /// Stands before the other node's bus port.
    private static final class Line implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Semaphore open = new Semaphore(1);
        private final int to;

        Line(int to) throws IOException {
            this.to = to;
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    var in = door.accept();
                    var out = new Socket(InetAddress.getLoopbackAddress(), to);
                    Thread.ofVirtual().start(() -> pump(in, out));
                    Thread.ofVirtual().start(() -> pump(out, in));
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        private void pump(Socket from, Socket into) {
            byte[] some = new byte[64 << 10];
            try (from;
                    into) {
                InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream();
                for (int n = in.read(some); n >= 0; n = in.read(some)) {
                    open.acquireUninterruptibly();
                    open.release();
                    out.write(some, 0, n);
                }
            } catch (IOException _) {
                // One end went.
            }
        }

        void hold() {
            open.acquireUninterruptibly();
        }

        void release() {
            open.release();
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }

    private static VertxBuilder behind(Line line, VertxBuilder builder) {
        return builder.with(
                new VertxOptions()
                        .setEventBusOptions(
                                new EventBusOptions()
                                        .setHost("127.0.0.1")
                                        .setPort(line.to)
                                        .setClusterPublicHost("127.0.0.1")
                                        .setClusterPublicPort(line.door.getLocalPort())));
    }

    private interface Story {
        void play(Cluster a, Cluster b, Line line) throws Exception;
    }

    private static void play(Story story) throws Exception {
        var nodes = new ClusterOfOneJvm("cluster.xml", 2);
        try (var line = new Line(TestNode.freeTcpPort())) {
            var a = nodes.start(A);
            var b = nodes.start(B, builder -> behind(line, builder));
            try {
                story.play(a, b, line);
            } finally {
                Await.result(b.vertx().close());
                Await.result(a.vertx().close());
            }
        }
    }

    @Test
    void whatIsQueuedForItIsLimitedAndNobodyElseWaits() throws Exception {
        play(StuckNodeTest::flooded);
    }

    @Test
    void aRequestThatItGetsTooLateIsNotCarriedOut() throws Exception {
        play(StuckNodeTest::silent);
    }

    private static void silent(Cluster a, Cluster b, Line line) throws Exception {
        var carriedOut = new CopyOnWriteArrayList<String>();
        b.bus()
                .consume(
                        "connection.x",
                        request -> {
                            carriedOut.add(request.op());
                            request.reply(BusMessage.of("pong"));
                        });
        awaitAnswer(a);

        line.hold();
        var inVain =
                a.bus().request(B, "connection.x", BusMessage.of("vain"), Duration.ofSeconds(1));
        assertThat(((BusFailure) Await.failure(inVain)).isInDoubt()).isTrue();
        Thread.sleep(Duration.ofNanos(Contacts.SILENT_NS));
        line.release();

        awaitAnswer(a);
        assertThat(carriedOut).containsOnly("ping");
    }

    /// The pings that went unanswered meanwhile may have reset the connection.
    private static void awaitAnswer(Cluster from) {
        Future<BusMessage> answer = ask(from, B, "connection.x");
        while (Await.result(answer.otherwise(BusMessage.of("lost"))).isOp("lost")) {
            answer = ask(from, B, "connection.x");
        }
    }

    private static void flooded(Cluster a, Cluster b, Line line) throws Exception {
        b.bus().consume("connection.x", request -> request.reply(BusMessage.of("pong")));
        a.bus().consume("connection.y", request -> request.reply(BusMessage.of("pong")));
        assertThat(Await.result(ask(a, B, "connection.x")).op()).isEqualTo("pong");

        line.hold();
        var lost = new AtomicInteger();
        int sent = 4 * (int) (NodePairs.MAX_BYTES / MIB);
        flood(a, sent, lost);

        var pairs = a.bus().pairs();
        assertThat(pairs.queuedBytes()).isLessThan(NodePairs.MAX_BYTES + 2 * MIB);
        assertThat(pairs.dropped()).isBetween(1L, (long) sent);
        assertThat(lost).hasValue((int) pairs.dropped());
        var failure = (BusFailure) Await.failure(ask(a, B, "connection.x"));
        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.UNREACHABLE);
        assertThat(Await.result(ask(a, A, "connection.y")).op()).isEqualTo("pong");
        var ready = new CountDownLatch(1);
        assertThat(a.bus().isReady(B, ready::countDown)).isFalse();

        line.release();

        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
        awaitAnswer(a);
        assertThat(a.bus().isReady(B, () -> {})).isTrue();
    }

    private static Future<BusMessage> ask(Cluster from, NodeId node, String address) {
        return from.bus().request(node, address, BusMessage.of("ping"), SOON);
    }

    private static void flood(Cluster from, int count, AtomicInteger lost) {
        var message = BusMessage.of("flood", new byte[MIB]);
        Await.result(
                Future.<Void>future(done ->
                        from.vertx()
                                .runOnContext(_ -> {
                                    for (int i = 0; i < count; i++) {
                                        from.bus()
                                                .send(
                                                        B,
                                                        "connection.z",
                                                        message,
                                                        lost::incrementAndGet);
                                    }
                                    done.complete();
                                })));
    }
}
