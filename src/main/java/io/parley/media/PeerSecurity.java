package io.parley.media;

import io.parley.webrtc.dtls.DtlsAssociation;
import io.parley.webrtc.dtls.DtlsEvent;
import io.parley.webrtc.dtls.DtlsSettings;
import io.parley.webrtc.dtls.Fingerprint;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpProfile;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A peer's DTLS association: begins when both the remote fingerprints and a path are known, begins
/// anew when the fingerprints change (RFC 8842 §5.5). Handshakes run elsewhere; what they say comes
/// back here. Owned by its peer.
final class PeerSecurity {
    private static final Logger log = LoggerFactory.getLogger(PeerSecurity.class);
    private static final List<SrtpProfile> GCM_ONLY = List.of(SrtpProfile.AEAD_AES_128_GCM);
    private static final List<SrtpProfile> GCM_FIRST =
            List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES128_CM_HMAC_SHA1_80);

    private final Peer peer;
    private final MediaPlane plane;
    private final HandshakeGroup handshakes;
    private final boolean gcmOnly;
    private final byte[] plain = new byte[UdpSocket.MAX_DATAGRAM_BYTES];

    private @Nullable DtlsParameters parameters;
    private @Nullable DtlsAssociation association;
    private @Nullable SrtpKeys keys;
    private boolean begun;
    private boolean failed;

    PeerSecurity(Peer peer, MediaPlane plane, HandshakeGroup handshakes, boolean gcmOnly) {
        this.peer = peer;
        this.plane = plane;
        this.handshakes = handshakes;
        this.gcmOnly = gcmOnly;
    }

    void start(long nowNs, DtlsParameters wanted, boolean hasPath) {
        DtlsParameters known = parameters;
        if (known != null && known.remoteFingerprints().equals(wanted.remoteFingerprints())) {
            return;
        }
        if (association != null) {
            association.close(false);
        }
        parameters = wanted;
        keys = null;
        failed = false;
        begun = false;
        association = newAssociation(wanted);
        if (hasPath) {
            onPath();
        }
    }

    private DtlsAssociation newAssociation(DtlsParameters wanted) {
        var role =
                wanted.localRole() == DtlsRole.CLIENT
                        ? io.parley.webrtc.dtls.DtlsRole.CLIENT
                        : io.parley.webrtc.dtls.DtlsRole.SERVER;
        DtlsSettings settings =
                DtlsSettings.of(role, plane.certificate(), gcmOnly ? GCM_ONLY : GCM_FIRST)
                        .within(handshakes);
        return new Created(settings).association;
    }

    /// Ties an association to the events and datagrams it causes, so that those of a replaced one
    /// are recognised.
    private final class Created {
        private final DtlsAssociation association;

        Created(DtlsSettings settings) {
            this.association =
                    new DtlsAssociation(
                            settings, plane.handshakes(), this::onDatagramOut, this::onEvent);
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
        DtlsAssociation waiting = association;
        DtlsParameters wanted = parameters;
        if (waiting == null || wanted == null || begun) {
            return;
        }
        begun = true;
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
                peer.onSecured(nowNs);
                DtlsAssociation current = association;
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
        DtlsAssociation current = association;
        if (current == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return false;
        }
        if (keys == null) {
            current.onDatagram(b, offset, length);
            return false;
        }
        int opened = current.open(b, offset, length, plain, 0);
        drain(nowNs, current, opened);
        return opened > 0;
    }

    private void drain(long nowNs, DtlsAssociation current, int first) {
        for (int opened = first; opened > 0; opened = current.openPending(plain, 0)) {
            peer.onPlainData(nowNs, plain, 0, opened);
        }
    }

    void seal(byte[] bytes, int offset, int length) {
        DtlsAssociation current = association;
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

    void close(boolean sayGoodbye) {
        if (association != null) {
            association.close(sayGoodbye);
        }
    }
}
