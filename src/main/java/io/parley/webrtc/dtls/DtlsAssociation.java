package io.parley.webrtc.dtls;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/// One DTLS association with a peer (RFC 6347). Owned by its peer's media loop; only [#handshake]
/// runs elsewhere, and ends before the loop first touches what it made.
///
/// | phase | input | next |
/// |---|---|---|
/// | IDLE | `start`; as server also the first datagram | SHAKING |
/// | SHAKING | handshake done: `Connected` | CONNECTED |
/// | SHAKING | handshake failed: `Failed` | CLOSED |
/// | CONNECTED | the peer's close_notify or fatal alert: `Closed` | CLOSED |
/// | any | `close` | CLOSED |
///
/// On `Connected` the loop calls [#openPending] until it returns 0, for what came with the last
/// flight.
public final class DtlsAssociation implements DtlsRecords {
    private enum Phase {
        IDLE,
        SHAKING,
        CONNECTED,
        CLOSED
    }

    private static final int CLOSED = -1;
    private static final int RECEIVE_WAIT_MS = 1;

    private final DtlsSettings settings;
    private final DtlsHandshakes handshakes;
    private final DtlsListener events;
    private final DatagramPipe pipe;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

    private @Nullable RemoteIdentity identity;
    private volatile @Nullable DTLSTransport records;

    public DtlsAssociation(
            DtlsSettings settings, DtlsHandshakes handshakes, DtlsSink sink, DtlsListener events) {
        this.settings = settings;
        this.handshakes = handshakes;
        this.events = events;
        this.pipe = new DatagramPipe(sink, settings.mtu());
    }

    /// Begins with the hashes of the peer's SDP: as client with a ClientHello, as server when the
    /// peer's arrives, or has arrived. Later calls do nothing.
    public void start(List<Fingerprint> remoteFingerprints) {
        if (identity == null) {
            identity = new RemoteIdentity(remoteFingerprints);
            if (settings.role() == DtlsRole.CLIENT || !pipe.isEmpty()) {
                submit(identity);
            }
        }
    }

    /// A datagram before `Connected` was handled: kept, within bounds, for the handshake's thread
    /// or for [#openPending].
    public void onDatagram(byte[] buffer, int off, int length) {
        if (phase.get() == Phase.CLOSED) {
            return;
        }
        pipe.offer(buffer, off, length);
        if (identity != null && !pipe.isEmpty()) {
            submit(identity);
        }
    }

    /// A datagram after `Connected`.
    @Override
    public int open(byte[] datagram, int off, int length, byte[] dst, int dstOff) {
        if (phase.get() != Phase.CONNECTED) {
            onDatagram(datagram, off, length);
            return openPending(dst, dstOff);
        }
        pipe.lend(datagram, off, length);
        int opened = openPending(dst, dstOff);
        pipe.endLoan();
        return opened;
    }

    @Override
    public int openPending(byte[] dst, int dstOff) {
        DTLSTransport transport = records;
        if (transport == null || phase.get() != Phase.CONNECTED) {
            return phase.get() == Phase.CLOSED ? CLOSED : 0;
        }
        int room = dst.length - dstOff;
        try {
            while (!pipe.isClosed()) {
                int opened = transport.receivePending(dst, dstOff, room);
                if (opened <= 0) {
                    opened = transport.receive(dst, dstOff, room, RECEIVE_WAIT_MS);
                }
                if (opened > 0) {
                    return opened;
                }
            }
        } catch (DatagramPipe.Drained _) {
            if (!pipe.isClosed()) {
                return 0;
            }
        } catch (IOException _) {
            pipe.mute();
        }
        onClosedByPeer();
        return CLOSED;
    }

    @Override
    public void seal(byte[] plain, int off, int length) {
        DTLSTransport transport = records;
        if (transport == null || phase.get() != Phase.CONNECTED) {
            return;
        }
        try {
            transport.send(plain, off, length);
        } catch (IOException e) {
            throw new IllegalStateException("could not seal a DTLS record", e);
        }
    }

    @Override
    public void close(boolean notify) {
        if (!notify) {
            pipe.mute();
        }
        Phase before = phase.getAndSet(Phase.CLOSED);
        DTLSTransport transport = records;
        records = null;
        if (before == Phase.CONNECTED && transport != null) {
            try {
                transport.close();
            } catch (IOException _) {
                pipe.mute();
            }
        } else {
            pipe.abort();
        }
    }

    public boolean isConnected() {
        return phase.get() == Phase.CONNECTED;
    }

    private void submit(RemoteIdentity remote) {
        if (!phase.compareAndSet(Phase.IDLE, Phase.SHAKING)) {
            return;
        }
        try {
            HandshakeTurns.Turn turn = handshakes.nextTurn(settings.group());
            handshakes.execute(() -> handshake(remote, turn));
        } catch (RejectedExecutionException _) {
            fail(DtlsFailure.OVERLOADED, "too many handshakes are waiting");
        }
    }

    private void handshake(RemoteIdentity remote, HandshakeTurns.Turn turn) {
        SrtpAgreement srtp = new SrtpAgreement(settings.profiles());
        try {
            pipe.compute(turn);
            if (phase.get() == Phase.CLOSED) {
                return;
            }
            DTLSTransport transport = shakeHands(remote, srtp);
            pipe.establish();
            records = transport;
            if (phase.compareAndSet(Phase.SHAKING, Phase.CONNECTED)) {
                events.onDtlsEvent(new DtlsEvent.Connected(srtp.secrets()));
            } else {
                records = null;
            }
        } catch (IOException e) {
            pipe.flush();
            fail(failureOf(e, remote, srtp), reasonOf(e));
        } finally {
            turn.give();
        }
    }

    private DTLSTransport shakeHands(RemoteIdentity remote, SrtpAgreement srtp) throws IOException {
        return switch (settings.role()) {
            case CLIENT ->
                    new DTLSClientProtocol()
                            .connect(new HandshakeClient(settings, remote, srtp), pipe);
            case SERVER ->
                    new DTLSServerProtocol()
                            .accept(new HandshakeServer(settings, remote, srtp), pipe);
        };
    }

    private static DtlsFailure failureOf(IOException e, RemoteIdentity remote, SrtpAgreement srtp) {
        if (remote.isRefused()) {
            return DtlsFailure.FINGERPRINT_MISMATCH;
        }
        if (srtp.isFailed()) {
            return DtlsFailure.NO_SRTP_PROFILE;
        }
        return switch (e) {
            case TlsTimeoutException _ -> DtlsFailure.TIMEOUT;
            case TlsFatalAlertReceived _ -> DtlsFailure.ALERT_RECEIVED;
            default -> DtlsFailure.PROTOCOL;
        };
    }

    private static String reasonOf(IOException e) {
        return e instanceof TlsFatalAlertReceived alert
                ? AlertDescription.getText(alert.getAlertDescription())
                : String.valueOf(e.getMessage());
    }

    private void fail(DtlsFailure failure, String reason) {
        if (phase.compareAndSet(Phase.SHAKING, Phase.CLOSED)) {
            events.onDtlsEvent(new DtlsEvent.Failed(failure, reason));
        }
    }

    private void onClosedByPeer() {
        records = null;
        if (phase.compareAndSet(Phase.CONNECTED, Phase.CLOSED)) {
            events.onDtlsEvent(new DtlsEvent.Closed());
        }
    }
}
