package io.parley.cluster;

import java.util.random.RandomGenerator;

/// LiveKit's ids: a prefix and twelve characters that nobody can confuse when reading aloud.
public final class Guid {
    private static final String ALPHABET =
            "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int LENGTH = 12;

    private Guid() {}

    public static String next(String prefix, RandomGenerator random) {
        var text = new StringBuilder(prefix.length() + LENGTH).append(prefix);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
