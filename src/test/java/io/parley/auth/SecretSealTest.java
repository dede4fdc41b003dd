package io.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SecretSealTest {
    private static final byte[] SECRET = "keys".getBytes(StandardCharsets.UTF_8);

    private static SecretSeal seal(String... keysAndSecrets) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndSecrets.length; i += 2) {
            keys.put(keysAndSecrets[i], keysAndSecrets[i + 1]);
        }
        return new SecretSeal(new ApiKeys(keys));
    }

    @Test
    void anotherNodeWithTheSameSecretsOpensIt() {
        byte[] sealed = seal("a", "1", "b", "2").seal(SECRET, "for x");

        assertThat(seal("b", "2", "a", "1").open(sealed, "for x")).contains(SECRET);
    }

    @Test
    void nobodyElseDoesAndForNothingElse() {
        var seal = seal("a", "1");
        byte[] sealed = seal.seal(SECRET, "for x");
        byte[] forged = sealed.clone();
        forged[20] ^= 1;

        assertThat(seal("a", "2").open(sealed, "for x")).isEmpty();
        assertThat(seal.open(sealed, "for y")).isEmpty();
        assertThat(seal.open(forged, "for x")).isEmpty();
        assertThat(seal.open(new byte[0], "for x")).isEmpty();
        assertThat(seal.open(new byte[28], "for x")).isEmpty();
    }

    @Test
    void theSameSecretNeverLooksTheSame() {
        var seal = seal("a", "1");

        assertThat(seal.seal(SECRET, "")).isNotEqualTo(seal.seal(SECRET, ""));
    }
}
