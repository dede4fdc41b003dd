package io.parley.webrtc.srtp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The master keys and salts of one association: ours to seal with, the peer's to open with.
/// Immutable.
public final class SrtpKeys {
    private final SrtpProfile profile;
    private final byte[] localKey;
    private final byte[] localSalt;
    private final byte[] remoteKey;
    private final byte[] remoteSalt;

    private SrtpKeys(
            SrtpProfile profile,
            byte[] localKey,
            byte[] localSalt,
            byte[] remoteKey,
            byte[] remoteSalt) {
        this.profile = profile;
        this.localKey = localKey;
        this.localSalt = localSalt;
        this.remoteKey = remoteKey;
        this.remoteSalt = remoteSalt;
    }

    /// Splits what the DTLS exporter yielded: client key, server key, client salt, server salt (RFC
    /// 5764 §4.2).
    public static SrtpKeys fromExporter(SrtpProfile profile, byte[] exported, boolean dtlsClient) {
        if (exported.length != profile.exportedLength()) {
            throw new IllegalArgumentException(
                    "keying material has %d bytes, %s needs %d"
                            .formatted(exported.length, profile, profile.exportedLength()));
        }
        int key = profile.keyLength();
        int salt = profile.saltLength();
        byte[] clientKey = Arrays.copyOfRange(exported, 0, key);
        byte[] serverKey = Arrays.copyOfRange(exported, key, 2 * key);
        byte[] clientSalt = Arrays.copyOfRange(exported, 2 * key, 2 * key + salt);
        byte[] serverSalt = Arrays.copyOfRange(exported, 2 * key + salt, 2 * key + 2 * salt);
        return dtlsClient
                ? new SrtpKeys(profile, clientKey, clientSalt, serverKey, serverSalt)
                : new SrtpKeys(profile, serverKey, serverSalt, clientKey, clientSalt);
    }

    /// What [#toBytes] gives.
    public static SrtpKeys fromBytes(SrtpProfile profile, byte[] bytes) {
        return fromExporter(profile, bytes, true);
    }

    /// Our key, the peer's key, our salt, the peer's salt: secret.
    public byte[] toBytes() {
        return ByteBuffer.allocate(profile.exportedLength())
                .put(localKey)
                .put(remoteKey)
                .put(localSalt)
                .put(remoteSalt)
                .array();
    }

    public SrtpProfile profile() {
        return profile;
    }

    byte[] localKey() {
        return localKey;
    }

    byte[] localSalt() {
        return localSalt;
    }

    byte[] remoteKey() {
        return remoteKey;
    }

    byte[] remoteSalt() {
        return remoteSalt;
    }

    /// Whether the other's local side is our remote side: true of the two ends of one association.
    public boolean isMirrorOf(SrtpKeys other) {
        return profile == other.profile
                && Arrays.equals(localKey, other.remoteKey)
                && Arrays.equals(localSalt, other.remoteSalt)
                && Arrays.equals(remoteKey, other.localKey)
                && Arrays.equals(remoteSalt, other.localSalt);
    }

    /// Says the profile only: keys belong in no log.
    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
