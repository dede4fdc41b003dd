package io.parley.webrtc.ice;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks a STUN server under which address it sees us (RFC 8489 §7): one request, and the reading of
/// its answer. Without credentials, as public servers want it.
public final class MappedAddressQuery {
    private final byte[] request = new byte[Stun.HEADER_LENGTH];
    private final int transactionHigh;
    private final long transactionLow;

    public MappedAddressQuery(RandomGenerator random) {
        transactionHigh = random.nextInt();
        transactionLow = random.nextLong();
        Stun.putInt16(request, 0, Stun.BINDING_REQUEST);
        Stun.putInt32(request, 4, Stun.MAGIC_COOKIE);
        Stun.putInt32(request, 8, transactionHigh);
        Stun.putInt64(request, 12, transactionLow);
    }

    /// The datagram to send, and to send again while there is no answer.
    public byte[] request() {
        return request.clone();
    }

    /// The address in an answer to this query; null for anything else.
    public @Nullable InetSocketAddress answer(byte[] datagram, int offset, int length) {
        var message = new StunMessage();
        if (message.read(datagram, offset, length) != IceDropReason.NONE
                || message.type() != Stun.BINDING_SUCCESS
                || message.transactionHigh() != transactionHigh
                || message.transactionLow() != transactionLow) {
            return null;
        }
        return message.mappedAddress();
    }
}
