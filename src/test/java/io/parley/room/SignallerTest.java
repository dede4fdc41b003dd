package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.ReconnectResponse;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.TrackPublishedResponse;
import org.junit.jupiter.api.Test;

class SignallerTest {
    private static final class Sink implements SignalSink {
        final List<MessageCase> heard = new ArrayList<>();
        boolean ready = true;
        boolean cut;
        boolean closed;

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void cut() {
            cut = true;
        }

        @Override
        public void send(SignalResponse response) {
            heard.add(response.getMessageCase());
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final SignalResponse JOIN =
            SignalResponse.newBuilder().setJoin(JoinResponse.getDefaultInstance()).build();
    private static final SignalResponse TOKEN =
            SignalResponse.newBuilder().setRefreshToken("t").build();
    private static final SignalResponse PUBLISHED =
            SignalResponse.newBuilder()
                    .setTrackPublished(TrackPublishedResponse.getDefaultInstance())
                    .build();
    private static final SignalResponse OFFER =
            SignalResponse.newBuilder().setOffer(SessionDescription.newBuilder()).build();
    private static final SignalResponse RECONNECT =
            SignalResponse.newBuilder()
                    .setReconnect(ReconnectResponse.getDefaultInstance())
                    .build();

    private final Sink sink = new Sink();
    private final Signaller signaller = new Signaller(sink);

    @Test
    void nothingPrecedesTheJoinResponse() {
        signaller.send(TOKEN);
        signaller.send(JOIN);
        signaller.send(PUBLISHED);
        assertThat(sink.heard)
                .containsExactly(
                        MessageCase.JOIN, MessageCase.REFRESH_TOKEN, MessageCase.TRACK_PUBLISHED);
    }

    @Test
    void whileDetachedOnlyTheIrreplaceableIsKeptAndNotWithoutLimit() {
        signaller.send(JOIN);
        signaller.onConnectionLost(5);
        for (int i = 0; i < 500; i++) {
            signaller.send(TOKEN);
            signaller.send(PUBLISHED);
        }
        var next = new Sink();
        signaller.attach(next, RECONNECT);
        signaller.sendKept();
        assertThat(next.heard).hasSize(201).startsWith(MessageCase.RECONNECT);
        assertThat(next.heard).doesNotContain(MessageCase.REFRESH_TOKEN);
        assertThat(signaller.isDetached()).isFalse();
    }

    @Test
    void nothingIsSaidAfterTheClose() {
        signaller.send(JOIN);
        signaller.close();
        signaller.send(TOKEN);
        assertThat(sink.closed).isTrue();
        assertThat(sink.heard).containsExactly(MessageCase.JOIN);
        assertThat(signaller.isClosed()).isTrue();
    }

    @Test
    void whoIsBehindHearsEverythingInOrderLater() {
        signaller.send(JOIN);
        sink.ready = false;
        signaller.send(PUBLISHED);
        signaller.send(TOKEN);
        assertThat(sink.heard).containsExactly(MessageCase.JOIN);
        sink.ready = true;
        signaller.send(PUBLISHED);
        signaller.onReady();
        signaller.send(TOKEN);
        assertThat(sink.heard)
                .containsExactly(
                        MessageCase.JOIN,
                        MessageCase.TRACK_PUBLISHED,
                        MessageCase.REFRESH_TOKEN,
                        MessageCase.TRACK_PUBLISHED,
                        MessageCase.REFRESH_TOKEN);
    }

    @Test
    void whoIsCutMissesNothingThatIsIrreplaceable() {
        signaller.send(JOIN);
        sink.ready = false;
        signaller.send(PUBLISHED);
        signaller.send(TOKEN);
        for (int i = 0; i < Backlog.MAX_MESSAGES; i++) {
            signaller.send(OFFER);
        }
        assertThat(sink.cut).isTrue();
        signaller.send(PUBLISHED);
        assertThat(signaller.isDetached()).isFalse();
        signaller.onConnectionLost(5);
        assertThat(signaller.isDetached()).isTrue();
        var next = new Sink();
        signaller.attach(next, RECONNECT);
        signaller.sendKept();
        assertThat(next.heard)
                .containsExactly(
                        MessageCase.RECONNECT,
                        MessageCase.TRACK_PUBLISHED,
                        MessageCase.TRACK_PUBLISHED);
    }

    @Test
    void whatIsKnownAndStrangersFarewellsAreNoNews() {
        var seen = new SeenParticipants();
        var info = ParticipantInfo.newBuilder().setSid("PA_1").setVersion(3);
        assertThat(seen.takes(1, info.clone().setState(State.DISCONNECTED).build())).isFalse();
        assertThat(seen.takes(1, info.build())).isTrue();
        assertThat(seen.takes(2, info.setVersion(2).build())).isFalse();
        assertThat(seen.takes(3, info.setVersion(3).build())).isFalse();
        assertThat(seen.takes(4, info.setVersion(4).setState(State.DISCONNECTED).build())).isTrue();
        assertThat(seen.takes(5, info.setVersion(5).build())).isFalse();
        assertThat(seen.goneSince(4)).hasSize(1);
        assertThat(seen.goneSince(10_000_000_000L)).isEmpty();
    }
}
