package io.parley.webrtc.ice;

/// Which transports an agent uses: the fall-back to TCP ignores UDP candidates and checks.
public enum CandidateFilter {
    ALL,
    UDP_ONLY,
    TCP_ONLY;

    boolean takes(Transport transport) {
        return switch (this) {
            case ALL -> true;
            case UDP_ONLY -> transport == Transport.UDP;
            case TCP_ONLY -> transport == Transport.TCP;
        };
    }
}
