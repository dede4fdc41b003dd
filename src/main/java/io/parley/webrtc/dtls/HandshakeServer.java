package io.parley.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.jspecify.annotations.Nullable;

/// Our answers to Bouncy Castle's questions when we are the server. Owned by its handshake.
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signatures
final class HandshakeServer extends DefaultTlsServer {
    private final DtlsSettings settings;
    private final RemoteIdentity identity;
    private final SrtpAgreement srtp;

    HandshakeServer(DtlsSettings settings, RemoteIdentity identity, SrtpAgreement srtp) {
        super(settings.certificate().crypto());
        this.settings = settings;
        this.identity = identity;
        this.srtp = srtp;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return HandshakeRules.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return HandshakeRules.serverSuites();
    }

    @Override
    public int[] getSupportedGroups() {
        return HandshakeRules.groups();
    }

    @Override
    public void processClientExtensions(@Nullable Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        srtp.onOffered(extensions);
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        super.getServerExtensions();
        Hashtable extensions = serverExtensions;
        srtp.answer(extensions);
        return extensions;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() {
        return settings.certificate().signer(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, HandshakeRules.signatureAlgorithms(), null);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        identity.verify(certificate);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        srtp.onHandshakeComplete(context);
    }

    /// Without it RFC 7627 §5.4 forbids to export keys, and SRTP's keys are exported.
    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    /// The fingerprint vouches for the certificate, its own signature for nothing.
    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return Math.toIntExact(settings.handshakeTimeout().toMillis());
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return Math.toIntExact(settings.firstRetransmit().toMillis());
    }
}
