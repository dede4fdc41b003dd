package io.parley.webrtc.ice;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Where an agent's messages go. Must not call back into the agent.
public interface IceSink {
    /// Sends one STUN message; the buffer is borrowed for the call.
    void send(IcePath path, byte[] buffer, int offset, int length);

    /// The path from the matching local socket to that address, always the same object for the same
    /// address, or null where there is no such socket. TCP is asked for only when
    /// [IceSettings#dialTcp] is set.
    @Nullable IcePath path(Transport transport, InetSocketAddress remote);
}
