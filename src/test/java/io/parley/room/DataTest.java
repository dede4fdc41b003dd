package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import java.util.List;
import java.util.Map;
import livekit.LivekitMetrics.MetricsBatch;
import livekit.LivekitModels.ChatMessage;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DataPacket.Kind;
import livekit.LivekitModels.SipDTMF;
import livekit.LivekitModels.Transcription;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // fields that old clients still read
class DataTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();
    private final TestClient bob = bench.client("bob").joinActive();
    private final TestClient carol = bench.client("carol").single().joinActive();

    private static DataPacket.Builder user(String text) {
        return DataPacket.newBuilder()
                .setUser(UserPacket.newBuilder().setPayload(ByteString.copyFromUtf8(text)));
    }

    private static List<DataPacket> got(TestClient client, String label) {
        return client.subscriber().all(PeerCommand.SendData.class).stream()
                .filter(each -> each.label().equals(label))
                .map(DataTest::parse)
                .toList();
    }

    private static DataPacket parse(PeerCommand.SendData data) {
        try {
            return DataPacket.parseFrom(data.payload());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void send(TestClient from, String label, DataPacket.Builder packet) {
        from.sendsData(label, packet.build().toByteArray());
    }

    @Test
    void theFirstNumberIsStoredSoonTheOthersWhenThereIsTime() {
        var unsaved = bench.room.unsaved();
        unsaved.take(true);

        send(alice, "_reliable", user("first").setSequence(1));
        assertThat(unsaved.isEmpty()).isFalse();
        unsaved.take(true);

        send(alice, "_reliable", user("second").setSequence(2));
        assertThat(unsaved.isEmpty()).isTrue();
        assertThat(unsaved.hasCounted()).isTrue();
        var changes = unsaved.take(true);
        assertThat(changes.stored()).isEmpty();
        assertThat(changes.record().orElseThrow().state().getLastSequencesMap())
                .containsOnly(Map.entry(alice.sid(), 2));
        assertThat(unsaved.hasCounted()).isFalse();
    }

    @Test
    void everybodyElseGetsItWithTheTrueSender() {
        send(
                alice,
                "_reliable",
                user("hi")
                        .setKind(Kind.LOSSY)
                        .setParticipantIdentity("mallory")
                        .setSequence(1)
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                99,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addVarint(7)
                                                        .build())
                                        .build()));
        assertThat(got(alice, "_reliable")).isEmpty();
        assertThat(got(carol, "_reliable")).hasSize(1);
        var packet = got(bob, "_reliable").getFirst();
        assertThat(packet.getKind()).isEqualTo(Kind.RELIABLE);
        assertThat(packet.getParticipantIdentity()).isEqualTo("alice");
        assertThat(packet.getParticipantSid()).isEqualTo(alice.sid());
        assertThat(packet.getUser().getParticipantIdentity()).isEqualTo("alice");
        assertThat(packet.getUser().getParticipantSid()).isEqualTo(alice.sid());
        assertThat(packet.getSequence()).isEqualTo(1);
        assertThat(packet.getUnknownFields().getField(99).getVarintList()).containsExactly(7L);
    }

    @Test
    void destinationsAreObeyedAndCopiedBothWays() {
        send(
                alice,
                "_lossy",
                user("a").addDestinationIdentities("bob").addDestinationIdentities("nobody"));
        assertThat(got(carol, "_lossy")).isEmpty();
        assertThat(got(bob, "_lossy").getFirst().getUser().getDestinationIdentitiesList())
                .containsExactly("bob", "nobody");
        var inner =
                DataPacket.newBuilder()
                        .setUser(UserPacket.newBuilder().addDestinationIdentities("carol"));
        send(alice, "_lossy", inner);
        assertThat(got(carol, "_lossy").getFirst().getDestinationIdentitiesList())
                .containsExactly("carol");
        send(
                alice,
                "_lossy",
                DataPacket.newBuilder()
                        .setUser(UserPacket.newBuilder().addDestinationSids(bob.sid())));
        assertThat(got(bob, "_lossy")).hasSize(2);
    }

    @Test
    void aHiddenSenderStaysUnknown() {
        var ghost = bench.client("ghost").video("\"hidden\":true").joinActive();
        send(ghost, "_reliable", user("boo"));
        var packet = got(bob, "_reliable").getFirst();
        assertThat(packet.getParticipantIdentity()).isEmpty();
        assertThat(packet.getParticipantSid()).isEmpty();
        assertThat(packet.getUser().getParticipantSid()).isEmpty();
    }

    @Test
    void whoMayNotPublishDataIsDroppedSilently() {
        var mute = bench.client("mute").video("\"canPublishData\":false").joinActive();
        send(mute, "_reliable", user("x"));
        assertThat(got(bob, "_reliable")).isEmpty();
    }

    @Test
    void repeatedSequencesAndNoncesAreDropped() {
        send(alice, "_reliable", user("1").setSequence(5));
        send(alice, "_reliable", user("2").setSequence(5));
        send(alice, "_reliable", user("3").setSequence(4));
        send(alice, "_reliable", user("4"));
        assertThat(got(bob, "_reliable")).hasSize(2);
        var nonce = ByteString.copyFrom(new byte[16]);
        var packet = DataPacket.newBuilder().setUser(UserPacket.newBuilder().setNonce(nonce));
        send(alice, "_lossy", packet);
        send(carol, "_lossy", packet);
        assertThat(got(bob, "_lossy")).hasSize(1);
    }

    @Test
    void onlyAgentsTranscribeAndNobodyForwardsMetrics() {
        var transcription = DataPacket.newBuilder().setTranscription(Transcription.newBuilder());
        send(alice, "_reliable", transcription);
        send(alice, "_reliable", DataPacket.newBuilder().setMetrics(MetricsBatch.newBuilder()));
        assertThat(got(bob, "_reliable")).isEmpty();
        var agent = bench.client("agent").claim("\"kind\":\"agent\"").joinActive();
        send(agent, "_reliable", transcription);
        send(
                agent,
                "_reliable",
                DataPacket.newBuilder()
                        .setParticipantIdentity("carol")
                        .setChatMessage(ChatMessage.newBuilder().setMessage("said")));
        send(
                agent,
                "_reliable",
                DataPacket.newBuilder()
                        .setParticipantIdentity("carol")
                        .setSipDtmf(SipDTMF.newBuilder()));
        assertThat(got(bob, "_reliable")).hasSize(3);
        assertThat(got(bob, "_reliable").get(1).getParticipantIdentity()).isEqualTo("carol");
        assertThat(got(bob, "_reliable").get(1).getChatMessage().getGenerated()).isTrue();
        assertThat(got(bob, "_reliable").get(2).getParticipantIdentity()).isEqualTo("agent");
    }

    @Test
    void whatComesDuringTheJoinWaitsForTheChannel() {
        var dave = bench.client("dave").join();
        send(alice, "_reliable", user("early"));
        send(alice, "_lossy", user("lost"));
        assertThat(got(dave, "_reliable")).isEmpty();
        bench.advanceSeconds(30);
        dave.answer();
        dave.subscriber().connect();
        dave.subscriber().openChannels();
        assertThat(got(dave, "_reliable")).hasSize(1);
        assertThat(got(dave, "_lossy")).isEmpty();
    }

    @Test
    void otherChannelsArriveAsReliableUserPackets() {
        alice.sendsData("chat", new byte[] {1, 2});
        var packet = got(bob, "_reliable").getFirst();
        assertThat(packet.getUser().getPayload().toByteArray()).containsExactly(1, 2);
        assertThat(packet.getParticipantIdentity()).isEqualTo("alice");
    }

    @Test
    void garbageIsDropped() {
        alice.sendsData("_reliable", new byte[] {(byte) 0xff, 1, 2});
        assertThat(got(bob, "_reliable")).isEmpty();
    }

    @Test
    void aFullReceiverHoldsItsSendersUpUntilItDrainsOrStalls() {
        send(alice, "_reliable", user("warm"));
        bob.subscriber().say(new PeerEvent.DataBackpressure(true));
        assertThat(alice.publisher().all(PeerCommand.PauseData.class)).isEmpty();
        send(alice, "_reliable", user("more"));
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isTrue();
        bob.subscriber().say(new PeerEvent.DataBackpressure(false));
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isFalse();

        bob.subscriber().say(new PeerEvent.DataBackpressure(true));
        send(alice, "_reliable", user("again"));
        bench.advanceSeconds(11);
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isFalse();
        int before = got(bob, "_reliable").size();
        send(alice, "_reliable", user("not for bob"));
        assertThat(got(bob, "_reliable")).hasSize(before);
        assertThat(got(carol, "_reliable")).hasSize(4);
        assertThat(bench.events(RoomEvent.DataReaderStalled.class)).hasSize(1);
        bob.subscriber().say(new PeerEvent.DataBackpressure(false));
        send(alice, "_reliable", user("for bob again"));
        assertThat(got(bob, "_reliable")).hasSize(before + 1);
    }

    @Test
    void aSlowReaderThatMakesProgressIsWaitedFor() {
        bob.subscriber().say(new PeerEvent.DataBackpressure(true));
        send(alice, "_reliable", user("much"));
        for (int i = 0; i < 10; i++) {
            bench.advanceSeconds(9);
            bob.subscriber().say(new PeerEvent.DataProgress());
        }
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isTrue();
        assertThat(bench.events(RoomEvent.DataReaderStalled.class)).isEmpty();
        bench.advanceSeconds(10);
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isFalse();
        assertThat(bench.events(RoomEvent.DataReaderStalled.class)).hasSize(1);
    }

    @Test
    void whoFillsUpAJoinersQueueWaitsForItsChannel() {
        var dave = bench.client("dave").join();
        String text = "x".repeat(10_000);
        for (int i = 0; i < 27; i++) {
            send(alice, "_reliable", user(text));
        }
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isTrue();
        dave.answer();
        dave.subscriber().connect();
        dave.subscriber().openChannels();
        assertThat(got(dave, "_reliable")).hasSize(27);
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isFalse();
    }

    @Test
    void whatAJoinersQueueCannotHoldIsNotLostInSilence() {
        var dave = bench.client("dave").join();
        String text = "x".repeat(10_000);
        for (int i = 0; i < 110; i++) {
            send(alice, "_reliable", user(text));
        }
        assertThat(bench.events(RoomEvent.DataReaderStalled.class)).hasSize(1);
        assertThat(alice.publisher().all(PeerCommand.PauseData.class).getLast().paused()).isFalse();
        dave.answer();
        dave.subscriber().connect();
        dave.subscriber().openChannels();
        assertThat(got(dave, "_reliable")).hasSize(104);
        send(alice, "_reliable", user("after"));
        assertThat(got(dave, "_reliable")).hasSize(105);
    }

    @Test
    void aStalledReaderMayBeMadeToComeBackAnew() {
        var strict =
                RoomBench.with(new RoomSettings.Switches(true, false, false, false, true, false));
        var reader = strict.client("reader").joinActive();
        reader.subscriber().say(new PeerEvent.DataBackpressure(true));
        strict.advanceSeconds(11);
        assertThat(reader.last(MessageCase.LEAVE).getLeave().getActionValue()).isEqualTo(2);
    }
}
