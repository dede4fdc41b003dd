package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpProfile;
import java.nio.ByteBuffer;
import java.util.Optional;

/// All that another process needs to go on with an association in our place: the keys of its SRTP
/// and of its records. Immutable. Whoever has it can read and forge everything, so it leaves a
/// process only under another key.
public final class DtlsSecrets {
    private static final byte VERSION = 1;

    private final SrtpKeys srtp;
    private final RecordKeys records;

    DtlsSecrets(SrtpKeys srtp, RecordKeys records) {
        this.srtp = srtp;
        this.records = records;
    }

    public SrtpKeys srtp() {
        return srtp;
    }

    RecordKeys records() {
        return records;
    }

    /// Version, profile, SRTP keys and salts, length of a record key, record keys and nonces; each
    /// time ours first.
    public byte[] toBytes() {
        byte[] keys = srtp.toBytes();
        int recordKey = records.localKey().length;
        return ByteBuffer.allocate(4 + keys.length + 2 * (recordKey + RecordKeys.IV_LENGTH))
                .put(VERSION)
                .putShort((short) srtp.profile().id())
                .put(keys)
                .put((byte) recordKey)
                .put(records.localKey())
                .put(records.localIv())
                .put(records.remoteKey())
                .put(records.remoteIv())
                .array();
    }

    /// Empty if they are not what [#toBytes] writes.
    public static Optional<DtlsSecrets> fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < 3 || in.get() != VERSION) {
            return Optional.empty();
        }
        Optional<SrtpProfile> profile = SrtpProfile.ofId(in.getShort());
        int srtpLength = profile.map(SrtpProfile::exportedLength).orElse(0);
        if (profile.isEmpty() || in.remaining() <= srtpLength) {
            return Optional.empty();
        }
        SrtpKeys srtp = SrtpKeys.fromBytes(profile.get(), take(in, srtpLength));
        int key = in.get();
        if (!RecordKeys.isKeyLength(key) || in.remaining() != 2 * (key + RecordKeys.IV_LENGTH)) {
            return Optional.empty();
        }
        var records =
                new RecordKeys(
                        take(in, key),
                        take(in, RecordKeys.IV_LENGTH),
                        take(in, key),
                        take(in, RecordKeys.IV_LENGTH));
        return Optional.of(new DtlsSecrets(srtp, records));
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    /// Says the profile only.
    @Override
    public String toString() {
        return "DtlsSecrets[" + srtp.profile() + "]";
    }
}
