package io.parley.webrtc.ortc;

import java.util.List;

/// The role we take and the certificates the other side may show.
public record DtlsParameters(DtlsRole localRole, List<DtlsFingerprint> remoteFingerprints) {
    public DtlsParameters {
        remoteFingerprints = List.copyOf(remoteFingerprints);
    }
}
