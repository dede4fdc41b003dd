package io.parley.media;

import io.parley.webrtc.dtls.DtlsAssociation;
import io.parley.webrtc.dtls.DtlsCertificate;
import io.parley.webrtc.dtls.DtlsEvent;
import io.parley.webrtc.dtls.DtlsHandshakes;
import io.parley.webrtc.dtls.DtlsRole;
import io.parley.webrtc.dtls.DtlsSettings;
import io.parley.webrtc.srtp.SrtpFactory;
import io.parley.webrtc.srtp.SrtpProfile;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads and runs what the first peers would else wait for: a handshake with oneself, a few sealed
/// packets. In a training run this is also what fills the AOT cache.
final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final long LIMIT_S = 10;
    private static final List<SrtpProfile> PROFILES = List.of(SrtpProfile.AEAD_AES_128_GCM);

    private final DtlsCertificate certificate;
    private final DtlsHandshakes handshakes;
    private final CountDownLatch connected = new CountDownLatch(2);

    WarmUp(DtlsCertificate certificate, DtlsHandshakes handshakes) {
        this.certificate = certificate;
        this.handshakes = handshakes;
    }

    void run() {
        SrtpFactory.warmUp();
        log.debug("SRTP is ready backend={}", SrtpFactory.backend());
        var ends = new Ends();
        ends.server.start(List.of(certificate.fingerprint()));
        ends.client.start(List.of(certificate.fingerprint()));
        try {
            if (!connected.await(LIMIT_S, TimeUnit.SECONDS)) {
                log.debug("the warm-up handshake did not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        ends.client.close(false);
        ends.server.close(false);
    }

    private void onEvent(DtlsEvent event) {
        if (event instanceof DtlsEvent.Connected) {
            connected.countDown();
        }
    }

    /// Two associations that hand their datagrams to each other.
    private final class Ends {
        private final DtlsAssociation client = association(DtlsRole.CLIENT);
        private final DtlsAssociation server = association(DtlsRole.SERVER);

        private DtlsAssociation association(DtlsRole role) {
            return new DtlsAssociation(
                    DtlsSettings.of(role, certificate, PROFILES),
                    handshakes,
                    (b, off, length) -> other(role).onDatagram(b, off, length),
                    WarmUp.this::onEvent);
        }

        private DtlsAssociation other(DtlsRole role) {
            return role == DtlsRole.CLIENT ? server : client;
        }
    }
}
