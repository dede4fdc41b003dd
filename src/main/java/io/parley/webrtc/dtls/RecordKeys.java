package io.parley.webrtc.dtls;

import java.util.Arrays;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;

/// The keys and implicit nonces that protect an association's records with AES-GCM (RFC 5288 §3):
/// ours to seal with, the peer's to open with. Immutable.
final class RecordKeys {
    static final int IV_LENGTH = 4;

    private static final int KEY_LENGTH = 16;
    private static final int LONG_KEY_LENGTH = 32;

    private final byte[] localKey;
    private final byte[] localIv;
    private final byte[] remoteKey;
    private final byte[] remoteIv;

    RecordKeys(byte[] localKey, byte[] localIv, byte[] remoteKey, byte[] remoteIv) {
        this.localKey = localKey;
        this.localIv = localIv;
        this.remoteKey = remoteKey;
        this.remoteIv = remoteIv;
    }

    /// Splits the key block (RFC 5246 §6.3): client key, server key, client IV, server IV. Only
    /// while Bouncy Castle tells that the handshake is complete: it forgets the master secret then.
    static RecordKeys of(TlsContext context) {
        SecurityParameters agreed = context.getSecurityParametersConnection();
        int key = keyLength(agreed.getCipherSuite());
        byte[] server = agreed.getServerRandom();
        byte[] client = agreed.getClientRandom();
        byte[] seed = Arrays.copyOf(server, server.length + client.length);
        System.arraycopy(client, 0, seed, server.length, client.length);
        byte[] block =
                agreed.getMasterSecret()
                        .deriveUsingPRF(
                                agreed.getPRFAlgorithm(),
                                ExporterLabel.key_expansion,
                                seed,
                                2 * (key + IV_LENGTH))
                        .extract();
        byte[] clientKey = Arrays.copyOfRange(block, 0, key);
        byte[] serverKey = Arrays.copyOfRange(block, key, 2 * key);
        byte[] clientIv = Arrays.copyOfRange(block, 2 * key, 2 * key + IV_LENGTH);
        byte[] serverIv = Arrays.copyOfRange(block, 2 * key + IV_LENGTH, block.length);
        return context.isServer()
                ? new RecordKeys(serverKey, serverIv, clientKey, clientIv)
                : new RecordKeys(clientKey, clientIv, serverKey, serverIv);
    }

    /// Of the suites in [HandshakeRules].
    private static int keyLength(int suite) {
        return switch (suite) {
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 ->
                    KEY_LENGTH;
            case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 ->
                    LONG_KEY_LENGTH;
            default -> throw new IllegalStateException("a suite that nobody offered: " + suite);
        };
    }

    static boolean isKeyLength(int length) {
        return length == KEY_LENGTH || length == LONG_KEY_LENGTH;
    }

    byte[] localKey() {
        return localKey;
    }

    byte[] localIv() {
        return localIv;
    }

    byte[] remoteKey() {
        return remoteKey;
    }

    byte[] remoteIv() {
        return remoteIv;
    }
}
