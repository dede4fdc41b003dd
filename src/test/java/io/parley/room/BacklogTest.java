package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.ConnectionQualityUpdate;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SpeakersChanged;
import livekit.LivekitRtc.SubscribedQualityUpdate;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final SignalResponse OFFER =
            SignalResponse.newBuilder().setOffer(SessionDescription.newBuilder()).build();

    private final Backlog backlog = new Backlog();

    private static SignalResponse about(String sid, int version) {
        return SignalResponse.newBuilder()
                .setUpdate(ParticipantUpdate.newBuilder().addParticipants(info(sid, version)))
                .build();
    }

    private static ParticipantInfo info(String sid, int version) {
        return ParticipantInfo.newBuilder().setSid(sid).setVersion(version).build();
    }

    private List<SignalResponse> all() {
        var all = new ArrayList<SignalResponse>();
        while (!backlog.isEmpty()) {
            all.add(backlog.next());
        }
        return all;
    }

    @Test
    void theNewestTakesThePlaceOfTheOldest() {
        backlog.add(about("PA_1", 1));
        backlog.add(about("PA_2", 1));
        backlog.add(OFFER);
        backlog.add(about("PA_3", 1));
        backlog.add(about("PA_1", 5));

        var all = all();

        assertThat(all)
                .extracting(SignalResponse::getMessageCase)
                .containsExactly(MessageCase.UPDATE, MessageCase.OFFER, MessageCase.UPDATE);
        assertThat(all.getFirst().getUpdate().getParticipantsList())
                .containsExactly(info("PA_1", 5), info("PA_2", 1));
        assertThat(all.getLast().getUpdate().getParticipantsList())
                .containsExactly(info("PA_3", 1));
    }

    @Test
    void replacesWhateverANewerWordReplaces() {
        for (int i = 0; i < 3; i++) {
            backlog.add(
                    SignalResponse.newBuilder()
                            .setSpeakersChanged(
                                    SpeakersChanged.newBuilder()
                                            .addSpeakers(
                                                    SpeakerInfo.newBuilder()
                                                            .setSid("PA_1")
                                                            .setLevel(i)))
                            .build());
            backlog.add(
                    SignalResponse.newBuilder()
                            .setConnectionQuality(
                                    ConnectionQualityUpdate.newBuilder()
                                            .addUpdates(
                                                    ConnectionQualityInfo.newBuilder()
                                                            .setParticipantSid("PA_1")
                                                            .setQuality(
                                                                    ConnectionQuality.forNumber(
                                                                            i))))
                            .build());
            backlog.add(
                    SignalResponse.newBuilder()
                            .setRoomUpdate(
                                    RoomUpdate.newBuilder()
                                            .setRoom(Room.newBuilder().setNumParticipants(i)))
                            .build());
            backlog.add(SignalResponse.newBuilder().setRefreshToken("t" + i).build());
            backlog.add(
                    SignalResponse.newBuilder()
                            .setSubscribedQualityUpdate(
                                    SubscribedQualityUpdate.newBuilder().setTrackSid("TR_" + i))
                            .build());
        }

        var all = all();

        assertThat(all).hasSize(7);
        assertThat(all.get(0).getSpeakersChanged().getSpeakers(0).getLevel()).isEqualTo(2);
        assertThat(all.get(1).getConnectionQuality().getUpdates(0).getQuality())
                .isEqualTo(ConnectionQuality.EXCELLENT);
        assertThat(all.get(2).getRoomUpdate().getRoom().getNumParticipants()).isEqualTo(2);
        assertThat(all.get(3).getRefreshToken()).isEqualTo("t2");
    }

    @Test
    void isTooLongOnlyOfWhatNothingReplaces() {
        for (int i = 0; i < 10 * Backlog.MAX_MESSAGES; i++) {
            backlog.add(about("PA_" + i % 50, i));
        }
        assertThat(backlog.isTooLong()).isFalse();
        for (int i = 0; i <= Backlog.MAX_MESSAGES; i++) {
            assertThat(backlog.isTooLong()).isFalse();
            backlog.add(OFFER);
        }
        assertThat(backlog.isTooLong()).isTrue();
        backlog.next();
        backlog.next();
        assertThat(backlog.isTooLong()).isFalse();
        backlog.clear();
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void isTooLongByBytesToo() {
        var big = RequestResponse.newBuilder().setMessage("x".repeat(1 << 20));
        for (int i = 0; i < 4; i++) {
            backlog.add(SignalResponse.newBuilder().setRequestResponse(big).build());
        }
        assertThat(backlog.isTooLong()).isTrue();
        backlog.next();
        assertThat(backlog.isTooLong()).isFalse();
    }

    @Test
    void saysALargeCrowdInSeveralMessages() {
        for (int i = 0; i < 100; i++) {
            backlog.add(
                    SignalResponse.newBuilder()
                            .setUpdate(
                                    ParticipantUpdate.newBuilder()
                                            .addParticipants(
                                                    info("PA_" + i, 1).toBuilder()
                                                            .setMetadata("m".repeat(2000))))
                            .build());
        }
        var all = all();
        assertThat(all).hasSizeBetween(3, 5);
        assertThat(all).allMatch(each -> each.getSerializedSize() < 70_000);
        assertThat(all.stream().mapToInt(each -> each.getUpdate().getParticipantsCount()).sum())
                .isEqualTo(100);
    }
}
