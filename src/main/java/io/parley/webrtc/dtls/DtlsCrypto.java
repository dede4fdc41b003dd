package io.parley.webrtc.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsVerifier;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/// The cryptography of handshakes and records: the JDK's, except for the two steps of a handshake
/// that cost it most, X25519 and the verification of ECDSA P-256 signatures. Bouncy Castle's own
/// code needs two fifths of the time for these, and less than a third on a node that has shaken few
/// hands yet. It computes X25519 in constant time, and who verifies has no secret; what touches a
/// key that lives longer than a handshake stays with the JDK. Safe on any thread.
final class DtlsCrypto extends JcaTlsCrypto {
    private DtlsCrypto(SecureRandom random, SecureRandom nonces) {
        super(new DefaultJcaJceHelper(), random, nonces);
    }

    /// Nonces, which everybody sees, come from a generator of their own.
    static JcaTlsCrypto create(SecureRandom random) {
        return new JcaTlsCryptoProvider() {
            @Override
            public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
                return new DtlsCrypto(keys, nonces);
            }
        }.create(random);
    }

    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        return config.getNamedGroup() == NamedGroup.x25519
                ? () -> new X25519Agreement(this)
                : super.createECDomain(config);
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
        TlsCertificate parsed = super.createCertificate(type, encoding);
        return parsed instanceof JcaTlsCertificate x509 ? new VerifyingCertificate(x509) : parsed;
    }

    private final class VerifyingCertificate extends JcaTlsCertificate {
        VerifyingCertificate(JcaTlsCertificate parsed) {
            super(DtlsCrypto.this, parsed.getX509Certificate());
        }

        @Override
        public TlsVerifier createVerifier(short signatureAlgorithm) throws IOException {
            TlsVerifier checked = super.createVerifier(signatureAlgorithm);
            return signatureAlgorithm == SignatureAlgorithm.ecdsa
                    ? P256Verifier.of(getSubjectPublicKeyInfo()).orElse(checked)
                    : checked;
        }
    }
}
