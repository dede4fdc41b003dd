package io.parley.media;

import io.parley.webrtc.dtls.DtlsFailure;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;

/// Everything a peer tells its room.
public sealed interface PeerEvent {
    /// How the reasons begin that no resume can heal: our bug, a failed handshake.
    String FAULT = "fault";

    String DTLS = "dtls ";

    /// `reason` is empty unless the state is FAILED.
    record StateChanged(PeerState state, String reason) implements PeerEvent {
        /// What an ICE restart cannot heal.
        public boolean isFinal() {
            return reason.equals(FAULT) || reason.startsWith(DTLS);
        }

        /// No cipher of ours suits the other side. Some only send an alert.
        public boolean isCipherRefused() {
            return reason.equals(DTLS + DtlsFailure.NO_SRTP_PROFILE)
                    || reason.equals(DTLS + DtlsFailure.ALERT_RECEIVED);
        }
    }

    /// A handshake is done: with these secrets another node can go on with the connection.
    record Secured(PeerSecrets secrets) implements PeerEvent {}

    /// The sequence numbers of one of the client's streams have rolled over, as often as this since
    /// the stream began: another node cannot know it from its packets.
    record RolledOver(int ssrc, int count) implements PeerEvent {}

    /// The client closed its end for good (DTLS close_notify), as it does when a page goes.
    record Goodbye() implements PeerEvent {}

    /// A channel opened, by either side. Both `_reliable` and `_lossy` open means fully
    /// established.
    record DataChannelOpened(ChannelTerms terms) implements PeerEvent {}

    record DataChannelClosed(String label) implements PeerEvent {}

    /// One message; the array belongs to the listener.
    final class DataReceived implements PeerEvent {
        private final String label;
        private final boolean binary;
        private final byte[] payload;

        public DataReceived(String label, boolean binary, byte[] payload) {
            this.label = label;
            this.binary = binary;
            this.payload = payload;
        }

        public String label() {
            return label;
        }

        public boolean isBinary() {
            return binary;
        }

        public byte[] payload() {
            return payload;
        }
    }

    /// The queue towards this peer's `_reliable` channel is too full (true) or has drained again
    /// (false).
    record DataBackpressure(boolean full) implements PeerEvent {}

    /// While that queue is too full: another 256 KiB of it have been read.
    record DataProgress() implements PeerEvent {}

    /// First packet of a layer, or its return after a silence. `mimeType` is what really arrives.
    record LayerStarted(SourceId source, int spatialLayer, String mimeType, int ssrc, String rid)
            implements PeerEvent {}

    /// An SSRC of a layer that was recognized by its packets, and cannot be by another node later:
    /// senders name their streams only at first. `rtxSsrc` is 0 while unknown.
    record SsrcLearned(SourceId source, int spatialLayer, int ssrc, int rtxSsrc)
            implements PeerEvent {}

    /// No packets of the layer any more (media.md §3.8).
    record LayerStopped(SourceId source, int spatialLayer) implements PeerEvent {}

    record VideoSizeChanged(SourceId source, int spatialLayer, int width, int height)
            implements PeerEvent {}

    /// A 400 ms window ended with another level than the last one told. Linear, 0 = silent
    /// (media.md §3.9).
    record AudioLevelChanged(SourceId source, double level) implements PeerEvent {}

    /// The first packet of a forwarded track left.
    record SendStarted(SendId id) implements PeerEvent {}

    /// None of the section's codecs is what the source carries.
    record SendUnsupported(SendId id, String mimeType) implements PeerEvent {}

    record StatsReported(List<ReceiveStats> receives, List<SendStats> sends) implements PeerEvent {
        public StatsReported {
            receives = List.copyOf(receives);
            sends = List.copyOf(sends);
        }
    }

    /// Counted since the last report; `rttMs` is -1 while unknown.
    record ReceiveStats(
            SourceId source,
            String mimeType,
            long packets,
            long packetsLost,
            long bytes,
            double jitterMs,
            int rttMs) {}

    /// Counted since the last report; loss as the subscriber's receiver reports say it;
    /// `layerDistance` is how far the forwarded layer stays below the wished one; `reportAgeMs`
    /// since the last receiver report, -1 for never.
    record SendStats(
            SendId id,
            long packets,
            long packetsLost,
            long bytes,
            double layerDistance,
            int rttMs,
            int reportAgeMs) {}
}
