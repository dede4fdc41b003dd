package io.parley.webrtc.sctp;

/// The limits one association obeys.
///
/// @param maxMessageSizeBytes a larger received message is discarded alone, its channel lives on
/// @param peerMaxMessageSizeBytes what the peer's `a=max-message-size` allows us to send
/// @param mtuBytes largest SCTP packet we send
/// @param receiveWindowBytes most bytes held while waiting for missing ones
/// @param sendQueueBytes most bytes accepted and not yet acknowledged, over all channels
/// @param bufferedLowBytes a channel's buffered bytes falling to this raise `BufferedAmountLow`
/// @param zeroChecksum announce and use RFC 9653 (DTLS already protects the bytes)
/// @param reopening open our channels anew when the peer has restarted the association; browsers
///   take them for known
public record SctpSettings(
        int localPort,
        int remotePort,
        int maxMessageSizeBytes,
        int peerMaxMessageSizeBytes,
        int mtuBytes,
        int receiveWindowBytes,
        int sendQueueBytes,
        int bufferedLowBytes,
        boolean zeroChecksum,
        boolean reopening) {

    public SctpSettings {
        requirePort(localPort);
        requirePort(remotePort);
        if (mtuBytes < 512 || mtuBytes > 16_384) {
            throw new IllegalArgumentException("mtuBytes out of 512..16384: " + mtuBytes);
        }
        if (maxMessageSizeBytes < 1 || peerMaxMessageSizeBytes < 1 || sendQueueBytes < 1) {
            throw new IllegalArgumentException("message and queue sizes must be positive");
        }
        // RFC 9260 §3.3.2: a_rwnd must not be less than 1500.
        if (receiveWindowBytes < 1500) {
            throw new IllegalArgumentException("receiveWindowBytes below 1500");
        }
    }

    public static SctpSettings defaults() {
        return new SctpSettings(
                5000, 5000, 65_536, 262_144, 1191, 1 << 20, 4 << 20, 64 << 10, false, true);
    }

    /// What the peer's session description says about itself.
    public SctpSettings withPeer(int port, int maxMessageBytes) {
        return new SctpSettings(
                localPort,
                port,
                maxMessageSizeBytes,
                maxMessageBytes,
                mtuBytes,
                receiveWindowBytes,
                sendQueueBytes,
                bufferedLowBytes,
                zeroChecksum,
                reopening);
    }

    public SctpSettings withZeroChecksum(boolean on) {
        return new SctpSettings(
                localPort,
                remotePort,
                maxMessageSizeBytes,
                peerMaxMessageSizeBytes,
                mtuBytes,
                receiveWindowBytes,
                sendQueueBytes,
                bufferedLowBytes,
                on,
                reopening);
    }

    public SctpSettings withReopening(boolean on) {
        return new SctpSettings(
                localPort,
                remotePort,
                maxMessageSizeBytes,
                peerMaxMessageSizeBytes,
                mtuBytes,
                receiveWindowBytes,
                sendQueueBytes,
                bufferedLowBytes,
                zeroChecksum,
                on);
    }

    public SctpSettings withBuffers(int receiveBytes, int sendBytes, int lowBytes) {
        return new SctpSettings(
                localPort,
                remotePort,
                maxMessageSizeBytes,
                peerMaxMessageSizeBytes,
                mtuBytes,
                receiveBytes,
                sendBytes,
                lowBytes,
                zeroChecksum,
                reopening);
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not an SCTP port: " + port);
        }
    }
}
