package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice =
            bench.client("alice").video("\"canUpdateOwnMetadata\":true").joinActive();

    private RequestResponse answer(UpdateParticipantMetadata.Builder request) {
        alice.asks().onUpdateMetadata(bench.nowNs, request.setRequestId(5).build());
        return alice.last(MessageCase.REQUEST_RESPONSE).getRequestResponse();
    }

    private static UpdateParticipantMetadata.Builder update() {
        return UpdateParticipantMetadata.newBuilder();
    }

    @Test
    void aChangeIsToldThenTokenedThenConfirmed() {
        var bob = bench.client("bob").joinActive();
        alice.forget();
        var answer = answer(update().setName("A").setMetadata("m").putAttributes("k", "v"));
        assertThat(alice.order())
                .containsExactly(
                        MessageCase.UPDATE,
                        MessageCase.REFRESH_TOKEN,
                        MessageCase.REQUEST_RESPONSE);
        assertThat(answer.getReason()).isEqualTo(Reason.OK);
        assertThat(answer.getRequestId()).isEqualTo(5);
        var seen = bob.told("alice").getLast();
        assertThat(seen.getName()).isEqualTo("A");
        assertThat(seen.getMetadata()).isEqualTo("m");
        assertThat(seen.getAttributesMap()).containsEntry("k", "v");
        answer(update().putAttributes("k", ""));
        assertThat(bob.told("alice").getLast().getAttributesMap()).isEmpty();
        assertThat(bob.told("alice").getLast().getName()).isEqualTo("A");
    }

    @Test
    void tooMuchIsRefusedWithItsWords() {
        assertThat(answer(update().setName("x".repeat(257))).getMessage())
                .isEqualTo("exceeds name length limit");
        assertThat(answer(update().setMetadata("x".repeat(512 * 1024 + 1))).getMessage())
                .isEqualTo("exceeds metadata size limit");
        answer(update().putAttributes("a", "x".repeat(40 * 1024)));
        var answer = answer(update().putAttributes("b", "x".repeat(40 * 1024)));
        assertThat(answer.getMessage()).isEqualTo("exceeds attributes size limit");
        assertThat(answer.getReason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(alice.participant().attributes()).containsOnlyKeys("a");
    }

    @Test
    void whoMayNotIsRefused() {
        var bob = bench.client("bob").joinActive();
        bob.asks().onUpdateMetadata(bench.nowNs, update().setName("B").setRequestId(3).build());
        var answer = bob.last(MessageCase.REQUEST_RESPONSE).getRequestResponse();
        assertThat(answer.getReason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(answer.getMessage())
                .isEqualTo("does not have permission to update own metadata");
        assertThat(answer.getRequestId()).isEqualTo(3);
    }

    @Test
    void clientsBefore15HearNoOk() {
        var bob =
                bench.client("bob")
                        .protocol(14)
                        .video("\"canUpdateOwnMetadata\":true")
                        .joinActive();
        bob.asks().onUpdateMetadata(bench.nowNs, update().setName("B").build());
        assertThat(bob.has(MessageCase.REQUEST_RESPONSE)).isFalse();
    }

    @Test
    void theTokenIsRefreshedEveryFiveMinutes() {
        alice.forget();
        bench.advanceSeconds(299);
        assertThat(alice.has(MessageCase.REFRESH_TOKEN)).isFalse();
        bench.advanceSeconds(301);
        assertThat(alice.all(MessageCase.REFRESH_TOKEN)).hasSize(2);
    }
}
