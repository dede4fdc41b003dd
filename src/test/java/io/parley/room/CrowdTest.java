package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.auth.Grants;
import io.parley.media.PeerEvent;
import io.parley.media.PeerState;
import io.parley.room.session.EncodedResponses;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// A thousand people in one room, all of whom do the same within a second.
class CrowdTest {
    private static final int PEOPLE = 1000;

    private final RoomBench bench = new RoomBench();
    private final EncodedResponses encoded = new EncodedResponses();
    private final List<Listener> people = new ArrayList<>();

    /// Counts what its client would read, as it would be written.
    private final class Listener implements SignalSink {
        final String identity;
        final Map<String, ParticipantInfo> known = new HashMap<>();
        long messages;
        long bytes;

        Listener(String identity) {
            this.identity = identity;
        }

        @Override
        public void send(SignalResponse response) {
            messages++;
            bytes += encoded.bytes(response).length;
            boolean isWatched = identity.endsWith("-0") || identity.endsWith("-999");
            if (isWatched) {
                response.getUpdate().getParticipantsList().forEach(this::learn);
                response.getJoin().getOtherParticipantsList().forEach(this::learn);
            }
        }

        private void learn(ParticipantInfo info) {
            known.put(info.getIdentity(), info);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void cut() {
            throw new AssertionError("not slow");
        }

        @Override
        public void close() {}

        ParticipantRequests asks() {
            var self = Objects.requireNonNull(bench.room.byIdentity(identity), identity);
            return new ParticipantRequests(bench.room, self);
        }
    }

    private void join(int number) {
        var listener = new Listener("somebody-" + number);
        var session =
                StartSession.newBuilder()
                        .setIdentity(listener.identity)
                        .setRoomName("room")
                        .setClient(
                                ClientInfo.newBuilder()
                                        .setSdk(ClientInfo.SDK.JS)
                                        .setVersion("2.23.0")
                                        .setProtocol(16))
                        .build();
        var grants =
                """
                {"identity":"%s","name":"Somebody","metadata":"%s",
                 "video":{"roomJoin":true,"canUpdateOwnMetadata":true,"room":"room"}}\
                """
                        .formatted(listener.identity, "m".repeat(100));
        var init =
                new ParticipantInit(
                        session, Grants.fromJson(grants), "key", RoomBench.EPOCH_MS + 3_600_000);
        assertThat(bench.room.join(bench.nowNs, init, listener))
                .isInstanceOf(JoinOutcome.Joined.class);
        people.add(listener);
    }

    /// Each is connected a tenth of a second after it came.
    private void allJoin() {
        for (int i = 0; i < PEOPLE; i++) {
            join(i);
            step();
            if (i >= 100) {
                connect(i - 100);
            }
        }
        for (int i = PEOPLE - 100; i < PEOPLE; i++) {
            connect(i);
        }
        bench.advanceSeconds(2);
    }

    private void connect(int number) {
        int peersEach = bench.media.peers.size() / people.size();
        bench.media
                .peers
                .get(number * peersEach)
                .say(new PeerEvent.StateChanged(PeerState.CONNECTED, ""));
    }

    private void step() {
        encoded.forget();
        bench.advanceMs(1);
    }

    private void allDescribeThemselves() {
        var request = UpdateParticipantMetadata.newBuilder().setMetadata("n".repeat(100)).build();
        for (var each : people) {
            each.asks().onUpdateMetadata(bench.nowNs, request);
            step();
        }
        bench.advanceSeconds(1);
    }

    private void halfLeave() {
        for (int i = 1; i <= PEOPLE / 2; i++) {
            people.get(i).asks().onLeave(bench.nowNs, LeaveRequest.getDefaultInstance());
            step();
        }
        bench.advanceSeconds(1);
    }

    private record Load(long messages, long bytes, long cpuMs) {}

    private Load load(TestReporter reporter, String name, Runnable story) {
        long messages = people.stream().mapToLong(each -> each.messages).sum();
        long bytes = people.stream().mapToLong(each -> each.bytes).sum();
        var threads = ManagementFactory.getThreadMXBean();
        long cpuNs = threads.getCurrentThreadCpuTime();
        story.run();
        var load =
                new Load(
                        people.stream().mapToLong(each -> each.messages).sum() - messages,
                        people.stream().mapToLong(each -> each.bytes).sum() - bytes,
                        (threads.getCurrentThreadCpuTime() - cpuNs) / 1_000_000);
        reporter.publishEntry(name, load.toString());
        return load;
    }

    @Test
    void hearsOfItselfInAFewMessagesEach(TestReporter reporter) {
        var joins = load(reporter, "joins", this::allJoin);
        assertThat(bench.room.participants())
                .hasSize(PEOPLE)
                .allMatch(each -> each.state() == State.ACTIVE);
        assertThat(joins.messages()).isLessThan(10L * PEOPLE);
        assertThat(joins.bytes()).isLessThan(220L * PEOPLE * PEOPLE);
        assertAllKnow(PEOPLE, info -> info.getState() == State.ACTIVE);

        var descriptions = load(reporter, "descriptions", this::allDescribeThemselves);
        assertThat(descriptions.messages()).isLessThan(40L * PEOPLE);
        assertAllKnow(PEOPLE, info -> info.getMetadata().startsWith("nnn"));

        var leaves = load(reporter, "leaves", this::halfLeave);
        assertThat(leaves.messages()).isLessThan(25L * PEOPLE);
        assertAllKnow(PEOPLE / 2, info -> info.getState() != State.DISCONNECTED);
    }

    private void assertAllKnow(int count, Predicate<ParticipantInfo> what) {
        for (var each : List.of(people.getFirst(), people.getLast())) {
            assertThat(each.known.values().stream().filter(what)).hasSizeBetween(count - 1, count);
        }
    }
}
