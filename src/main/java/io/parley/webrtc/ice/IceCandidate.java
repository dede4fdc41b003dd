package io.parley.webrtc.ice;

import java.util.Locale;

/// One candidate line (RFC 8839 §5.1, RFC 6544 §4.5). `relatedAddress` and `usernameFragment` are
/// empty when the line has none.
public record IceCandidate(
        String foundation,
        int component,
        Transport transport,
        long priority,
        String address,
        int port,
        CandidateType type,
        TcpType tcpType,
        String relatedAddress,
        int relatedPort,
        String usernameFragment) {
    private static final int MAX_LINE_LENGTH = 1024;

    /// pion's `tcpPriorityOffset`: a TCP host stays below every direct UDP type (media.md §1.4).
    private static final int TCP_PREFERENCE_OFFSET = 27;

    /// A local host candidate. `preference` counts interfaces in order, 0 being the best.
    public static IceCandidate host(Transport transport, String address, int port, int preference) {
        boolean ipv6 = address.indexOf(':') >= 0;
        return new IceCandidate(
                foundation(CandidateType.HOST, transport, address),
                1,
                transport,
                priority(CandidateType.HOST, transport, localPreference(ipv6, preference)),
                address,
                port,
                CandidateType.HOST,
                transport == Transport.TCP ? TcpType.PASSIVE : TcpType.NONE,
                "",
                0,
                "");
    }

    /// Reads `candidate:…`, with or without `a=` before it.
    public static IceCandidate parse(String line) {
        return CandidateLine.parse(checkedLength(line));
    }

    /// The line without `a=`.
    public String format() {
        var line = new StringBuilder(96);
        line.append("candidate:").append(foundation).append(' ').append(component).append(' ');
        line.append(transport.name().toLowerCase(Locale.ROOT)).append(' ').append(priority);
        line.append(' ').append(address).append(' ').append(port);
        line.append(" typ ").append(type.token());
        if (!relatedAddress.isEmpty()) {
            line.append(" raddr ").append(relatedAddress).append(" rport ").append(relatedPort);
        }
        if (tcpType != TcpType.NONE) {
            line.append(" tcptype ").append(tcpType.token());
        }
        if (!usernameFragment.isEmpty()) {
            line.append(" ufrag ").append(usernameFragment);
        }
        return line.toString();
    }

    /// True for a name that only the sender's own link can resolve.
    public boolean isMdns() {
        return address.toLowerCase(Locale.ROOT).endsWith(".local");
    }

    /// RFC 8445 §5.1.2.1 for component 1, with the lower type preference of TCP (RFC 6544 §4.2).
    public static long priority(CandidateType type, Transport transport, int localPreference) {
        boolean lowered = transport == Transport.TCP && type != CandidateType.RELAY;
        int typePreference = type.preference() - (lowered ? TCP_PREFERENCE_OFFSET : 0);
        return ((long) typePreference << 24) | ((long) (localPreference & 0xFFFF) << 8) | 255;
    }

    /// IPv6 before IPv4, then the interfaces in their order (RFC 8421 §4 in its simplest form).
    /// Fits below the direction preference of RFC 6544 §4.2, which for one passive socket is a
    /// constant.
    public static int localPreference(boolean ipv6, int interfaceIndex) {
        int order = Math.clamp(interfaceIndex, 0, 1023);
        return 0x7C00 + (ipv6 ? 1024 : 0) - 1 - order;
    }

    /// Same type, address and transport give the same foundation (RFC 8445 §5.1.1.3).
    private static String foundation(CandidateType type, Transport transport, String address) {
        int hash = (type.token() + transport + address).hashCode();
        return Integer.toUnsignedString(hash);
    }

    private static String checkedLength(String line) {
        if (line.length() > MAX_LINE_LENGTH) {
            throw new MalformedCandidateException("line of " + line.length() + " characters");
        }
        return line;
    }
}
