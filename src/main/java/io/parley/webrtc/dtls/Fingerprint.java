package io.parley.webrtc.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/// A certificate's hash as it stands in SDP (RFC 8122 §5): `sha-256` and upper-case hex with
/// colons.
public record Fingerprint(String algorithm, String value) {
    private static final Set<String> KNOWN =
            Set.of("sha-1", "sha-224", "sha-256", "sha-384", "sha-512");
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

    /// The hash that we announce for this certificate (DER).
    public static Fingerprint sha256(byte[] certificate) {
        return new Fingerprint("sha-256", hash("sha-256", certificate));
    }

    /// Whether this is the hash of the certificate. An unknown algorithm never matches.
    public boolean matches(byte[] certificate) {
        String name = algorithm.toLowerCase(Locale.ROOT);
        return KNOWN.contains(name) && hash(name, certificate).equalsIgnoreCase(value.strip());
    }

    private static String hash(String algorithm, byte[] certificate) {
        try {
            String jdkName = algorithm.toUpperCase(Locale.ROOT);
            return HEX.formatHex(MessageDigest.getInstance(jdkName).digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks " + algorithm, e);
        }
    }
}
