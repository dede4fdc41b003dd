package io.parley.media;

import io.parley.webrtc.dtls.AdoptedAssociation;
import io.parley.webrtc.dtls.DtlsAssociation;
import io.parley.webrtc.dtls.DtlsEvent;
import io.parley.webrtc.dtls.DtlsRecords;
import io.parley.webrtc.dtls.DtlsSettings;
import io.parley.webrtc.dtls.Fingerprint;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.srtp.RollOvers;
import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpProfile;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A peer's DTLS association: begins when both the remote fingerprints and a path are known, begins
/// anew when the fingerprints change (RFC 8842 §5.5). Handshakes run elsewhere; what they say comes
/// back here. One that another node left goes on as soon as there is a path. Owned by its peer.
final class PeerSecurity {
    private static final Logger log = LoggerFactory.getLogger(PeerSecurity.class);
    private static final List<SrtpProfile> GCM_ONLY = List.of(SrtpProfile.AEAD_AES_128_GCM);
    private static final List<SrtpProfile> GCM_FIRST =
            List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES128_CM_HMAC_SHA1_80);

    private final Peer peer;
    private final MediaPlane plane;
    private final HandshakeGroup handshakes;
    private final PeerSettings settings;
    private final byte[] plain = new byte[UdpSocket.MAX_DATAGRAM_BYTES];

    private @Nullable DtlsParameters parameters;
    private @Nullable DtlsRecords association;
    private @Nullable SrtpKeys keys;
    private PeerSettings.@Nullable Adoption adopted;
    private boolean begun;
    private boolean failed;

    PeerSecurity(Peer peer, MediaPlane plane, HandshakeGroup handshakes, PeerSettings settings) {
        this.peer = peer;
        this.plane = plane;
        this.handshakes = handshakes;
        this.settings = settings;
        this.adopted = settings.adopted();
    }

    void start(long nowNs, DtlsParameters wanted, boolean hasPath) {
        DtlsParameters known = parameters;
        if (known != null && known.remoteFingerprints().equals(wanted.remoteFingerprints())) {
            return;
        }
        if (known != null) {
            close(false);
            adopted = null;
        }
        parameters = wanted;
        keys = null;
        failed = false;
        begun = false;
        association = adopted == null ? newAssociation(wanted) : null;
        if (hasPath) {
            onPath();
        }
    }

    private DtlsAssociation newAssociation(DtlsParameters wanted) {
        var role =
                wanted.localRole() == DtlsRole.CLIENT
                        ? io.parley.webrtc.dtls.DtlsRole.CLIENT
                        : io.parley.webrtc.dtls.DtlsRole.SERVER;
        DtlsSettings terms =
                DtlsSettings.of(
                                role,
                                plane.certificate(),
                                settings.gcmOnly() ? GCM_ONLY : GCM_FIRST)
                        .within(handshakes);
        return new Created(terms).association;
    }

    /// Ties an association to the events and datagrams it causes, so that those of a replaced one
    /// are recognised.
    private final class Created {
        private final DtlsAssociation association;

        Created(DtlsSettings terms) {
            this.association =
                    new DtlsAssociation(
                            terms, plane.handshakes(), this::onDatagramOut, this::onEvent);
        }

        /// Called on the handshake's thread while it runs, on the loop afterwards.
        private void onDatagramOut(byte[] buffer, int offset, int length) {
            if (peer.loop().isCurrentThread()) {
                peer.transmit(buffer, offset, length);
                return;
            }
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
            peer.onLoop(() -> peer.transmit(copy, 0, copy.length));
        }

        private void onEvent(DtlsEvent event) {
            peer.onLoop(() -> {
                if (PeerSecurity.this.association == association && !peer.isClosed()) {
                    PeerSecurity.this.onEvent(event);
                }
            });
        }
    }

    /// ICE has a path: a handshake that waited for one begins.
    void onPath() {
        DtlsParameters wanted = parameters;
        PeerSettings.Adoption left = adopted;
        if (wanted == null || begun) {
            return;
        }
        begun = true;
        if (left != null) {
            goOn(left);
        } else if (association instanceof DtlsAssociation waiting) {
            shakeHands(waiting, wanted);
        }
    }

    private void goOn(PeerSettings.Adoption left) {
        var secrets = left.secrets().dtls();
        association = new AdoptedAssociation(secrets, left.owners(), peer::transmit, this::onEvent);
        keys = secrets.srtp();
        log.debug("dtls goes on peer={} owners={}", peer.label(), left.owners());
        peer.onSecured(peer.loop().nowNs());
    }

    private static void shakeHands(DtlsAssociation waiting, DtlsParameters wanted) {
        waiting.start(wanted.remoteFingerprints().stream().map(PeerSecurity::fingerprint).toList());
    }

    private static Fingerprint fingerprint(DtlsFingerprint stated) {
        return new Fingerprint(stated.algorithm(), stated.value());
    }

    private void onEvent(DtlsEvent event) {
        switch (event) {
            case DtlsEvent.Connected connected -> {
                keys = connected.keys();
                log.debug(
                        "dtls connected peer={} profile={}",
                        peer.label(),
                        connected.keys().profile());
                long nowNs = peer.loop().nowNs();
                peer.emit(new PeerEvent.Secured(new PeerSecrets(connected.secrets())));
                peer.onSecured(nowNs);
                DtlsRecords current = association;
                if (current != null) {
                    drain(nowNs, current, current.openPending(plain, 0));
                }
            }
            case DtlsEvent.Failed(var failure, var detail) -> {
                failed = true;
                log.info("dtls failed peer={} failure={} detail={}", peer.label(), failure, detail);
                peer.onSecurityFailed(PeerEvent.DTLS + failure);
            }
            case DtlsEvent.Closed() -> {
                log.debug("dtls closed by the other side peer={}", peer.label());
                peer.emit(new PeerEvent.Goodbye());
            }
        }
    }

    /// True when it held application data under our keys; the handshake's records are anybody's.
    boolean onDatagram(long nowNs, byte[] b, int offset, int length) {
        DtlsRecords current = association;
        if (keys == null && current instanceof DtlsAssociation shaking) {
            shaking.onDatagram(b, offset, length);
            return false;
        }
        if (keys == null || current == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return false;
        }
        int opened = current.open(b, offset, length, plain, 0);
        drain(nowNs, current, opened);
        return opened > 0;
    }

    private void drain(long nowNs, DtlsRecords current, int first) {
        for (int opened = first; opened > 0; opened = current.openPending(plain, 0)) {
            peer.onPlainData(nowNs, plain, 0, opened);
        }
    }

    void seal(byte[] bytes, int offset, int length) {
        DtlsRecords current = association;
        if (current == null || keys == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return;
        }
        current.seal(bytes, offset, length);
    }

    boolean isConnected() {
        return keys != null;
    }

    boolean hasFailed() {
        return failed;
    }

    /// The client of the handshake uses even stream ids (RFC 8832 §6).
    boolean isDtlsClient() {
        return parameters != null && parameters.localRole() == DtlsRole.CLIENT;
    }

    SrtpKeys keys() {
        SrtpKeys agreed = keys;
        if (agreed == null) {
            throw new IllegalStateException("no keys before the handshake is done");
        }
        return agreed;
    }

    /// Of the client's streams, which another node may have heard before.
    RollOvers rollOvers() {
        RollOvers.Listener told = (ssrc, count) -> peer.emit(new PeerEvent.RolledOver(ssrc, count));
        PeerSettings.Adoption left = adopted;
        return left == null ? RollOvers.fresh(told) : RollOvers.adopted(left.rollOvers(), told);
    }

    void close(boolean sayGoodbye) {
        DtlsRecords current = association;
        if (current != null) {
            current.close(sayGoodbye);
        }
    }
}
