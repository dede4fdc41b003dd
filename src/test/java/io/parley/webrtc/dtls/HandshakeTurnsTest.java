package io.parley.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.scenario.Waiting;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandshakeTurnsTest {
    private final HandshakeTurns turns = new HandshakeTurns(1);
    private final List<String> computing = new CopyOnWriteArrayList<>();

    /// Takes its turn, notes its name, and gives the turn away when told to.
    private final class Handshake {
        private final HandshakeTurns.Turn turn;
        private final BlockingQueue<Boolean> done = new LinkedBlockingQueue<>();
        private final String name;
        private final Thread thread;

        Handshake(String name) {
            this(name, new HandshakeGroup(), 0);
        }

        Handshake(String name, HandshakeGroup group, long nowNs) {
            this.turn = turns.next(group, nowNs);
            this.name = name;
            this.thread = Thread.ofVirtual().unstarted(this::run);
        }

        private void run() {
            try {
                turn.take();
                computing.add(name);
                done.poll(20, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                computing.add(name + " interrupted");
            } finally {
                turn.give();
            }
        }

        Handshake start() {
            thread.start();
            return this;
        }

        Handshake startAndWait() {
            start();
            Waiting.until(name + " waits", () -> thread.getState() == Thread.State.WAITING);
            return this;
        }

        void end() throws InterruptedException {
            done.add(true);
            thread.join();
        }
    }

    private void awaitComputing(String... names) {
        Waiting.until(computing::toString, () -> computing.equals(List.of(names)));
    }

    @Test
    void theOldestOfThoseThatWaitIsNext() throws InterruptedException {
        var first = new Handshake("first");
        var second = new Handshake("second");
        var third = new Handshake("third");
        first.start();
        awaitComputing("first");
        third.startAndWait();
        second.startAndWait();

        first.end();
        awaitComputing("first", "second");
        second.end();
        awaitComputing("first", "second", "third");
        third.end();
    }

    @Test
    void thoseOfAGroupAreTogetherForAWhile() throws InterruptedException {
        var room = new HandshakeGroup();
        long limitNs = HandshakeGroup.TOGETHER.toNanos();
        var running = new Handshake("running").start();
        awaitComputing("running");
        var first = new Handshake("first", room, 0).startAndWait();
        var other = new Handshake("other").startAndWait();
        var second = new Handshake("second", room, limitNs).startAndWait();
        var late = new Handshake("late", room, limitNs + 1).startAndWait();
        var last = new Handshake("last").startAndWait();

        for (var each : List.of(running, first, second, other, late, last)) {
            each.end();
        }
        assertThat(computing)
                .containsExactly("running", "first", "second", "other", "late", "last");
    }

    @Test
    void whoIsInterruptedLeavesItsPlace() throws InterruptedException {
        var first = new Handshake("first").start();
        awaitComputing("first");
        var second = new Handshake("second").startAndWait();
        var third = new Handshake("third").startAndWait();

        second.thread.interrupt();
        awaitComputing("first", "second interrupted");
        first.end();
        awaitComputing("first", "second interrupted", "third");
        third.end();
        new Handshake("fourth").start().end();
        assertThat(computing).endsWith("fourth");
    }

    @Test
    void whoComesInterruptedTakesNoTurn() throws InterruptedException {
        var turn = turns.next(new HandshakeGroup(), 0);
        Thread.currentThread().interrupt();
        assertThatThrownBy(turn::take).isInstanceOf(InterruptedException.class);
        turn.give();
        new Handshake("other").start().end();
        assertThat(computing).containsExactly("other");
    }
}
