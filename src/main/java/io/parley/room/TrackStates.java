package io.parley.room;

import io.parley.store.state.EncodingState;
import io.parley.store.state.LayerSsrcsState;
import io.parley.store.state.TrackState;

/// A participant's own tracks as the store keeps them. Pure.
final class TrackStates {
    private TrackStates() {}

    static TrackState of(Track track) {
        var state =
                TrackState.newBuilder()
                        .setCid(track.cid())
                        .setInfo(track.info())
                        .setPublished(track.isPublished())
                        .setRegressedTo(track.regressedTo())
                        .setSubscribedTold(track.isSubscribedTold());
        for (var encoding : track.encodings()) {
            state.addEncodings(encoding(encoding));
        }
        return state.build();
    }

    private static EncodingState encoding(Track.Encoding encoding) {
        var state =
                EncodingState.newBuilder()
                        .setMid(encoding.isFree() ? encoding.awaited : encoding.mid)
                        .setSdpCid(encoding.sdpCid)
                        .setReceived(encoding.received);
        encoding.ssrcs.forEach((layer, ssrcs) ->
                state.addLayers(
                        LayerSsrcsState.newBuilder()
                                .setSpatialLayer(layer)
                                .setSsrc(ssrcs.media())
                                .setRtxSsrc(ssrcs.rtx())));
        return state.build();
    }

    static Track track(Room room, Participant publisher, TrackState state) {
        var track = new Track(publisher, state.getCid(), state.getInfo().toBuilder());
        for (var known : state.getEncodingsList()) {
            var encoding = track.addEncoding(room.media().newSourceId());
            encoding.awaited = known.getMid();
            encoding.sdpCid = known.getSdpCid();
            encoding.received = known.getReceived();
            for (var layer : known.getLayersList()) {
                var ssrcs = new Track.Ssrcs(layer.getSsrc(), layer.getRtxSsrc());
                encoding.ssrcs.put(layer.getSpatialLayer(), ssrcs);
            }
        }
        track.regress(state.getRegressedTo());
        if (state.getSubscribedTold()) {
            track.tellSubscribed();
        }
        if (state.getPublished()) {
            track.publish();
        }
        return track;
    }
}
