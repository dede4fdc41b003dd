package io.parley.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.jspecify.annotations.Nullable;

/// Our answers to Bouncy Castle's questions when we are the client. Owned by its handshake.
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's signatures
final class HandshakeClient extends AbstractTlsClient {
    private final DtlsSettings settings;
    private final RemoteIdentity identity;
    private final SrtpAgreement srtp;

    HandshakeClient(DtlsSettings settings, RemoteIdentity identity, SrtpAgreement srtp) {
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
        return HandshakeRules.clientSuites();
    }

    @Override
    protected Vector getSupportedGroups(Vector roles) {
        Vector groups = new Vector();
        for (int group : HandshakeRules.groups()) {
            groups.add(group);
        }
        return groups;
    }

    @Override
    protected Vector getSupportedSignatureAlgorithms() {
        return HandshakeRules.signatureAlgorithms();
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        srtp.offer(extensions);
        return extensions;
    }

    @Override
    public void processServerExtensions(@Nullable Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        srtp.onChosen(extensions);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate)
                    throws IOException {
                identity.verify(certificate.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return settings.certificate().signer(context);
            }
        };
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
