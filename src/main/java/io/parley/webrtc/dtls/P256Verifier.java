package io.parley.webrtc.dtls;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.NullDigest;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.jspecify.annotations.Nullable;

/// Verifies what was signed with an ECDSA key on P-256 (RFC 8422 §5.4). Immutable.
final class P256Verifier implements TlsVerifier {
    private final ECPublicKeyParameters key;

    private P256Verifier(ECPublicKeyParameters key) {
        this.key = key;
    }

    /// Empty for a key on another curve; fails for one that is on none.
    static Optional<TlsVerifier> of(SubjectPublicKeyInfo info) throws IOException {
        boolean isP256 = X9ObjectIdentifiers.prime256v1.equals(info.getAlgorithm().getParameters());
        try {
            return isP256 && PublicKeyFactory.createKey(info) instanceof ECPublicKeyParameters key
                    ? Optional.of(new P256Verifier(key))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    @Override
    public @Nullable TlsStreamVerifier getStreamVerifier(DigitallySigned signature) {
        return null;
    }

    @Override
    public boolean verifyRawSignature(DigitallySigned signature, byte[] hash) throws TlsFatalAlert {
        SignatureAndHashAlgorithm algorithm = signature.getAlgorithm();
        if (algorithm != null && algorithm.getSignature() != SignatureAlgorithm.ecdsa) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
        var verifier = new DSADigestSigner(new ECDSASigner(), new NullDigest());
        verifier.init(false, key);
        verifier.update(hash, 0, hash.length);
        return verifier.verifySignature(signature.getSignature());
    }
}
