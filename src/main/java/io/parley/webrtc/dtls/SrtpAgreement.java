package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/// The `use_srtp` extension of one handshake (RFC 5764 §4.1) and the secrets that come of the
/// handshake. Owned by it.
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's extensions are a raw Hashtable
final class SrtpAgreement {
    private static final byte[] NO_MKI = new byte[0];

    private final List<SrtpProfile> profiles;

    private @Nullable SrtpProfile agreed;
    private @Nullable DtlsSecrets secrets;
    private boolean failed;

    SrtpAgreement(List<SrtpProfile> profiles) {
        this.profiles = profiles;
    }

    /// As client: offers ours, in our order.
    void offer(Hashtable extensions) throws IOException {
        int[] ids = profiles.stream().mapToInt(SrtpProfile::id).toArray();
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids, NO_MKI));
    }

    /// As client: takes the one that the server chose.
    void onChosen(@Nullable Hashtable extensions) throws IOException {
        int[] ids = ids(extensions);
        if (ids.length == 1) {
            agreeOn(ids);
        }
        requireAgreement();
    }

    /// As server: chooses the first of ours that the client offers.
    void onOffered(@Nullable Hashtable extensions) throws IOException {
        agreeOn(ids(extensions));
        requireAgreement();
    }

    /// As server: tells the client.
    void answer(Hashtable extensions) throws IOException {
        SrtpProfile profile = requireAgreement();
        TlsSRTPUtils.addUseSRTPExtension(
                extensions, new UseSRTPData(new int[] {profile.id()}, NO_MKI));
    }

    void onHandshakeComplete(TlsContext context) throws IOException {
        SrtpProfile profile = requireAgreement();
        byte[] exported =
                context.exportKeyingMaterial(
                        ExporterLabel.dtls_srtp, null, profile.exportedLength());
        SrtpKeys keys = SrtpKeys.fromExporter(profile, exported, !context.isServer());
        secrets = new DtlsSecrets(keys, RecordKeys.of(context));
    }

    boolean isFailed() {
        return failed;
    }

    DtlsSecrets secrets() {
        DtlsSecrets result = secrets;
        if (result == null) {
            throw new IllegalStateException("no secrets before the handshake is complete");
        }
        return result;
    }

    private static int[] ids(@Nullable Hashtable extensions) throws IOException {
        UseSRTPData data = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        return data == null ? new int[0] : data.getProtectionProfiles();
    }

    private void agreeOn(int[] ids) {
        for (SrtpProfile profile : profiles) {
            for (int id : ids) {
                if (agreed == null && profile.id() == id) {
                    agreed = profile;
                }
            }
        }
    }

    private SrtpProfile requireAgreement() throws IOException {
        SrtpProfile profile = agreed;
        if (profile == null) {
            failed = true;
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "no common SRTP profile");
        }
        return profile;
    }
}
