package io.parley.sfu.receive;

import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.codec.DependencyDescriptor;
import io.parley.webrtc.codec.PayloadPeek;

/// One published packet on its way to every forwarder: numbers, what its payload told, and where
/// the payload lies in the ring. Reused for the next packet; borrowed for the call. Owned by its
/// StreamRouter.
public final class SourcePacket {
    private static final byte[] NOTHING = new byte[0];

    final PayloadPeek peek;

    long nowNs;
    int layer;
    long seq;
    int timestamp;
    boolean marker;
    boolean late;
    boolean restarted;
    boolean keyFrame;
    Codec codec = Codec.UNKNOWN;
    int payloadType;
    byte[] payload = NOTHING;
    int payloadOffset;
    int payloadLength;
    long captureNtp;
    DependencyDescriptor descriptor = new DependencyDescriptor();
    boolean hasDescriptor;

    SourcePacket(PayloadPeek peek) {
        this.peek = peek;
    }

    public long nowNs() {
        return nowNs;
    }

    /// The simulcast layer that carries it; 0 with SVC.
    public int layer() {
        return layer;
    }

    /// Its number in that layer, never wrapping.
    public long seq() {
        return seq;
    }

    public int timestamp() {
        return timestamp;
    }

    public boolean marker() {
        return marker;
    }

    /// True when a later packet of the layer came before it.
    public boolean isLate() {
        return late;
    }

    /// True when the layer's numbers began anew with this packet.
    public boolean isRestarted() {
        return restarted;
    }

    /// True for the packet with which a decoder can start.
    public boolean isKeyFrame() {
        return keyFrame;
    }

    public Codec codec() {
        return codec;
    }

    public int payloadType() {
        return payloadType;
    }

    /// The ring's bytes.
    public byte[] payload() {
        return payload;
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /// The absolute capture time, 0 without.
    public long captureNtp() {
        return captureNtp;
    }

    /// What its payload descriptor told.
    public PayloadPeek peek() {
        return peek;
    }

    /// True when it carries a dependency descriptor that could be read whole.
    public boolean hasDescriptor() {
        return hasDescriptor;
    }

    /// Meaningful with `hasDescriptor` only.
    public DependencyDescriptor descriptor() {
        return descriptor;
    }
}
