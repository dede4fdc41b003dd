package io.parley.room.negotiation;

import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.SctpParameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's side of the transport. `iceRestart` says that its credentials differ from those of
/// an earlier description; `candidates` are the `candidate:…` lines in the SDP; `sctp` is null
/// without a data section.
public record RemoteTransport(
        IceParameters ice,
        boolean iceRestart,
        DtlsParameters dtls,
        @Nullable SctpParameters sctp,
        List<String> candidates) {
    public RemoteTransport {
        candidates = List.copyOf(candidates);
    }
}
