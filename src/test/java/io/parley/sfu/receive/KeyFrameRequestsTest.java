package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyFrameRequestsTest {
    private static final long MS = 1_000_000L;
    private static final long RTT_NS = 70 * MS;

    private final RequestSpacing spacing = new RequestSpacing();
    private final KeyFrameRequests requests = new KeyFrameRequests(500 * MS, spacing);
    private final KeyFrameRequests upper = new KeyFrameRequests(1000 * MS, spacing);

    @Test
    void remembersARequestThatTheEncoderWouldIgnore() {
        requests.onRequest(0);
        assertThat(requests.takeDue(0, RTT_NS)).isTrue();
        requests.onRequest(100 * MS);
        requests.onRequest(200 * MS);
        assertThat(requests.takeDue(299 * MS, RTT_NS)).isFalse();
        assertThat(requests.nextWakeNs()).isEqualTo(300 * MS);
        assertThat(requests.takeDue(300 * MS, RTT_NS)).isTrue();
        assertThat(requests.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void keepsTheLayersOfASourceApart() {
        requests.onRequest(0);
        requests.takeDue(0, RTT_NS);
        upper.onRequest(100 * MS);
        assertThat(upper.takeDue(100 * MS, RTT_NS)).isFalse();
        assertThat(upper.takeDue(300 * MS, RTT_NS)).isTrue();
    }

    @Test
    void waitsForTheAnswerOfAFarPublisher() {
        requests.onRequest(0);
        requests.takeDue(0, 400 * MS);
        requests.onRequest(100 * MS);
        assertThat(requests.nextWakeNs()).isEqualTo(550 * MS);
    }

    @Test
    void holdsToTheThrottleInTheLongRun() {
        int sent = 0;
        int early = 0;
        for (int ms = 0; ms < 60_000; ms += 10) {
            upper.onRequest(ms * MS);
            sent += upper.takeDue(ms * MS, RTT_NS) ? 1 : 0;
            early = ms < 1000 ? sent : early;
        }
        assertThat(early).isEqualTo(3);
        assertThat(sent).isBetween(60, 62);
    }

    @Test
    void aKeyFrameAnswersWhatWasThrottled() {
        requests.onRequest(0);
        requests.takeDue(0, RTT_NS);
        requests.onRequest(100 * MS);
        requests.onKeyFrame();
        assertThat(requests.takeDue(600 * MS, RTT_NS)).isFalse();
    }

    @Test
    void seedsEachSecondForHalfAMinute() {
        requests.seed(0);
        int sent = 0;
        for (int ms = 0; ms < 60_000; ms += 100) {
            sent += requests.takeDue(ms * MS, RTT_NS) ? 1 : 0;
        }
        assertThat(sent).isEqualTo(31);
    }
}
