package io.parley.webrtc.sctp;

/// What an association tells its owner, drained with [SctpAssociation#pollEvent] after each input.
public sealed interface SctpEvent {
    /// The handshake is done; queued messages leave now.
    record Connected() implements SctpEvent {}

    /// The end; all channels are gone, and nothing follows.
    record Closed(CloseReason reason, String detail) implements SctpEvent {}

    /// The peer began anew on the same DTLS connection (RFC 9260 §5.2.4 action A): what was in
    /// flight is lost, channels are kept, ours are announced again.
    record Restarted() implements SctpEvent {}

    /// A channel can be used. A second one for the same stream id replaces the first.
    ///
    /// @param maxRetransmits -1 for no limit
    /// @param maxLifetimeMs -1 for no limit
    /// @param remote opened by the peer's DCEP message
    record ChannelOpened(
            int streamId,
            String label,
            String protocol,
            boolean ordered,
            int maxRetransmits,
            int maxLifetimeMs,
            boolean remote)
            implements SctpEvent {}

    /// Once for each channel closed by either side, while the association lives.
    record ChannelClosed(int streamId) implements SctpEvent {}

    /// The channel's buffered bytes fell to the low mark after having been above it.
    record BufferedAmountLow(int streamId) implements SctpEvent {}

    /// One whole message; the receiver owns the array.
    final class Message implements SctpEvent {
        private final int streamId;
        private final boolean binary;
        private final byte[] payload;

        Message(int streamId, boolean binary, byte[] payload) {
            this.streamId = streamId;
            this.binary = binary;
            this.payload = payload;
        }

        public int streamId() {
            return streamId;
        }

        /// False for a text message (UTF-8).
        public boolean binary() {
            return binary;
        }

        public byte[] payload() {
            return payload;
        }

        @Override
        public String toString() {
            return "Message[streamId=" + streamId + ", length=" + payload.length + "]";
        }
    }
}
