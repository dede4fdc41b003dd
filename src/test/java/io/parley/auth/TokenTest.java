package io.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import livekit.LivekitModels.ParticipantInfo.Kind;
import livekit.LivekitModels.ParticipantInfo.KindDetail;
import livekit.LivekitModels.TrackSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenTest {
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final long NOW_S = NOW_MS / 1000;
    private static final String INVALID = "invalid authorization token: ";

    private final ApiKeys keys = new ApiKeys(Map.of("devkey", "secret", "other", "another"));
    private final TokenVerifier verifier = new TokenVerifier(keys);
    private final TokenMint mint = new TokenMint(keys);

    private static String token(String header, String claims, String secret) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        if (header.contains("HS256")) {
            return Jwt.sign(Jwt.parseObject(claims), secret);
        }
        return encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private static String signed(String claims) {
        return token("HS256", claims, "secret");
    }

    private static String claims(String more) {
        return "{\"iss\":\"devkey\",\"sub\":\"alice\",\"exp\":" + (NOW_S + 60) + more + "}";
    }

    private String rejection(String token) {
        return ((TokenOutcome.Rejected) verifier.verify(NOW_MS, token)).text();
    }

    private Grants grants(String more) {
        return ((TokenOutcome.Verified) verifier.verify(NOW_MS, signed(claims(more)))).grants();
    }

    @Test
    void readsATokenMadeByAnotherLibrary() {
        // The example of RFC 7515 appendix A.1 is HS256 with an issuer that is not ours.
        String rfc =
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
                        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assertThat(rejection(rfc)).isEqualTo("invalid API key");
    }

    @ParameterizedTest
    @CsvSource({"''", "abc", "a.b", "a.b.c", "a.b.c.d", "e30.W10.x", "e30.e30.%%%"})
    void refusesWhatIsNoJwt(String token) {
        assertThat(rejection(token)).startsWith("invalid");
    }

    @Test
    void refusesWithLiveKitsTexts() {
        assertThat(rejection("nonsense")).isEqualTo("invalid authorization token");
        assertThat(rejection(signed("{\"iss\":\"nobody\"}"))).isEqualTo("invalid API key");
        assertThat(rejection(signed("{\"sub\":\"alice\"}"))).isEqualTo("invalid API key");
        assertThat(rejection(token("HS256", claims(""), "wrong")))
                .isEqualTo(INVALID + "token signature is invalid: signature is invalid");
        assertThat(rejection(token("{\"alg\":\"none\"}", claims(""), "")))
                .isEqualTo(INVALID + "token signature is invalid: signing method none is invalid");
        assertThat(rejection(token("{\"alg\":\"HS384\"}", claims(""), "")))
                .isEqualTo(INVALID + "token signature is invalid: signing method HS384 is invalid");
        assertThat(rejection(signed("{\"iss\":\"devkey\"}")))
                .isEqualTo(
                        INVALID
                                + "token has invalid claims: token is missing required claim: exp"
                                + " claim is required");
    }

    @ParameterizedTest
    @CsvSource({"-61,false", "-60,false", "-59,true", "1,true"})
    void givesExpiryAMinuteOfLeeway(int expiresInS, boolean isAccepted) {
        var outcome =
                verifier.verify(
                        NOW_MS,
                        signed("{\"iss\":\"devkey\",\"exp\":" + (NOW_S + expiresInS) + "}"));
        assertThat(outcome instanceof TokenOutcome.Verified).isEqualTo(isAccepted);
    }

    @ParameterizedTest
    @CsvSource({"61,false", "60,true", "-5,true"})
    void givesNotBeforeAMinuteOfLeeway(int validInS, boolean isAccepted) {
        var outcome = verifier.verify(NOW_MS, signed(claims(",\"nbf\":" + (NOW_S + validInS))));
        assertThat(outcome instanceof TokenOutcome.Verified).isEqualTo(isAccepted);
    }

    @Test
    void takesTheIdentityFromTheSubjectElseFromTheTokenId() {
        assertThat(grants(",\"jti\":\"bob\",\"identity\":\"eve\"").identity()).isEqualTo("alice");
        var outcome =
                verifier.verify(
                        NOW_MS,
                        signed(
                                "{\"iss\":\"devkey\",\"jti\":\"bob\",\"identity\":\"eve\",\"exp\":"
                                        + (NOW_S + 60)
                                        + "}"));
        assertThat(((TokenOutcome.Verified) outcome).grants().identity()).isEqualTo("bob");
    }

    @Test
    void appliesTheDefaultsOfUnsetGrants() {
        var video = grants(",\"video\":{\"roomJoin\":true,\"room\":\"r\"}").video();

        assertThat(video.canPublish()).isTrue();
        assertThat(video.canSubscribe()).isTrue();
        assertThat(video.canPublishData()).isTrue();
        assertThat(video.canUpdateOwnMetadata()).isFalse();
        assertThat(grants(",\"video\":{\"canPublish\":false}").video().canPublishData()).isFalse();
        assertThat(grants(",\"video\":{\"canPublish\":null}").video().canPublish()).isTrue();
        assertThat(grants("").hasVideo()).isFalse();
    }

    @Test
    void refusesAClaimOfTheWrongType() {
        assertThat(rejection(signed(claims(",\"video\":{\"canPublish\":\"false\"}"))))
                .isEqualTo(INVALID + "token is malformed: could not JSON decode claim: canPublish");
        assertThat(rejection(signed(claims(",\"video\":true")))).startsWith(INVALID);
        assertThat(rejection(signed(claims(",\"attributes\":{\"a\":1}")))).startsWith(INVALID);
        assertThat(rejection(signed(claims(",\"roomConfig\":{\"emptyTimeout\":\"x\"}"))))
                .startsWith(INVALID);
    }

    @Test
    void readsEveryClaim() {
        var grants =
                grants(
                        """
                        ,"name":"Alice","kind":"agent","kindDetails":["cloud_agent","future","simulation"],
                        "metadata":"m","attributes":{"a":"1"},"roomPreset":"p","sha256":"h",
                        "roomConfig":{"emptyTimeout":7,"tags":{"x":"y"}},
                        "video":{"canPublishSources":["camera","screen_share"]}
                        """);

        assertThat(grants.name()).isEqualTo("Alice");
        assertThat(grants.kind()).isEqualTo(Kind.AGENT);
        assertThat(grants.isDependent()).isTrue();
        assertThat(grants.kindDetails()).containsExactly(KindDetail.CLOUD_AGENT_VALUE, 5);
        assertThat(grants.metadata()).isEqualTo("m");
        assertThat(grants.attributes()).containsEntry("a", "1");
        assertThat(grants.roomPreset()).isEqualTo("p");
        assertThat(grants.sha256()).isEqualTo("h");
        assertThat(grants.roomConfig().getEmptyTimeout()).isEqualTo(7);
        assertThat(grants.video().permission().getCanPublishSourcesList())
                .isEqualTo(List.of(TrackSource.CAMERA, TrackSource.SCREEN_SHARE));
    }

    @Test
    void keepsEveryClaimInARefreshedToken() {
        var grants = grants(",\"sip\":{\"admin\":true},\"agent\":{\"admin\":true},\"future\":[1]");
        var changed =
                grants.withName("New")
                        .withMetadata("mm")
                        .withAttributes(Map.of("k", "v"))
                        .withPermission(
                                grants.video().permission().toBuilder()
                                        .setCanPublish(false)
                                        .addCanPublishSources(TrackSource.CAMERA)
                                        .build());

        String token = mint.refresh(NOW_MS, changed, "other", NOW_MS + 1000).orElseThrow();
        var read = (TokenOutcome.Verified) verifier.verify(NOW_MS, token);

        assertThat(read.grants())
                .usingRecursiveComparison()
                .ignoringFields("claimsJson")
                .isEqualTo(changed);
        assertThat(read.apiKey()).isEqualTo("other");
        assertThat(read.expiresMs()).isEqualTo(NOW_MS + 600_000);
        assertThat(read.issuedMs()).isEqualTo(NOW_MS);
        assertThat(read.grants().claimsJson()).contains("sip", "future");
        assertThat(read.grants().video().canPublish()).isFalse();
        assertThat(read.grants().video().canPublishSources()).containsExactly("camera");
    }

    @Test
    void neverShortensALife() {
        long expiresMs = NOW_MS + Duration.ofHours(5).toMillis();
        String token =
                mint.refresh(NOW_MS, Grants.joining("a", "r"), "devkey", expiresMs).orElseThrow();

        var read = (TokenOutcome.Verified) verifier.verify(NOW_MS, token);
        assertThat(read.expiresMs()).isEqualTo(expiresMs);
    }

    @Test
    void doesNotSignWithAnUnknownKey() {
        assertThat(mint.mint(NOW_MS, Grants.NONE, "gone", Duration.ofHours(1))).isEmpty();
    }

    @Test
    void makesASideConnectionThatOnlyPublishes() {
        var side = Grants.joining("alice", "r").publishingOnly("screen");

        assertThat(side.identity()).isEqualTo("alice#screen");
        assertThat(side.video().canSubscribe()).isFalse();
    }

    @Test
    void survivesMutatedTokens() {
        var random = new Random(7);
        String token = signed(claims(",\"video\":{\"roomJoin\":true}"));
        for (int i = 0; i < 5_000; i++) {
            var mutated = new StringBuilder(token);
            mutated.setCharAt(random.nextInt(token.length()), (char) (33 + random.nextInt(94)));
            if (random.nextBoolean()) {
                mutated.setLength(random.nextInt(token.length()));
            }
            var outcome = verifier.verify(NOW_MS, mutated.toString());
            if (outcome instanceof TokenOutcome.Verified verified) {
                assertThat(verified.grants().identity()).isEqualTo("alice");
            }
        }
    }
}
