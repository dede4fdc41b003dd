package io.parley.room.session;

import static org.assertj.core.api.Assertions.assertThat;

import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.SignalResponse;
import org.junit.jupiter.api.Test;

class EncodedResponsesTest {
    private final EncodedResponses encoded = new EncodedResponses();

    @Test
    void areWhatProtobufWrites() {
        var update = ParticipantUpdate.newBuilder();
        for (int i = 0; i < 40; i++) {
            update.addParticipants(
                    ParticipantInfo.newBuilder()
                            .setSid("PA_" + i)
                            .setMetadata("ä".repeat(i * 11))
                            .setVersion(i));
            var response = SignalResponse.newBuilder().setUpdate(update).build();
            assertThat(encoded.bytes(response)).isEqualTo(response.toByteArray());
        }
        encoded.forget();
        var empty =
                SignalResponse.newBuilder()
                        .setUpdate(ParticipantUpdate.getDefaultInstance())
                        .build();
        assertThat(encoded.bytes(empty)).isEqualTo(empty.toByteArray());
        var token = SignalResponse.newBuilder().setRefreshToken("t").build();
        assertThat(encoded.bytes(token)).isEqualTo(token.toByteArray());
    }
}
