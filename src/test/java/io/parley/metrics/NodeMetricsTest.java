package io.parley.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeMetricsTest {
    private static final String NODE = "node_id=\"ND_a\",node_type=\"SERVER\"";

    private enum Reason {
        TOO_OLD
    }

    private final MediaCounters media = new MediaCounters();
    private final NodeMetrics metrics = new NodeMetrics("ND_a", media);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void showsGaugesUnderLiveKitsNames() {
        metrics.roomOpened();
        metrics.roomOpened();
        metrics.roomClosed(12_000);
        metrics.participantJoined();
        metrics.trackPublished("AUDIO");
        metrics.trackPublished("VIDEO");
        metrics.trackUnpublished("VIDEO");

        assertThat(metrics.scrape())
                .contains("# TYPE livekit_room_total gauge\n")
                .contains("livekit_room_total{" + NODE + "} 1\n")
                .contains("livekit_participant_total{" + NODE + "} 1\n")
                .contains("livekit_track_published_total{" + NODE + ",kind=\"AUDIO\"} 1\n")
                .contains("livekit_track_published_total{" + NODE + ",kind=\"VIDEO\"} 0\n");
    }

    @Test
    void showsCountersUnderLiveKitsNames() {
        metrics.signalMessage("incoming", "success");
        metrics.joined("rtc_active");
        metrics.joined("rtc_active");
        media.addOut(10, 1000);
        media.addRetransmitted(2, 300);
        media.feedbackIn().addNacks(2);

        assertThat(metrics.scrape())
                .contains("# TYPE livekit_node_messages counter\n")
                .contains(
                        "livekit_node_messages{"
                                + NODE
                                + ",type=\"signal\",status=\"success\",direction=\"incoming\"} 1\n")
                .contains(
                        "livekit_participant_join_total{"
                                + NODE
                                + ",state=\"rtc_active\",warp=\"false\"} 2\n")
                .contains(
                        "livekit_packet_bytes{"
                                + NODE
                                + ",direction=\"outgoing\",transmission=\"initial\",country=\"\"}"
                                + " 700\n")
                .contains(
                        "livekit_nack_total{" + NODE + ",direction=\"incoming\",country=\"\"} 2\n");
    }

    @Test
    void showsApiCallsWithTheirLatency() {
        metrics.twirpRequest("RoomService", "CreateRoom", 200, "", 7);
        metrics.twirpRequest("RoomService", "CreateRoom", 401, "unauthenticated", 1);

        assertThat(metrics.scrape())
                .contains(
                        "livekit_node_twirp_request_status{"
                                + NODE
                                + ",service=\"RoomService\",method=\"CreateRoom\",status=\"4xx\","
                                + "code=\"unauthenticated\"} 1\n")
                .containsPattern(
                        "livekit_node_twirp_request_latency_ms_bucket\\{.*status=\"2xx\".*le=\"10.0\"\\}"
                                + " 1\n");
    }

    @Test
    void showsEveryDropReasonThatOccurred() {
        assertThat(metrics.scrape()).doesNotContain("too_old");

        media.drops().count(Reason.TOO_OLD);

        assertThat(metrics.scrape())
                .contains("parley_drops_total{" + NODE + ",reason=\"metrics.too_old\"} 1\n");
    }

    @Test
    void showsMachineAndGaugesOfOthers() {
        metrics.gauge("parley_hazelcast_members", "Nodes in the cluster", () -> 3);

        assertThat(metrics.scrape())
                .contains("parley_hazelcast_members{" + NODE + "} 3\n")
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads{")
                .contains("process_uptime_seconds{");
    }

    @Test
    void describesEachFamilyOnceAndHasASampleOnEachOtherLine() {
        metrics.roomClosed(1);
        metrics.participantLeft(16, 10);
        metrics.sessionConnected(16, 10);
        Set<String> described = new HashSet<>();

        for (String line : metrics.scrape().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                assertThat(described.add(line.split(" ", -1)[2])).as(line).isTrue();
            } else if (!line.startsWith("#")) {
                assertThat(line).matches("[a-z_0-9]+(\\{[^ ]*( [^ ]*)*\\})? [-+0-9.eEINFNa]+");
            }
        }

        assertThat(described).contains("livekit_session_duration_ms", "livekit_room_total");
    }
}
