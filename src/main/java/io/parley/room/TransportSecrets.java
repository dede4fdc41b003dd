package io.parley.room;

import com.google.protobuf.ByteString;
import io.parley.auth.SecretSeal;
import io.parley.media.PeerSecrets;
import io.parley.media.PeerSettings;
import io.parley.store.state.SecuredState;
import io.parley.webrtc.ortc.DtlsFingerprint;
import java.util.Optional;

/// What of a connection's security outlives its node, so that the client keeps its DTLS association
/// when another goes on: the keys, sealed, the fingerprint that was shown for them, and how often
/// the client's streams have rolled over. Owned by its transport.
final class TransportSecrets {
    private final SecretSeal seal;
    private final String purpose;
    private final Optional<PeerSecrets> adopted;
    private SecuredState state;

    /// @param purpose names the connection, and no other
    /// @param before what another node left of it, empty if it left nothing
    TransportSecrets(SecretSeal seal, String purpose, SecuredState before) {
        this.seal = seal;
        this.purpose = purpose;
        this.adopted =
                seal.open(before.getSecrets().toByteArray(), purpose)
                        .flatMap(PeerSecrets::fromBytes);
        this.state = adopted.isPresent() ? before : SecuredState.getDefaultInstance();
    }

    void onSecured(PeerSecrets secrets, DtlsFingerprint shown) {
        state =
                SecuredState.newBuilder()
                        .setSecrets(ByteString.copyFrom(seal.seal(secrets.toBytes(), purpose)))
                        .setFingerprintAlgorithm(shown.algorithm())
                        .setFingerprint(shown.value())
                        .build();
    }

    void onRolledOver(int ssrc, int count) {
        state = state.toBuilder().putRollOvers(ssrc, count).build();
    }

    /// What goes on here, in the epoch in which the room is ours.
    Optional<PeerSettings.Adoption> adoption(long epoch) {
        return adopted.map(
                secrets -> new PeerSettings.Adoption(secrets, epoch, state.getRollOversMap()));
    }

    /// The fingerprint of whoever shook hands, if it was another node.
    Optional<DtlsFingerprint> adoptedFingerprint() {
        return adopted.map(
                _ -> new DtlsFingerprint(state.getFingerprintAlgorithm(), state.getFingerprint()));
    }

    boolean areKnown() {
        return !state.getSecrets().isEmpty();
    }

    SecuredState state() {
        return state;
    }
}
