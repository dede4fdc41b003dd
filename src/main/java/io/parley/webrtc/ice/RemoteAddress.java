package io.parley.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Turns a candidate's literal into an address; never asks a name server.
final class RemoteAddress {
    private RemoteAddress() {}

    /// Null for names and for what a check must never be sent to.
    static @Nullable InetSocketAddress of(String literal, int port) {
        if (port == 0) {
            return null;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            boolean refused = address.isAnyLocalAddress() || address.isMulticastAddress();
            return refused ? null : new InetSocketAddress(address, port);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
