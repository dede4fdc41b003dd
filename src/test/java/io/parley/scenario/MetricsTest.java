package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import java.util.regex.Pattern;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a whole node counts of a call.
class MetricsTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// All that stand under that name with those labels.
    private static long value(String name, String... labels) {
        long sum = 0;
        for (String line : node.metrics().lines().toList()) {
            boolean isMeant = line.startsWith(name + "{");
            for (String label : labels) {
                isMeant &= line.contains(label);
            }
            if (isMeant) {
                var number = Pattern.compile(" ([0-9.]+)$").matcher(line);
                sum += number.find() ? Math.round(Double.parseDouble(number.group(1))) : 0;
            }
        }
        return sum;
    }

    private static long joins(String state) {
        return value("livekit_participant_join_total", "state=\"" + state + "\"");
    }

    private static void await(String what, long wanted, String name, String... labels) {
        Waiting.until(what, () -> value(name, labels) == wanted);
    }

    @Test
    void countsJoinsMessagesCallsAndSubscriptions() {
        String room = Deployment.newRoom();
        new RoomApi(node)
                .call(
                        "ListParticipants",
                        room,
                        ListParticipantsRequest.newBuilder().setRoom(room).build(),
                        ListParticipantsResponse.parser());
        try (TestClient anna = TestClient.join(node, JoinOptions.of(room, "anna"));
                TestClient ben = TestClient.join(node, JoinOptions.of(room, "ben"))) {
            var audio = anna.publishAudio("microphone");
            ben.awaitMedia(audio.sid(), 5);
            await("subscribed", 1, "livekit_track_subscribed_total", "kind=\"AUDIO\"");
            assertThat(value("livekit_track_subscribe_counter", "attempt")).isEqualTo(1);
            assertThat(value("livekit_track_subscribe_counter", "success")).isEqualTo(1);
            assertThat(value("livekit_track_publish_counter", "attempt")).isEqualTo(1);
            assertThat(value("livekit_track_publish_counter", "success")).isEqualTo(1);
            ben.leave();
            await("unsubscribed", 0, "livekit_track_subscribed_total", "kind=\"AUDIO\"");
            await("one session", 1, "livekit_session_duration_ms_count", "version=\"16\"");
        }
        for (String state :
                new String[] {"signal_connected", "rtc_init", "rtc_connected", "rtc_active"}) {
            assertThat(joins(state)).as(state).isEqualTo(2);
        }
        assertThat(value("livekit_session_join_latency_ms_count", "version=\"16\"")).isEqualTo(2);
        assertThat(value("livekit_node_messages", "incoming", "success")).isPositive();
        assertThat(value("livekit_node_messages", "outgoing", "success")).isPositive();
        assertThat(value("livekit_node_twirp_request_status", "ListParticipants", "2xx"))
                .isEqualTo(1);
    }

    @Test
    void countsWhoGoesBeforeItsMediaComes() {
        try (TestClient anna =
                TestClient.connectSignalOnly(node, JoinOptions.of(Deployment.newRoom(), "anna"))) {
            anna.leave();
        }
        Waiting.until("a join that was canceled", () -> joins("rtc_canceled") == 1);
    }
}
