package io.parley.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A compact JSON web token (RFC 7519) in its parts, unverified until [#isSignedWith].
record Jwt(ObjectNode header, ObjectNode claims, String signedPart, String signature) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

    static Jwt parse(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            throw new MalformedTokenException("token contains an invalid number of segments");
        }
        return new Jwt(
                object(token.substring(0, first)),
                object(token.substring(first + 1, second)),
                token.substring(0, second),
                token.substring(second + 1));
    }

    static String sign(ObjectNode claims, String secret) {
        String signedPart = HEADER + "." + encode(claims.toString());
        return signedPart
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(signedPart, secret));
    }

    String algorithm() {
        return header.path("alg").asText();
    }

    boolean isSignedWith(String secret) {
        return MessageDigest.isEqual(hmac(signedPart, secret), decode(signature));
    }

    private static byte[] hmac(String text, String secret) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length == 0) {
            throw new IllegalStateException("an API secret is empty");
        }
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode object(String part) {
        return parseObject(new String(decode(part), StandardCharsets.UTF_8));
    }

    static ObjectNode parseObject(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new MalformedTokenException("not JSON: " + e.getOriginalMessage());
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedTokenException("not a JSON object");
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new MalformedTokenException("not base64url");
        }
    }
}
