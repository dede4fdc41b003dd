package io.parley.room;

import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import java.time.Duration;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/// Keeps the client's token fresh: at the start of each session or resume (the token may be about
/// to expire), every 5 minutes, and when the claims change (signal.md §2.5). Owned by its
/// participant.
final class TokenRefresh {
    static final long INTERVAL_NS = Duration.ofMinutes(5).toNanos();

    private final ParticipantInit init;
    private final TokenMint mint;
    private final WallTime wall;
    private final Timers timers;
    private Timers.@Nullable Timer next;

    TokenRefresh(ParticipantInit init, RoomSurroundings given, Timers timers) {
        this.init = init;
        this.mint = given.tokens();
        this.wall = given.wall();
        this.timers = timers;
    }

    void start(long nowNs, Participant participant) {
        send(nowNs, participant);
        if (next != null) {
            next.cancel();
        }
        next =
                timers.start(
                        nowNs + INTERVAL_NS,
                        participant.sid(),
                        "token refresh",
                        laterNs -> start(laterNs, participant));
    }

    void onClaimsChanged(long nowNs, Participant participant) {
        send(nowNs, participant);
    }

    private void send(long nowNs, Participant participant) {
        Grants current = participant.currentGrants();
        mint.refresh(wall.epochMs(nowNs), current, init.apiKey(), init.tokenExpiresMs())
                .ifPresent(token ->
                        participant
                                .signal()
                                .send(SignalResponse.newBuilder().setRefreshToken(token)));
    }
}
