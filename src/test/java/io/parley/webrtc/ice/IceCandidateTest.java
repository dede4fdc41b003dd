package io.parley.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceCandidateTest {
    private static final String CHROME_TCP =
            "candidate:3498147984 1 tcp 1518280447 192.168.1.4 9 typ host tcptype active"
                    + " generation 0 ufrag Ab+/ network-id 1 network-cost 10";
    private static final String SRFLX =
            "a=candidate:842163049 1 UDP 1677729535 203.0.113.9 46154 typ srflx"
                    + " raddr 10.0.0.1 rport 46154 generation 0";

    @Test
    void readsChromesTcpCandidate() {
        IceCandidate candidate = IceCandidate.parse(CHROME_TCP);

        assertThat(candidate.transport()).isEqualTo(Transport.TCP);
        assertThat(candidate.tcpType()).isEqualTo(TcpType.ACTIVE);
        assertThat(candidate.priority()).isEqualTo(1_518_280_447L);
        assertThat(candidate.port()).isEqualTo(9);
        assertThat(candidate.usernameFragment()).isEqualTo("Ab+/");
        assertThat(candidate.isMdns()).isFalse();
    }

    @Test
    void readsAServerReflexiveCandidateWithItsBase() {
        IceCandidate candidate = IceCandidate.parse(SRFLX);

        assertThat(candidate.type()).isEqualTo(CandidateType.SRFLX);
        assertThat(candidate.relatedAddress()).isEqualTo("10.0.0.1");
        assertThat(candidate.relatedPort()).isEqualTo(46154);
        assertThat(IceCandidate.parse(candidate.format())).isEqualTo(candidate);
    }

    @Test
    void flagsMdnsNames() {
        String line = "candidate:1 1 udp 2113937151 0f6c-11.local 51000 typ host";

        assertThat(IceCandidate.parse(line).isMdns()).isTrue();
    }

    @Test
    void formatsWhatItReads() {
        IceCandidate udp = IceCandidate.host(Transport.UDP, "192.0.2.7", 7882, 0);
        IceCandidate tcp = IceCandidate.host(Transport.TCP, "2001:db8::1", 7881, 1);

        assertThat(IceCandidate.parse(udp.format())).isEqualTo(udp);
        assertThat(IceCandidate.parse("a=" + tcp.format())).isEqualTo(tcp);
        assertThat(tcp.format()).contains(" tcp ").endsWith("tcptype passive");
    }

    @Test
    void prefersUdpToTcpAndIpv6ToIpv4AndTheFirstInterface() {
        long best = IceCandidate.host(Transport.UDP, "2001:db8::1", 1, 0).priority();
        long v4 = IceCandidate.host(Transport.UDP, "192.0.2.1", 1, 0).priority();
        long second = IceCandidate.host(Transport.UDP, "192.0.2.2", 1, 1).priority();
        long tcp = IceCandidate.host(Transport.TCP, "2001:db8::1", 1, 0).priority();

        assertThat(best).isGreaterThan(v4);
        assertThat(v4).isGreaterThan(second);
        assertThat(second).isGreaterThan(tcp);
        assertThat(best >>> 24).isEqualTo(126);
        assertThat(best & 0xFF).isEqualTo(255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "candidate:",
                "candidate:1 1 udp 1 192.0.2.1 1",
                "candidate:1 1 udp 1 192.0.2.1 1 type host",
                "candidate:1 1 sctp 1 192.0.2.1 1 typ host",
                "candidate:1 1 udp 1 192.0.2.1 1 typ moon",
                "candidate:1 1 udp 4294967296 192.0.2.1 1 typ host",
                "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
                "candidate:1 x udp 1 192.0.2.1 1 typ host",
                "candidate:1 1 tcp 1 192.0.2.1 1 typ host tcptype slow",
                "candidate: 1 udp 1 192.0.2.1 1 typ host",
            })
    void refusesMalformedLines(String line) {
        assertThatThrownBy(() -> IceCandidate.parse(line))
                .isInstanceOf(MalformedCandidateException.class);
    }

    @Test
    void survivesTruncationAndMutation() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var line = new StringBuilder(i % 2 == 0 ? CHROME_TCP : SRFLX);
            line.setLength(random.nextInt(line.length() + 1));
            if (!line.isEmpty()) {
                line.setCharAt(random.nextInt(line.length()), (char) random.nextInt(128));
            }
            assertThat(isParsedOrRefused(line.toString())).isTrue();
        }
    }

    private static boolean isParsedOrRefused(String line) {
        try {
            return IceCandidate.parse(line).port() >= 0;
        } catch (MalformedCandidateException _) {
            return true;
        }
    }

    @Test
    void neverAsksANameServer() {
        assertThat(RemoteAddress.of("example.org", 1)).isNull();
        assertThat(RemoteAddress.of("0.0.0.0", 1)).isNull();
        assertThat(RemoteAddress.of("224.0.0.1", 1)).isNull();
        assertThat(RemoteAddress.of("192.0.2.1", 0)).isNull();
        assertThat(RemoteAddress.of("2001:db8::1", 1)).isNotNull();
    }

    @Test
    void makesCredentialsOfIceChars() {
        var credentials = IceCredentials.random(new SecureRandom());

        assertThat(credentials.usernameFragment()).matches("[A-Za-z0-9+/]{4,16}");
        assertThat(credentials.password()).matches("[A-Za-z0-9+/]{24,}");
        assertThat(credentials.toString()).doesNotContain(credentials.password());
        assertThatThrownBy(() -> new IceCredentials("a:bcd", credentials.password()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
