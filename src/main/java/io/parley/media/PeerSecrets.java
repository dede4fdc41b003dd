package io.parley.media;

import io.parley.webrtc.dtls.DtlsSecrets;
import java.util.Optional;

/// The keys of a peer's connection, with which another node can go on with it. Whoever has them can
/// read and forge its media: they leave a node only under another key. Immutable.
public final class PeerSecrets {
    private final DtlsSecrets dtls;

    PeerSecrets(DtlsSecrets dtls) {
        this.dtls = dtls;
    }

    /// Empty if they are not what [#toBytes] writes.
    public static Optional<PeerSecrets> fromBytes(byte[] bytes) {
        return DtlsSecrets.fromBytes(bytes).map(PeerSecrets::new);
    }

    public byte[] toBytes() {
        return dtls.toBytes();
    }

    DtlsSecrets dtls() {
        return dtls;
    }

    @Override
    public String toString() {
        return "PeerSecrets[" + dtls + "]";
    }
}
