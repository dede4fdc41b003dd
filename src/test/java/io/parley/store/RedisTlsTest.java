package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import io.parley.cluster.Await;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with a certificate of an authority that only the settings know, and one that wants to
/// see the client's too.
class RedisTlsTest {
    private static final X500Name AUTHORITY = new X500Name("CN=authority");

    @TempDir private Path folder;

    private final RedisFixture fixture = new RedisFixture();

    private static KeyPair keyPair() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(KeyPair of, X500Name name, KeyPair by, Extension extension)
            throws Exception {
        var now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        AUTHORITY,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(Duration.ofHours(1))),
                        name,
                        of.getPublic());
        builder.addExtension(extension);
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private Path pem(String name, String type, byte[] bytes) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type));
    }

    private Future<RedisStore> connect(String host, int port, Tls tls) {
        var settings =
                new RedisSettings(
                        new Servers.Single(host + ":" + port),
                        Login.NONE,
                        0,
                        tls,
                        RedisSettings.USUAL_TIMEOUT,
                        RedisSettings.USUAL_TIMEOUT);
        return RedisStore.connect(fixture.vertx, settings, "ND_a");
    }

    @Test
    void checksTheServersCertificateAndShowsItsOwn() throws Exception {
        var authority = keyPair();
        var isAuthority =
                Extension.create(Extension.basicConstraints, true, new BasicConstraints(true));
        String ca =
                pem(
                                "ca.pem",
                                "CERTIFICATE",
                                sign(authority, AUTHORITY, authority, isAuthority).getEncoded())
                        .toString();
        var keys = keyPair();
        var names = new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        var forAddress = Extension.create(Extension.subjectAlternativeName, false, names);
        var certificate = sign(keys, new X500Name("CN=redis"), authority, forAddress);
        String cert = pem("cert.pem", "CERTIFICATE", certificate.getEncoded()).toString();
        String key = pem("key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded()).toString();
        int port = TestNode.freeTcpPort();
        try (var _ =
                RedisServer.start(
                        "--tls-port",
                        String.valueOf(port),
                        "--tls-cert-file",
                        cert,
                        "--tls-key-file",
                        key,
                        "--tls-ca-cert-file",
                        ca)) {
            var store = connect("127.0.0.1", port, new Tls(true, false, ca, cert, key));
            Await.result(Await.result(store).open("a", 1));
            Await.result(connect("localhost", port, new Tls(true, true, "", cert, key)));

            assertRefused(connect("localhost", port, new Tls(true, false, ca, cert, key)));
            assertRefused(connect("127.0.0.1", port, new Tls(true, false, "", cert, key)));
            assertRefused(connect("127.0.0.1", port, new Tls(true, false, ca, "", "")));
            assertRefused(connect("127.0.0.1", port, Tls.OFF));
        } finally {
            fixture.close();
        }
    }

    private static void assertRefused(Future<RedisStore> connecting) {
        assertThat(Await.failure(connecting)).isInstanceOf(RedisAwayException.class);
    }
}
