package io.parley.room;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import livekit.LivekitRtc.ICEServer;

/// The ICE servers that clients are told (signal.md §3.5). Deviates: with none in the settings
/// there are none, where LiveKit names public STUN servers of others.
public record IceServers(List<Turn> turn, List<String> stunUrls) {
    public static final IceServers NONE = new IceServers(List.of(), List.of());

    private static final String HMAC = "HmacSHA1";

    public IceServers {
        turn = List.copyOf(turn);
        stunUrls = List.copyOf(stunUrls);
    }

    /// One TURN server.
    public record Turn(String url, Access access) {}

    /// Who may use a TURN server.
    public sealed interface Access {
        record Fixed(String username, String credential) implements Access {}

        /// The server shares a secret with us and believes the credentials made from it
        /// (draft-uberti-behave-turn-rest).
        record Shared(String secret, Duration life) implements Access {}
    }

    /// For one participant, from now on.
    List<ICEServer> of(long epochMs, String participantSid) {
        List<ICEServer> servers = new ArrayList<>();
        for (Turn server : turn) {
            servers.add(told(server, epochMs, participantSid));
        }
        if (!stunUrls.isEmpty()) {
            servers.add(ICEServer.newBuilder().addAllUrls(stunUrls).build());
        }
        return servers;
    }

    private static ICEServer told(Turn server, long epochMs, String participantSid) {
        var told = ICEServer.newBuilder().addUrls(server.url());
        switch (server.access()) {
            case Access.Fixed(String username, String credential) ->
                    told.setUsername(username).setCredential(credential);
            case Access.Shared(String secret, Duration life) -> {
                String username = (epochMs / 1000 + life.toSeconds()) + ":" + participantSid;
                told.setUsername(username).setCredential(signed(username, secret));
            }
        }
        return told.build();
    }

    private static String signed(String username, String secret) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            byte[] signature = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
