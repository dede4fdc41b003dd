package io.parley.webrtc.dtls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FingerprintTest {
    private static final byte[] ABC = "abc".getBytes(US_ASCII);

    @ParameterizedTest
    @CsvSource({
        "sha-1, A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D, true",
        "SHA-1, a9:99:3e:36:47:06:81:6a:ba:3e:25:71:78:50:c2:6c:9c:d0:d8:9d, true",
        "sha-1, A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9E, false",
        "sha-1, A9:99, false",
        "sha-1, '', false",
        "md5, 90:01:50:98:3C:D2:4F:B0:D6:96:3F:7D:28:E1:7F:72, false",
        "nonsense, A9:99, false",
    })
    void matchesKnownAlgorithmsInAnyCase(String algorithm, String value, boolean matches) {
        assertThat(new Fingerprint(algorithm, value).matches(ABC)).isEqualTo(matches);
    }

    @Test
    void announcesSha256InUpperCaseWithColons() {
        Fingerprint ours = Pair.CERTIFICATE_A.fingerprint();

        assertThat(ours.algorithm()).isEqualTo("sha-256");
        assertThat(ours.value()).hasSize(95).isEqualTo(ours.value().toUpperCase(Locale.ROOT));
        assertThat(Fingerprint.sha256(ABC).matches(ABC)).isTrue();
        assertThat(Fingerprint.sha256(ABC).value()).startsWith("BA:78:16:BF:8F:01:CF:EA");
    }
}
