package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    private static final InetAddress WILDCARD = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress LOOPBACK6 = InetAddress.ofLiteral("::1");
    private static final InetAddress OF_A_NAT = InetAddress.ofLiteral("203.0.113.9");

    private static Set<InetAddress> toBind(List<InetAddress> advertised) throws IOException {
        return LocalAddresses.toBind(
                new MediaSettings(List.of(0), 0, List.of(), advertised, false));
    }

    @Test
    void oneIpv4AddressIsServedByTheWildcard() throws IOException {
        assertThat(toBind(List.of(LOOPBACK, LOOPBACK6))).containsExactly(WILDCARD, LOOPBACK6);
    }

    @Test
    void anAddressThatIsNotOursIsServedByTheWildcard() throws IOException {
        assertThat(toBind(List.of(OF_A_NAT, LOOPBACK))).containsExactly(WILDCARD);
    }

    @Test
    void severalOfOursHaveASocketEach() throws IOException {
        List<InetAddress> ours =
                LocalAddresses.advertisable(true, AddressFilter.ALL).stream()
                        .filter(Inet4Address.class::isInstance)
                        .toList();
        assertThat(toBind(ours))
                .containsExactlyElementsOf(ours.size() == 1 ? List.of(WILDCARD) : ours);
    }
}
