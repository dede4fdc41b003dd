package io.parley.webrtc.dtls;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;

/// One key agreement over X25519 (RFC 7748 §5, RFC 8422 §5.11), with a key of its own. Owned by its
/// handshake.
final class X25519Agreement implements TlsAgreement {
    private final DtlsCrypto crypto;
    private final byte[] ownKey = new byte[X25519.SCALAR_SIZE];
    private byte[] peerValue = new byte[0];

    X25519Agreement(DtlsCrypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public byte[] generateEphemeral() {
        byte[] own = new byte[X25519.POINT_SIZE];
        X25519.generatePrivateKey(crypto.getSecureRandom(), ownKey);
        X25519.generatePublicKey(ownKey, 0, own, 0);
        return own;
    }

    @Override
    public void receivePeerValue(byte[] value) throws TlsFatalAlert {
        if (value.length != X25519.POINT_SIZE) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
        peerValue = value.clone();
    }

    /// Refuses a result of zeros, as RFC 8422 §5.11 demands.
    @Override
    public TlsSecret calculateSecret() throws TlsFatalAlert {
        byte[] secret = new byte[X25519.POINT_SIZE];
        try {
            if (!X25519.calculateAgreement(ownKey, 0, peerValue, 0, secret, 0)) {
                throw new TlsFatalAlert(AlertDescription.handshake_failure);
            }
            return crypto.createSecret(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(ownKey, (byte) 0);
        }
    }
}
