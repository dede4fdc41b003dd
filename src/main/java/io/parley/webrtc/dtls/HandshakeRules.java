package io.parley.webrtc.dtls;

import java.util.Arrays;
import java.util.Vector;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;

/// What both roles offer and take. AES-GCM only: RFC 8827 §6.5 makes it mandatory, and the JDK's
/// provider has no ChaCha20 under the name that Bouncy Castle asks for.
final class HandshakeRules {
    private static final int[] ECDSA_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    };
    private static final int[] RSA_SUITES = {
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    };
    private static final int[] GROUPS = {
        NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1,
    };

    private static final short[] SIGNATURES = {SignatureAlgorithm.ecdsa, SignatureAlgorithm.rsa};
    private static final short[] HASHES = {
        HashAlgorithm.sha256, HashAlgorithm.sha384, HashAlgorithm.sha512,
    };

    private HandshakeRules() {}

    /// As client also suites for RSA: the certificate that decides is the peer's.
    static int[] clientSuites() {
        int[] all = Arrays.copyOf(ECDSA_SUITES, ECDSA_SUITES.length + RSA_SUITES.length);
        System.arraycopy(RSA_SUITES, 0, all, ECDSA_SUITES.length, RSA_SUITES.length);
        return all;
    }

    /// As server only suites for our own certificate.
    static int[] serverSuites() {
        return ECDSA_SUITES.clone();
    }

    static int[] groups() {
        return GROUPS.clone();
    }

    /// No RSA-PSS: Bouncy Castle asks for it under a name that the JDK's provider does not know.
    @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's signature
    static Vector signatureAlgorithms() {
        Vector algorithms = new Vector();
        for (short signature : SIGNATURES) {
            for (short hash : HASHES) {
                algorithms.add(SignatureAndHashAlgorithm.getInstance(hash, signature));
            }
        }
        return algorithms;
    }

    static ProtocolVersion[] versions() {
        return ProtocolVersion.DTLSv12.only();
    }
}
