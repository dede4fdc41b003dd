package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.JdkCiphers;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// An association that another process shook hands for, and that goes on here: the peer notices
/// nothing. Records of DTLS 1.2 with AES-GCM (RFC 6347 §4.1, RFC 5288 §3); there is no handshake
/// any more, and what looks like one is dropped. Owned by its peer's media loop.
///
/// No sequence number may be used twice under one key, and the peer takes none that is older than
/// its last: each owner has a range of its own, and those of later owners are higher.
public final class AdoptedAssociation implements DtlsRecords {
    /// With 2^24 sequence numbers to each, for there are 48 bits. Owners are counted by seconds, so
    /// that an owner has so many for each second of its time.
    public static final long MAX_OWNERS = (1 << 24) - 1;

    private static final int CLOSED = -1;
    private static final int HEADER = RecordFilter.RECORD_HEADER;
    private static final int EXPLICIT_NONCE = 8;
    private static final int TAG = 16;
    private static final int OVERHEAD = HEADER + EXPLICIT_NONCE + TAG;
    private static final int NONCE = RecordKeys.IV_LENGTH + EXPLICIT_NONCE;
    private static final int FATAL = 2;
    private static final int CLOSE_NOTIFY = 0;
    private static final byte[] NOTHING = {};
    private static final byte[] GOODBYE = {1, CLOSE_NOTIFY};
    private static final int CIPHER_EPOCH = 1;
    private static final int RANGE_BITS = 24;
    private static final int WINDOW = 64;

    private final DtlsSink sink;
    private final DtlsListener events;
    private final SecretKeySpec localKey;
    private final SecretKeySpec remoteKey;
    private final Cipher sealing = JdkCiphers.gcm();
    private final Cipher opening = JdkCiphers.gcm();
    private final byte[] sealNonce;
    private final byte[] openNonce;
    private final byte[] associated = new byte[HEADER];

    private long nextSequence;
    private long highest = -1;
    private long seen;
    private byte[] lent = NOTHING;
    private int at;
    private int end;
    private boolean closed;

    /// Goes on at once.
    ///
    /// @param owner which one this is, later than all before: from 1 to [#MAX_OWNERS], for whoever
    ///   shook hands is 0
    public AdoptedAssociation(DtlsSecrets secrets, long owner, DtlsSink sink, DtlsListener events) {
        if (owner < 1 || owner > MAX_OWNERS) {
            throw new IllegalArgumentException("no record numbers for owner " + owner);
        }
        RecordKeys keys = secrets.records();
        this.sink = sink;
        this.events = events;
        this.localKey = new SecretKeySpec(keys.localKey(), "AES");
        this.remoteKey = new SecretKeySpec(keys.remoteKey(), "AES");
        this.sealNonce = Arrays.copyOf(keys.localIv(), NONCE);
        this.openNonce = Arrays.copyOf(keys.remoteIv(), NONCE);
        this.nextSequence = owner << RANGE_BITS;
    }

    /// The datagram is borrowed until [#openPending] has returned 0.
    @Override
    public int open(byte[] datagram, int off, int length, byte[] dst, int dstOff) {
        lent = datagram;
        at = off;
        end = off + RecordFilter.accepted(datagram, off, length);
        return openPending(dst, dstOff);
    }

    @Override
    public int openPending(byte[] dst, int dstOff) {
        while (at < end && !closed) {
            int record = at;
            int size = HEADER + uint16(record + 11);
            at += size;
            int opened = openRecord(record, size, dst, dstOff);
            if (opened > 0 && lent[record] == RecordFilter.APPLICATION_DATA) {
                return opened;
            }
            if (opened == 2 && lent[record] == RecordFilter.ALERT) {
                onAlert(dst[dstOff], dst[dstOff + 1]);
            }
        }
        return closed ? CLOSED : 0;
    }

