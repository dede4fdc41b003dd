package io.parley.auth;

import java.time.Duration;
import java.util.Optional;

/// Makes tokens: for the command line and tests, and refreshed ones for participants.
public final class TokenMint {
    static final Duration MINIMUM_REFRESHED_LIFE = Duration.ofMinutes(10);

    private final ApiKeys keys;

    public TokenMint(ApiKeys keys) {
        this.keys = keys;
    }

    /// Signs the grants with that key; empty if the key is not known (any more).
    public Optional<String> mint(long epochMs, Grants grants, String apiKey, Duration life) {
        return sign(grants, apiKey, epochMs, epochMs + life.toMillis());
    }

    /// A token that says what `current` says and lives at least ten minutes. Deviates: every claim
    /// is kept and the key is the one that signed the original (LiveKit drops some and takes any
    /// key).
    public Optional<String> refresh(
            long epochMs, Grants current, String apiKey, long originalExpiresMs) {
        long expiresMs = Math.max(originalExpiresMs, epochMs + MINIMUM_REFRESHED_LIFE.toMillis());
        return sign(current, apiKey, epochMs, expiresMs);
    }

    private Optional<String> sign(Grants grants, String apiKey, long epochMs, long expiresMs) {
        var claims = grants.claims();
        claims.remove("identity");
        claims.put("iss", apiKey);
        if (!grants.identity().isEmpty()) {
            claims.put("sub", grants.identity());
        }
        claims.put("iat", epochMs / 1000);
        claims.put("nbf", epochMs / 1000);
        claims.put("exp", expiresMs / 1000);
        return keys.secret(apiKey).map(secret -> Jwt.sign(claims, secret));
    }
}
