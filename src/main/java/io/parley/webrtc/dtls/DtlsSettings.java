package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.SrtpProfile;
import java.time.Duration;
import java.util.List;

/// How an association shakes hands. `profiles` are the SRTP profiles we offer, or choose from, in
/// our order. `group` is what its handshake is a part of.
public record DtlsSettings(
        DtlsRole role,
        DtlsCertificate certificate,
        List<SrtpProfile> profiles,
        Duration handshakeTimeout,
        Duration firstRetransmit,
        int mtu,
        HandshakeGroup group) {
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration FIRST_RETRANSMIT = Duration.ofMillis(100);
    public static final int MTU = 1200;

    private static final int MIN_MTU = 300;

    public DtlsSettings {
        profiles = List.copyOf(profiles);
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("no SRTP profile to offer");
        }
        if (!handshakeTimeout.isPositive() || !firstRetransmit.isPositive() || mtu < MIN_MTU) {
            throw new IllegalArgumentException(
                    "timeouts must be positive, mtu at least " + MIN_MTU);
        }
    }

    /// The usual timeouts and MTU; in no group.
    public static DtlsSettings of(
            DtlsRole role, DtlsCertificate certificate, List<SrtpProfile> profiles) {
        return new DtlsSettings(
                role,
                certificate,
                profiles,
                HANDSHAKE_TIMEOUT,
                FIRST_RETRANSMIT,
                MTU,
                new HandshakeGroup());
    }

    public DtlsSettings within(HandshakeGroup newGroup) {
        return new DtlsSettings(
                role, certificate, profiles, handshakeTimeout, firstRetransmit, mtu, newGroup);
    }
}
