package io.parley.webrtc.ice;

import java.util.Locale;

/// Reads a candidate line token by token (RFC 8839 §5.1). Extensions that nobody here needs are
/// skipped in pairs.
final class CandidateLine {
    private static final String ATTRIBUTE = "a=";
    private static final String NAME = "candidate:";
    private static final int MANDATORY_TOKENS = 8;
    private static final long MAX_PRIORITY = 0xFFFF_FFFFL;

    private String relatedAddress = "";
    private int relatedPort;
    private TcpType tcpType = TcpType.NONE;
    private String usernameFragment = "";

    private CandidateLine() {}

    static IceCandidate parse(String line) {
        return new CandidateLine().read(line.strip());
    }

    private IceCandidate read(String line) {
        String body = line.startsWith(ATTRIBUTE) ? line.substring(ATTRIBUTE.length()) : line;
        if (!body.startsWith(NAME)) {
            throw new MalformedCandidateException("no candidate line");
        }
        String[] tokens = body.substring(NAME.length()).split(" +", -1);
        if (tokens.length < MANDATORY_TOKENS || !tokens[6].equals("typ")) {
            throw new MalformedCandidateException("candidate line cut short");
        }
        String foundation = tokens[0];
        if (foundation.isEmpty() || foundation.length() > 32) {
            throw new MalformedCandidateException("foundation has a bad length");
        }
        if (tokens[4].isEmpty() || tokens[4].length() > 255) {
            throw new MalformedCandidateException("address has a bad length");
        }
        Transport transport = transport(tokens[2]);
        readExtensions(tokens);
        return new IceCandidate(
                foundation,
                (int) number(tokens[1], 256),
                transport,
                number(tokens[3], MAX_PRIORITY),
                tokens[4],
                (int) number(tokens[5], 65_535),
                type(tokens[7]),
                transport == Transport.UDP ? TcpType.NONE : tcpType,
                relatedAddress,
                relatedPort,
                usernameFragment);
    }

    private void readExtensions(String[] tokens) {
        for (int i = MANDATORY_TOKENS; i + 1 < tokens.length; i += 2) {
            String value = tokens[i + 1];
            switch (tokens[i]) {
                case "raddr" -> relatedAddress = value;
                case "rport" -> relatedPort = (int) number(value, 65_535);
                case "tcptype" -> tcpType = tcpType(value);
                case "ufrag" -> usernameFragment = value;
                default -> {}
            }
        }
    }

    private static Transport transport(String token) {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            default -> throw new MalformedCandidateException("unknown transport");
        };
    }

    private static CandidateType type(String token) {
        for (CandidateType type : CandidateType.values()) {
            if (type.token().equals(token)) {
                return type;
            }
        }
        throw new MalformedCandidateException("unknown candidate type");
    }

    private static TcpType tcpType(String token) {
        for (TcpType type : TcpType.values()) {
            if (type.token().equals(token)) {
                return type;
            }
        }
        throw new MalformedCandidateException("unknown TCP type");
    }

    private static long number(String token, long max) {
        if (token.isEmpty() || token.length() > 10) {
            throw new MalformedCandidateException("number has a bad length");
        }
        long value = 0;
        for (int i = 0; i < token.length(); i++) {
            int digit = token.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedCandidateException("not a number");
            }
            value = value * 10 + digit;
        }
        if (value > max) {
            throw new MalformedCandidateException("number out of range");
        }
        return value;
    }
}
