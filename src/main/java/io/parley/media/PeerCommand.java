package io.parley.media;

import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SctpParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;

/// Everything a room can tell a peer.
public sealed interface PeerCommand {
    /// The remote side's ICE credentials are known (first time, or again after a restart).
    record SetRemoteIce(IceParameters remote) implements PeerCommand {}

    /// A trickled candidate, as its `candidate:…` line.
    record AddRemoteCandidate(String candidate) implements PeerCommand {}

    /// New local credentials: the old path carries media until the new checks succeed (RFC 8445
    /// §9).
    record RestartIce(IceParameters local) implements PeerCommand {}

    /// Takes only TCP candidates from now on, or all again.
    record PreferTcp(boolean tcpOnly) implements PeerCommand {}

    /// DTLS may start. Other fingerprints than before mean a new association (RFC 8842 §5.5); the
    /// same ones change nothing.
    record StartDtls(DtlsParameters parameters) implements PeerCommand {}

    /// The data section was negotiated. Repeating it changes nothing.
    record StartSctp(SctpParameters parameters) implements PeerCommand {}

    /// Opens a data channel in band; `maxRetransmits` is -1 for a reliable one.
    record OpenDataChannel(String label, boolean ordered, int maxRetransmits)
            implements PeerCommand {}

    /// Goes on with a data channel that the other side has open since before another node handed
    /// the connection over: nothing is said in band (RFC 8831 §6.4).
    record AdoptDataChannel(ChannelTerms terms) implements PeerCommand {}

    /// One message on the newest channel with that label. The array is given away.
    final class SendData implements PeerCommand {
        private final String label;
        private final boolean binary;
        private final byte[] payload;

        public SendData(String label, boolean binary, byte[] payload) {
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

    /// Stops or resumes taking messages from this peer's reliable channels: its sender feels the
    /// full window.
    record PauseData(boolean paused) implements PeerCommand {}

    /// Receives a section, or replaces what was said of the same MID. The source exists from here
    /// on.
    record Receive(RtpReceiveParameters parameters) implements PeerCommand {}

    /// The section ended; its source ends with it.
    record StopReceive(String mid) implements PeerCommand {}

    /// The publisher muted or unmuted: a muted source forwards nothing.
    record MuteSource(SourceId source, boolean muted) implements PeerCommand {}

    /// Starts forwarding, or replaces what was said of the same id.
    record Send(RtpSendParameters parameters, LayerWish wish) implements PeerCommand {}

    record SetLayerWish(SendId id, LayerWish wish) implements PeerCommand {}

    record StopSend(SendId id) implements PeerCommand {}

    /// Answered by [PeerEvent.StatsReported], counted since the last report.
    record ReportStats() implements PeerCommand {}

    /// Ends the peer. `sayGoodbye` false says nothing to the other side, so that another node can
    /// take it over.
    record Close(boolean sayGoodbye) implements PeerCommand {}
}
