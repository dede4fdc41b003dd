package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.parley.media.PeerCommand;
import livekit.LivekitModels.DataTrackInfo;
import livekit.LivekitRtc.PublishDataTrackRequest;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.UnpublishDataTrackRequest;
import livekit.LivekitRtc.UpdateDataSubscription;
import org.junit.jupiter.api.Test;

class DataTracksTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();
    private final TestClient bob = bench.client("bob").joinActive();

    private Reason refused(int handle, String name) {
        publish(handle, name);
        return alice.last(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason();
    }

    private void publish(int handle, String name) {
        alice.asks()
                .onPublishDataTrack(
                        bench.nowNs,
                        PublishDataTrackRequest.newBuilder()
                                .setPubHandle(handle)
                                .setName(name)
                                .build());
    }

    private DataTrackInfo published() {
        return alice.last(MessageCase.PUBLISH_DATA_TRACK_RESPONSE)
                .getPublishDataTrackResponse()
                .getInfo();
    }

    private int subscribe() {
        var update =
                UpdateDataSubscription.Update.newBuilder()
                        .setTrackSid(published().getSid())
                        .setSubscribe(true);
        bob.asks()
                .onUpdateDataSubscription(
                        UpdateDataSubscription.newBuilder().addUpdates(update).build());
        var handles =
                bob.last(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES).getDataTrackSubscriberHandles();
        return handles.getSubHandlesMap().keySet().iterator().next();
    }

    private static byte[] packet(int handle) {
        return new byte[] {
            0x18, 0, (byte) (handle >> 8), (byte) handle, 0, 1, 0, 2, 0, 0, 0, 3, 42
        };
    }

    @Test
    void othersHearOfTheTrackBeforeItsPublisher() {
        publish(7, "pose");
        assertThat(published().getSid()).startsWith("DTR_");
        assertThat(bob.told("alice").getLast().getDataTracks(0)).isEqualTo(published());
        assertThat(bob.told("alice").getLast().getIsPublisher()).isTrue();
        assertThat(alice.order().lastIndexOf(MessageCase.UPDATE))
                .isLessThan(alice.order().indexOf(MessageCase.PUBLISH_DATA_TRACK_RESPONSE));
    }

    @Test
    void badRequestsHaveTheirReasons() {
        assertThat(refused(0, "a")).isEqualTo(Reason.INVALID_HANDLE);
        assertThat(refused(65536, "a")).isEqualTo(Reason.INVALID_HANDLE);
        assertThat(refused(1, "")).isEqualTo(Reason.INVALID_NAME);
        assertThat(refused(1, "x".repeat(257))).isEqualTo(Reason.INVALID_NAME);
        publish(1, "a");
        assertThat(refused(1, "b")).isEqualTo(Reason.DUPLICATE_HANDLE);
        assertThat(refused(2, "a")).isEqualTo(Reason.DUPLICATE_NAME);
    }

    @Test
    void packetsReachReadersUnderTheirOwnHandle() {
        publish(7, "pose");
        int handle = subscribe();
        alice.sendsData("_data_track", packet(7));
        alice.sendsData("_data_track", packet(8));
        var sent = bob.subscriber().all(PeerCommand.SendData.class);
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().label()).isEqualTo("_data_track");
        assertThat(sent.getFirst().payload()).isEqualTo(packet(handle));
    }

    @Test
    void malformedPacketsAreDropped() {
        publish(7, "pose");
        subscribe();
        alice.sendsData("_data_track", new byte[] {0, 0, 0, 7});
        byte[] future = packet(7);
        future[0] = 0x38;
        alice.sendsData("_data_track", future);
        byte[] cut = packet(7);
        cut[0] = 0x1c;
        alice.sendsData("_data_track", cut);
        assertThat(bob.subscriber().all(PeerCommand.SendData.class)).isEmpty();
    }

    @Test
    void aPublisherThatDeniesEndsTheReading() {
        publish(7, "pose");
        subscribe();
        alice.asks()
                .onSubscriptionPermission(bench.nowNs, SubscriptionPermission.getDefaultInstance());
        var handles =
                bob.last(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES).getDataTrackSubscriberHandles();
        assertThat(handles.getSubHandlesMap()).isEmpty();
        alice.sendsData("_data_track", packet(7));
        assertThat(bob.subscriber().all(PeerCommand.SendData.class)).isEmpty();
    }

    @Test
    void unpublishingIsAnsweredAndEndsTheReading() {
        publish(7, "pose");
        subscribe();
        alice.asks()
                .onUnpublishDataTrack(
                        bench.nowNs,
                        UnpublishDataTrackRequest.newBuilder().setPubHandle(7).build());
        assertThat(alice.has(MessageCase.UNPUBLISH_DATA_TRACK_RESPONSE)).isTrue();
        assertThat(bob.told("alice").getLast().getDataTracksList()).isEmpty();
        alice.asks()
                .onUnpublishDataTrack(
                        bench.nowNs,
                        UnpublishDataTrackRequest.newBuilder().setPubHandle(7).build());
        assertThat(alice.last(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void autoSubscribersNeedNotAsk() {
        var carol = bench.client("carol");
        carol.session.setAutoSubscribeDataTrack(true);
        carol.joinActive();
        publish(7, "pose");
        assertThat(carol.has(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES)).isTrue();
        assertThat(bob.has(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES)).isFalse();
    }

    private static UnknownFieldSet holding(int field, ByteString value) {
        var holder = UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build();
        return UnknownFieldSet.newBuilder().addField(field, holder).build();
    }

    private int refusedDescription(int field, int inner, String name) {
        var request =
                PublishDataTrackRequest.newBuilder()
                        .setPubHandle(9)
                        .setName("described")
                        .setUnknownFields(
                                holding(
                                        field,
                                        holding(inner, ByteString.copyFromUtf8(name))
                                                .toByteString()));
        alice.forget().asks().onPublishDataTrack(bench.nowNs, request.build());
        return alice.last(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReasonValue();
    }

    @Test
    void namesOfEncodingsAndSchemasHaveTheirLimits() {
        assertThat(refusedDescription(4, 2, "")).isEqualTo(Responses.INVALID_REQUEST);
        assertThat(refusedDescription(4, 2, "x".repeat(33))).isEqualTo(Responses.INVALID_REQUEST);
        assertThat(refusedDescription(5, 1, "")).isEqualTo(Responses.INVALID_REQUEST);
        assertThat(refusedDescription(5, 1, "x".repeat(33))).isEqualTo(Responses.INVALID_REQUEST);
        var good = holding(4, holding(2, ByteString.copyFromUtf8("x".repeat(32))).toByteString());
        alice.forget()
                .asks()
                .onPublishDataTrack(
                        bench.nowNs,
                        PublishDataTrackRequest.newBuilder()
                                .setPubHandle(9)
                                .setName("described")
                                .setUnknownFields(good)
                                .build());
        assertThat(published().getUnknownFields().hasField(5)).isTrue();
    }
}
