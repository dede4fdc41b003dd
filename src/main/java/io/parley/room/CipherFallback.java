package io.parley.room;

import io.parley.media.PeerEvent;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/// Who is offered AES-GCM alone. We are the DTLS client, and browsers choose AES-CM wherever it is
/// offered. Whoever could not agree with us comes back as a new session, and then has the choice;
/// it is remembered by identity. Owned by its room.
final class CipherFallback {
    private static final int MAX_REMEMBERED = 1_000;

    private final SequencedSet<String> refused = new LinkedHashSet<>();

    /// A connection of theirs failed for good.
    void onFailure(Participant participant, PeerEvent.StateChanged failure) {
        if (failure.isCipherRefused() && isGcmOnly(participant)) {
            refused.add(participant.identity());
            if (refused.size() > MAX_REMEMBERED) {
                refused.removeFirst();
            }
        }
    }

    boolean isGcmOnly(Participant participant) {
        return participant.traits().takesGcm() && !refused.contains(participant.identity());
    }
}
