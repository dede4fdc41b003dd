package io.parley.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.junit.jupiter.api.Test;

/// Against the JDK's own X25519 and ECDSA.
class DtlsCryptoTest {
    private final JcaTlsCrypto crypto = DtlsCrypto.create(new SecureRandom());

    private TlsAgreement agreement() {
        return crypto.createECDomain(new TlsECConfig(NamedGroup.x25519)).createECDH();
    }

    private static KeyPair keys(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static SubjectPublicKeyInfo info(KeyPair keys) {
        return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    private static void assertAlert(int description, ThrowingCallable task) {
        assertThatExceptionOfType(TlsFatalAlert.class)
                .isThrownBy(task)
                .matches(alert -> alert.getAlertDescription() == description);
    }

    @Test
    void agreesWithTheJdk() throws GeneralSecurityException, IOException {
        KeyPair jdk = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] encoded = jdk.getPublic().getEncoded();
        var ours = agreement();
        var ownValue = new X25519PublicKeyParameters(ours.generateEphemeral());
        ours.receivePeerValue(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));

        var theirs = KeyAgreement.getInstance("X25519");
        theirs.init(jdk.getPrivate());
        byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(ownValue).getEncoded();
        theirs.doPhase(
                KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(spki)),
                true);

        assertThat(ours.calculateSecret().extract()).isEqualTo(theirs.generateSecret());
    }

    /// RFC 8422 §5.11.
    @Test
    void aValueThatMakesTheSecretZeroIsRefused() throws IOException {
        var ours = agreement();
        ours.generateEphemeral();
        ours.receivePeerValue(new byte[32]);
        assertAlert(AlertDescription.handshake_failure, ours::calculateSecret);
    }

    @Test
    void aValueOfAnotherLengthIsRefused() throws IOException {
        var ours = agreement();
        ours.generateEphemeral();
        assertAlert(AlertDescription.illegal_parameter, () -> ours.receivePeerValue(new byte[31]));
    }

    @Test
    void verifiesWhatTheJdkSigned() throws GeneralSecurityException, IOException {
        KeyPair keys = keys("secp256r1");
        byte[] hash = new byte[32];
        new SecureRandom().nextBytes(hash);
        var signer = Signature.getInstance("NONEwithECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(hash);
        var ecdsa =
                SignatureAndHashAlgorithm.getInstance(
                        HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
        var signed = new DigitallySigned(ecdsa, signer.sign());
        var verifier = P256Verifier.of(info(keys)).orElseThrow();

        assertThat(verifier.verifyRawSignature(signed, hash)).isTrue();
        assertThat(
                        P256Verifier.of(info(keys("secp256r1")))
                                .orElseThrow()
                                .verifyRawSignature(signed, hash))
                .isFalse();
        assertThat(verifier.verifyRawSignature(new DigitallySigned(ecdsa, new byte[5]), hash))
                .isFalse();
        hash[0] ^= 1;
        assertThat(verifier.verifyRawSignature(signed, hash)).isFalse();
    }

    @Test
    void otherCurvesAreLeftToTheJdk() throws GeneralSecurityException, IOException {
        assertThat(P256Verifier.of(info(keys("secp384r1")))).isEmpty();
    }

    @Test
    void aKeyThatIsNoPointOfTheCurveIsRefused() throws GeneralSecurityException {
        byte[] encoded = keys("secp256r1").getPublic().getEncoded();
        encoded[encoded.length - 1] ^= 1;
        assertAlert(
                AlertDescription.bad_certificate,
                () -> P256Verifier.of(SubjectPublicKeyInfo.getInstance(encoded)));
    }
}
