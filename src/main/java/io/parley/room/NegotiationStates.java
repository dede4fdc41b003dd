package io.parley.room;

import io.parley.media.ChannelTerms;
import io.parley.room.negotiation.OfferingSnapshot;
import io.parley.store.state.ChannelState;
import io.parley.store.state.OfferedSectionState;
import io.parley.store.state.OfferingState;
import io.parley.webrtc.ortc.MediaKind;
import java.util.Collection;
import java.util.List;

/// Peer connections as the store keeps them. Pure.
final class NegotiationStates {
    private NegotiationStates() {}

    static OfferingState of(OfferingSnapshot snapshot, Transport transport) {
        var state =
                OfferingState.newBuilder()
                        .setSessionId(snapshot.sessionId())
                        .setVersion(snapshot.version())
                        .setNextOfferId(snapshot.nextOfferId())
                        .addAllChannels(channelStates(transport.channels()))
                        .setSecured(transport.secured());
        for (var section : snapshot.sections()) {
            state.addSections(
                    OfferedSectionState.newBuilder()
                            .setMid(section.mid())
                            .setVideo(section.kind() == MediaKind.VIDEO)
                            .setCarried(section.carried()));
        }
        return state.build();
    }

    static OfferingSnapshot snapshot(OfferingState state) {
        return new OfferingSnapshot(
                state.getSessionId(),
                state.getVersion(),
                state.getNextOfferId(),
                state.getSectionsList().stream()
                        .map(each ->
                                new OfferingSnapshot.Section(
                                        each.getMid(),
                                        each.getVideo() ? MediaKind.VIDEO : MediaKind.AUDIO,
                                        each.getCarried()))
                        .toList());
    }

    static List<ChannelState> channelStates(Collection<ChannelTerms> channels) {
        return channels.stream()
                .map(terms ->
                        ChannelState.newBuilder()
                                .setLabel(terms.label())
                                .setStreamId(terms.streamId())
                                .setOrdered(terms.ordered())
                                .setMaxRetransmits(terms.maxRetransmits())
                                .build())
                .toList();
    }

    static List<ChannelTerms> channels(List<ChannelState> states) {
        return states.stream()
                .map(each ->
                        new ChannelTerms(
                                each.getLabel(),
                                each.getStreamId(),
                                each.getOrdered(),
                                each.getMaxRetransmits()))
                .toList();
    }
}
