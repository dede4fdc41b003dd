package io.parley.media;

import io.parley.webrtc.dtls.AdoptedAssociation;
import io.parley.webrtc.ortc.IceParameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a peer starts. `label` is for logs only (`room/identity/publisher`). `iceControlling` is
/// true when we are the offerer or the other side is lite. `gcmOnly` leaves AES-CM out of the DTLS
/// offer, for clients known to take GCM. `adopted` is what another node left of the connection,
/// null if it begins here.
public record PeerSettings(
        String label,
        IceParameters localIce,
        boolean iceControlling,
        boolean gcmOnly,
        boolean sctpZeroChecksum,
        @Nullable Adoption adopted) {

    /// A connection that another node secured: the client keeps its DTLS association and its SRTP
    /// keys, and all it needs is an ICE restart.
    ///
    /// @param owners by how much we are later than the node that shook hands: more than any owner
    ///   before us, see [AdoptedAssociation]
    /// @param rollOvers of the client's streams by SSRC, see [PeerEvent.RolledOver]
    public record Adoption(PeerSecrets secrets, long owners, Map<Integer, Integer> rollOvers) {
        public Adoption {
            rollOvers = Map.copyOf(rollOvers);
        }

        /// Whether there are record numbers for such an owner.
        public static boolean isPossible(long owners) {
            return owners > 0 && owners <= AdoptedAssociation.MAX_OWNERS;
        }
    }
}
