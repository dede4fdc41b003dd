package io.parley.room.negotiation;

import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.IceParameters;
import java.util.List;

/// Our side of the transport as it stands in SDP. `candidates` are whole `candidate:…` lines; they
/// are written followed by end-of-candidates, and an empty list means that they are trickled.
public record LocalTransport(
        IceParameters ice, DtlsFingerprint fingerprint, List<String> candidates) {
    public LocalTransport {
        candidates = List.copyOf(candidates);
    }

    LocalTransport withIce(IceParameters other) {
        return new LocalTransport(other, fingerprint, candidates);
    }
}
