package io.parley.webrtc.sctp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs state cookies with a key of its own (RFC 9260 §5.1.3). Owned by its Handshake.
final class CookieSeal {
    private static final int BODY_BYTES = 44;
    private static final int MAC_BYTES = 32;

    private final Mac mac;

    CookieSeal(RandomGenerator random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    Octets seal(CookieContents contents) {
        WireWriter out = new WireWriter(BODY_BYTES + MAC_BYTES);
        PeerParameters peer = contents.peer();
        out.i32(contents.localTag());
        out.i32(contents.localTsn());
        out.i32(peer.tag());
        out.i32(peer.initialTsn());
        out.i32((int) peer.windowBytes());
        out.i32(contents.tieLocalTag());
        out.i32(contents.tiePeerTag());
        out.i64(contents.createdNs());
        out.i64(
                (peer.forwardTsn() ? 1 : 0)
                        | (peer.reConfig() ? 2 : 0)
                        | (peer.zeroChecksum() ? 4 : 0));
        byte[] tag = mac.doFinal(out.toArray());
        out.bytes(tag, 0, tag.length);
        return Octets.copyOf(out.toArray());
    }

    /// The contents, or null if we did not make this cookie.
    @Nullable CookieContents open(Octets cookie) {
        byte[] bytes = cookie.toArray();
        if (bytes.length != BODY_BYTES + MAC_BYTES) {
            return null;
        }
        byte[] expected = mac.doFinal(Arrays.copyOf(bytes, BODY_BYTES));
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, BODY_BYTES, bytes.length))) {
            return null;
        }
        WireReader in = new WireReader(bytes, 0, BODY_BYTES);
        int localTag = in.i32();
        int localTsn = in.i32();
        int peerTag = in.i32();
        int peerTsn = in.i32();
        long window = in.u32();
        int tieLocal = in.i32();
        int tiePeer = in.i32();
        long createdNs = in.i64();
        long flags = in.i64();
        PeerParameters peer =
                new PeerParameters(
                        peerTag,
                        peerTsn,
                        window,
                        (flags & 1) != 0,
                        (flags & 2) != 0,
                        (flags & 4) != 0);
        return new CookieContents(localTag, localTsn, peer, tieLocal, tiePeer, createdNs);
    }
}
