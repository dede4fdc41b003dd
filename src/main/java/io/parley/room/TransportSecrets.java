package io.parley.room;

import com.google.protobuf.ByteString;
import io.parley.cluster.Epochs;
import io.parley.media.PeerSecrets;
import io.parley.media.PeerSettings;
import io.parley.store.state.SecuredState;
import io.parley.webrtc.ortc.DtlsFingerprint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What of a connection's security outlives its node, so that the client keeps its DTLS association
/// when another goes on: the keys, sealed, the fingerprint that was shown for them, and how often
/// the client's streams have rolled over. Owned by its transport.
final class TransportSecrets {
    private final RoomSurroundings given;
    private final String purpose;
    private final @Nullable PeerSecrets adopted;
    private final long owners;
    private SecuredState state;
    private @Nullable PeerSecrets unsealed;

    /// @param purpose names the connection, and no other
    /// @param before what another node left of it, empty if it left nothing
    TransportSecrets(RoomSurroundings given, String purpose, SecuredState before) {
        this.given = given;
        this.purpose = purpose;
        this.owners = Epochs.count(given.epoch()) - Epochs.count(before.getEpoch());
        this.adopted = PeerSettings.Adoption.isPossible(owners) ? open(before) : null;
        this.state = adopted == null ? SecuredState.getDefaultInstance() : before;
    }

    private @Nullable PeerSecrets open(SecuredState before) {
        return given.seal()
                .open(before.getSecrets().toByteArray(), purpose)
                .flatMap(PeerSecrets::fromBytes)
                .orElse(null);
    }

    void onSecured(PeerSecrets secrets, DtlsFingerprint shown) {
        unsealed = secrets;
        state =
                SecuredState.newBuilder()
                        .setFingerprintAlgorithm(shown.algorithm())
                        .setFingerprint(shown.value())
                        .setEpoch(given.epoch())
                        .build();
    }

    void onRolledOver(int ssrc, int count) {
        state = state.toBuilder().putRollOvers(ssrc, count).build();
    }

    /// What goes on here, if another node has shaken hands.
    Optional<PeerSettings.Adoption> adoption() {
        return Optional.ofNullable(adopted)
                .map(keys -> new PeerSettings.Adoption(keys, owners, state.getRollOversMap()));
    }

    /// The fingerprint that it showed.
    Optional<DtlsFingerprint> adoptedFingerprint() {
        return Optional.ofNullable(adopted)
                .map(_ ->
                        new DtlsFingerprint(
                                state.getFingerprintAlgorithm(), state.getFingerprint()));
    }

    boolean areKnown() {
        return unsealed != null || !state.getSecrets().isEmpty();
    }

    /// For the store. Sealed only then: not every node has one that outlives it.
    SecuredState state() {
        PeerSecrets secrets = unsealed;
        if (secrets != null) {
            unsealed = null;
            byte[] sealed = given.seal().seal(secrets.toBytes(), purpose);
            state = state.toBuilder().setSecrets(ByteString.copyFrom(sealed)).build();
        }
        return state;
    }
}
