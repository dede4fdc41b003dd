package io.parley.room;

import io.parley.auth.Grants;
import livekit.LivekitInternal.StartSession;

/// All that a participant is built from: what its client asked for, and what its token allows.
public record ParticipantInit(
        StartSession session, Grants grants, String apiKey, long tokenExpiresMs) {
    public String identity() {
        return session.getIdentity().isEmpty() ? grants.identity() : session.getIdentity();
    }

    public boolean reconnect() {
        return session.getReconnect();
    }
}
