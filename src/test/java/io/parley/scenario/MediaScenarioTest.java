package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPermission;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Publishing and subscribing, with two peer connections and with one, on one node and on two.
@ParameterizedClass
@EnumSource(
        value = Deployment.Shape.class,
        names = {"ONE_NODE", "TWO_NODES"})
class MediaScenarioTest {
    private final String room = Deployment.newRoom();
    private final Deployment deployment;

    MediaScenarioTest(Deployment.Shape shape) {
        deployment = Deployment.of(shape);
    }

    private TestClient join(String identity, boolean single) {
        return join(JoinOptions.of(room, identity).withSingle(single));
    }

    private TestClient join(JoinOptions options) {
        boolean first = options.identity().equals("anna");
        return TestClient.join(first ? deployment.first() : deployment.last(), options);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void joinsAndSeesTheOthers(boolean single) {
        try (TestClient anna = join("anna", single);
                TestClient ben = join("ben", single)) {
            assertThat(ben.joinResponse().getOtherParticipantsList())
                    .extracting(ParticipantInfo::getIdentity)
                    .containsExactly("anna");
            anna.awaitParticipant("ben", info -> info.getState() == ParticipantInfo.State.ACTIVE);
            ben.leave();
            anna.awaitGone("ben");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publishesAudioAndVideoToTheOthersAndToThoseWhoComeLate(boolean single) {
        try (TestClient anna = join("anna", single);
                TestClient ben = join("ben", single)) {
            var audio = anna.publishAudio("microphone");
            var video = anna.publishVideo("camera", true);
            ben.awaitMedia(audio.sid(), 20);
            ReceivedTrack camera = ben.awaitMedia(video.sid(), 50);
            Waiting.until(() -> "the top layer: " + camera, () -> camera.layer() == 2);
            assertThat(camera.broken()).isEmpty();
            try (TestClient late = join("late", single)) {
                late.awaitMedia(audio.sid(), 5);
                late.awaitMedia(video.sid(), 5);
            }
            anna.unpublish(video);
            ben.awaitParticipant("anna", info -> info.getTracksCount() == 1);
            ben.awaitMedia(audio.sid(), 5);
        }
    }

    @Test
    void oldAndNewClientsHearEachOther() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", true)) {
            var fromAnna = anna.publishAudio("microphone");
            var fromBen = ben.publishVideo("camera", false);
            ben.awaitMedia(fromAnna.sid(), 10);
            anna.awaitMedia(fromBen.sid(), 10);
        }
    }

    @Test
    void aClientBehindAUdpBlockTalksOverTcp() {
        try (TestClient anna = join(JoinOptions.of(room, "anna").withTcp(true));
                TestClient ben = join("ben", false)) {
            var video = anna.publishVideo("camera", true);
            var audio = ben.publishAudio("microphone");
            ReceivedTrack camera = ben.awaitMedia(video.sid(), 50);
            anna.awaitMedia(audio.sid(), 10);
            assertThat(camera.broken()).isEmpty();
        }
    }

    @Test
    void tracksComeAndGoManyTimes() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", true)) {
            for (int i = 0; i < 6; i++) {
                var video = anna.publishVideo("camera" + i, i % 2 == 0);
                ben.awaitMedia(video.sid(), 5);
                anna.unpublish(video);
                ben.awaitParticipant("anna", info -> info.getTracksCount() == 0);
                ben.await("track " + i + " goes", () -> ben.received(video.sid()).isEmpty());
            }
        }
    }

    @Test
    void aMutedTrackForwardsNothingUntilItIsUnmuted() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", false)) {
            var audio = anna.publishAudio("microphone");
            ReceivedTrack received = ben.awaitMedia(audio.sid(), 10);
            anna.mute(audio, true);
            ben.awaitParticipant("anna", info -> info.getTracks(0).getMuted());
            audio.sender.paused = false;
            int before = received.packets();
            int silenceAndOnTheirWay = 50 + 5;
            assertThat(
                            Waiting.within(
                                    Duration.ofMillis(1500),
                                    () -> received.packets() > before + silenceAndOnTheirWay))
                    .isFalse();
            anna.mute(audio, false);
            ben.awaitParticipant("anna", info -> !info.getTracks(0).getMuted());
            ben.awaitMedia(audio.sid(), 10);
        }
    }

    @Test
    void subscribesOnWishOnly() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join(JoinOptions.of(room, "ben").withAutoSubscribe(false))) {
            var audio = anna.publishAudio("microphone");
            ben.awaitParticipant("anna", info -> info.getTracksCount() == 1);
            assertThat(ben.received(audio.sid())).isEmpty();
            ben.subscribe(audio.sid(), true);
            ben.awaitMedia(audio.sid(), 10);
            ben.subscribe(audio.sid(), false);
            ben.await("unsubscribed", () -> ben.received(audio.sid()).isEmpty());
            ben.subscribe(audio.sid(), true);
            ben.awaitMedia(audio.sid(), 10);
        }
    }

    @Test
    void aSubscriberChoosesItsQuality() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", false)) {
            var video = anna.publishVideo("camera", true);
            ReceivedTrack camera = ben.awaitMedia(video.sid(), 10);
            for (VideoQuality quality :
                    new VideoQuality[] {VideoQuality.LOW, VideoQuality.HIGH, VideoQuality.MEDIUM}) {
                ben.send(
                        SignalRequest.newBuilder()
                                .setTrackSetting(
                                        UpdateTrackSettings.newBuilder()
                                                .addTrackSids(video.sid())
                                                .setQuality(quality)));
                Waiting.until(
                        () -> quality + ": " + camera, () -> camera.layer() == quality.getNumber());
            }
            assertThat(camera.broken()).isEmpty();
        }
    }

    @Test
    void aPublisherSaysWhoMaySubscribe() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", false);
                TestClient carl = join("carl", false)) {
            anna.send(
                    SignalRequest.newBuilder()
                            .setSubscriptionPermission(
                                    SubscriptionPermission.newBuilder()
                                            .addTrackPermissions(
                                                    TrackPermission.newBuilder()
                                                            .setParticipantIdentity("ben")
                                                            .setAllTracks(true))));
            var audio = anna.publishAudio("microphone");
            ben.awaitMedia(audio.sid(), 10);
            carl.awaitHeard(
                    "refusal",
                    response ->
                            response.hasSubscriptionPermissionUpdate()
                                    && !response.getSubscriptionPermissionUpdate().getAllowed());
            assertThat(carl.received(audio.sid())).isEmpty();
            anna.send(
                    SignalRequest.newBuilder()
                            .setSubscriptionPermission(
                                    SubscriptionPermission.newBuilder().setAllParticipants(true)));
            carl.awaitMedia(audio.sid(), 10);
        }
    }

    @Test
    void speakersAreToldToEverybody() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", true)) {
            anna.publishAudio("microphone");
            SignalResponse heard = ben.awaitHeard("speakers", SignalResponse::hasSpeakersChanged);
            assertThat(heard.getSpeakersChanged().getSpeakers(0).getSid()).isEqualTo(anna.sid());
        }
    }

    @Test
    void aPublishedTrackSaysWhatItCarries() {
        try (TestClient anna = join("anna", false);
                TestClient ben = join("ben", false)) {
            var video = anna.publishVideo("camera", true);
            ParticipantInfo seen =
                    ben.awaitParticipant(
                            "anna",
                            info ->
                                    info.getTracksCount() == 1
                                            && !info.getTracks(0).getMimeType().isEmpty());
            Optional<TrackInfo> track = seen.getTracksList().stream().findFirst();
            assertThat(track).isPresent();
            assertThat(track.get().getSid()).isEqualTo(video.sid());
            assertThat(track.get().getMimeType()).isEqualToIgnoringCase("video/VP8");
            assertThat(track.get().getMid()).isNotEmpty();
            assertThat(seen.getIsPublisher()).isTrue();
        }
    }
}
