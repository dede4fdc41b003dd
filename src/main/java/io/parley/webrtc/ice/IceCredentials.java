package io.parley.webrtc.ice;

import java.security.SecureRandom;
import java.util.Objects;

/// One side's username fragment and password (RFC 8445 §5.3).
public record IceCredentials(String usernameFragment, String password) {
    private static final String ICE_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int FRAGMENT_LENGTH = 12;
    private static final int PASSWORD_LENGTH = 32;

    /// RFC 8839 §5.4 asks for 4 and 22 characters at least and 256 at most.
    public IceCredentials {
        requireIceChars("username fragment", usernameFragment, 4);
        requireIceChars("password", password, 22);
    }

    /// Fresh credentials, as strong as their length in base 64.
    public static IceCredentials random(SecureRandom random) {
        return new IceCredentials(
                randomChars(random, FRAGMENT_LENGTH), randomChars(random, PASSWORD_LENGTH));
    }

    @Override
    public String toString() {
        return "IceCredentials[" + usernameFragment + "]";
    }

    private static String randomChars(SecureRandom random, int length) {
        var chars = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            chars.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return chars.toString();
    }

    /// Some agents use `-` and `_` too, so only what would break a USERNAME or an SDP line is
    /// refused.
    private static void requireIceChars(String name, String value, int minLength) {
        Objects.requireNonNull(value, name);
        if (value.length() < minLength || value.length() > 256) {
            throw new IllegalArgumentException(
                    "ICE " + name + " of " + value.length() + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c > '~' || c == ':') {
                throw new IllegalArgumentException("ICE " + name + " with an illegal character");
            }
        }
    }
}
