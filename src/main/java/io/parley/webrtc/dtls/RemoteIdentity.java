package io.parley.webrtc.dtls;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.TlsFatalAlert;

/// Holds the peer to the certificate hashes of its SDP (RFC 8122 §5: one match is enough). Owned by
/// its handshake.
final class RemoteIdentity {
    private final List<Fingerprint> announced;

    private boolean refused;

    RemoteIdentity(List<Fingerprint> announced) {
        this.announced = List.copyOf(announced);
    }

    void verify(Certificate chain) throws IOException {
        if (chain.isEmpty() || !isAnnounced(chain.getCertificateAt(0).getEncoded())) {
            refused = true;
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "certificate does not match its SDP");
        }
    }

    boolean isRefused() {
        return refused;
    }

    private boolean isAnnounced(byte[] certificate) {
        for (Fingerprint fingerprint : announced) {
            if (fingerprint.matches(certificate)) {
                return true;
            }
        }
        return false;
    }
}