    /// The length of what it held, 0 if it is a forgery, a repetition or nothing of ours.
    private int openRecord(int record, int size, byte[] dst, int dstOff) {
        long sequence = uint48(record + 5);
        if (uint16(record + 3) != CIPHER_EPOCH || isOld(sequence)) {
            return 0;
        }
        int body = record + HEADER + EXPLICIT_NONCE;
        int sealed = size - HEADER - EXPLICIT_NONCE;
        System.arraycopy(lent, record + HEADER, openNonce, RecordKeys.IV_LENGTH, EXPLICIT_NONCE);
        try {
            opening.init(Cipher.DECRYPT_MODE, remoteKey, new GCMParameterSpec(8 * TAG, openNonce));
            associate(lent[record], sequence, sealed - TAG);
            opening.updateAAD(associated);
            int opened = opening.doFinal(lent, body, sealed, dst, dstOff);
            accept(sequence);
            return opened;
        } catch (AEADBadTagException _) {
            return 0;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open a DTLS record", e);
        }
    }

    /// RFC 6347 §4.1.2.6.
    private boolean isOld(long sequence) {
        long behind = highest - sequence;
        return behind >= WINDOW || (behind >= 0 && (seen >>> behind & 1) != 0);
    }

    private void accept(long sequence) {
        long ahead = sequence - highest;
        if (ahead > 0) {
            seen = ahead < WINDOW ? seen << ahead | 1 : 1;
            highest = sequence;
        } else {
            seen |= 1L << -ahead;
        }
    }

    private void onAlert(int level, int description) {
        if (level == FATAL || description == CLOSE_NOTIFY) {
            closed = true;
            events.onDtlsEvent(new DtlsEvent.Closed());
        }
    }

    @Override
    public void seal(byte[] plain, int off, int length) {
        if (!closed) {
            seal(RecordFilter.APPLICATION_DATA, plain, off, length);
        }
    }

    private void seal(int type, byte[] plain, int off, int length) {
        long sequence = nextSequence++;
        byte[] record = new byte[length + OVERHEAD];
        associate((byte) type, sequence, length);
        record[0] = (byte) type;
        System.arraycopy(associated, 9, record, 1, 2);
        System.arraycopy(associated, 0, record, 3, EXPLICIT_NONCE);
        putUint16(record, 11, length + EXPLICIT_NONCE + TAG);
        System.arraycopy(associated, 0, record, HEADER, EXPLICIT_NONCE);
        System.arraycopy(associated, 0, sealNonce, RecordKeys.IV_LENGTH, EXPLICIT_NONCE);
        try {
            sealing.init(Cipher.ENCRYPT_MODE, localKey, new GCMParameterSpec(8 * TAG, sealNonce));
            sealing.updateAAD(associated);
            int _ = sealing.doFinal(plain, off, length, record, HEADER + EXPLICIT_NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal a DTLS record", e);
        }
        sink.send(record, 0, record.length);
    }

    /// Epoch and sequence number, type, version, length of the plain text (RFC 5246 §6.2.3.3).
    private void associate(byte type, long sequence, int plainLength) {
        putUint16(associated, 0, CIPHER_EPOCH);
        for (int i = 0; i < 6; i++) {
            associated[2 + i] = (byte) (sequence >>> (8 * (5 - i)));
        }
        associated[8] = type;
        associated[9] = (byte) 0xfe;
        associated[10] = (byte) 0xfd;
        putUint16(associated, 11, plainLength);
    }

    @Override
    public void close(boolean notify) {
        if (notify && !closed) {
            seal(RecordFilter.ALERT, GOODBYE, 0, GOODBYE.length);
        }
        closed = true;
    }

    private int uint16(int off) {
        return RecordFilter.uint16(lent, off);
    }

    private long uint48(int off) {
        return (long) uint16(off) << 32 | (long) uint16(off + 2) << 16 | uint16(off + 4);
    }

    private static void putUint16(byte[] b, int off, int value) {
        b[off] = (byte) (value >>> 8);
        b[off + 1] = (byte) value;
    }
}
