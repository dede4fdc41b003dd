package io.parley.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/// Verifies tokens as LiveKit does: HS256 only, `exp` required, a minute of leeway; the texts are
/// those that clients see.
public final class TokenVerifier {
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private static final TokenOutcome UNREADABLE =
            new TokenOutcome.Rejected("invalid authorization token");

    private final ApiKeys keys;

    public TokenVerifier(ApiKeys keys) {
        this.keys = keys;
    }

    /// What the token is worth at that wall clock time.
    public TokenOutcome verify(long epochMs, String token) {
        Jwt jwt;
        String apiKey;
        try {
            jwt = Jwt.parse(token);
            apiKey = new Claims(jwt.claims()).text("iss");
        } catch (MalformedTokenException _) {
            return UNREADABLE;
        }
        var secret = keys.secret(apiKey);
        if (secret.isEmpty()) {
            return new TokenOutcome.Rejected("invalid API key");
        }
        try {
            return verify(epochMs, jwt, apiKey, secret.get());
        } catch (MalformedTokenException e) {
            return invalid("token is malformed: " + e.getMessage());
        }
    }

    private static TokenOutcome verify(long epochMs, Jwt jwt, String apiKey, String secret) {
        if (!jwt.algorithm().equals("HS256")) {
            return invalid(
                    "token signature is invalid: signing method "
                            + jwt.algorithm()
                            + " is invalid");
        }
        if (!jwt.isSignedWith(secret)) {
            return invalid("token signature is invalid: signature is invalid");
        }
        var claims = new Claims(jwt.claims());
        long expiresMs = claims.timeMs("exp");
        if (expiresMs == 0) {
            return invalid(
                    "token has invalid claims: token is missing required claim: exp claim is"
                            + " required");
        }
        if (epochMs >= expiresMs + LEEWAY.toMillis()) {
            return invalid("token has invalid claims: token is expired");
        }
        if (epochMs < claims.timeMs("nbf") - LEEWAY.toMillis()) {
            return invalid("token has invalid claims: token is not valid yet");
        }
        long issuedMs = claims.has("iat") ? claims.timeMs("iat") : claims.timeMs("nbf");
        return new TokenOutcome.Verified(grants(claims), apiKey, issuedMs, expiresMs);
    }

    private static Grants grants(Claims claims) {
        String subject = claims.text("sub");
        ObjectNode node = claims.node().deepCopy();
        node.put("identity", subject.isEmpty() ? claims.text("jti") : subject);
        return Grants.from(node);
    }

    private static TokenOutcome invalid(String cause) {
        return new TokenOutcome.Rejected("invalid authorization token: " + cause);
    }
}
