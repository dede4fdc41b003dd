package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import livekit.LivekitRtc.ICEServer;
import org.junit.jupiter.api.Test;

class IceServersTest {
    private static final IceServers SERVERS =
            new IceServers(
                    List.of(
                            new IceServers.Turn(
                                    "turn:a:1?transport=udp",
                                    new IceServers.Access.Fixed("user", "word")),
                            new IceServers.Turn(
                                    "turns:b:443?transport=tcp",
                                    new IceServers.Access.Shared("north", Duration.ofHours(4)))),
                    List.of("stun:s:3478"));

    private static RoomBench bench() {
        var usual = RoomSettings.defaults("ND_test", "here");
        return new RoomBench(
                new RoomSettings(
                        usual.server(),
                        SERVERS,
                        usual.presets(),
                        usual.defaults(),
                        usual.limits(),
                        usual.media(),
                        usual.switches()));
    }

    /// The credential is `printf 1700014400:PA_x | openssl dgst -sha1 -hmac north -binary |
    /// base64`.
    @Test
    void signsTheNameOfASharedSecretsUser() {
        assertThat(SERVERS.of(1_700_000_000_999L, "PA_x"))
                .containsExactly(
                        server("turn:a:1?transport=udp", "user", "word"),
                        server(
                                "turns:b:443?transport=tcp",
                                "1700014400:PA_x",
                                "7Eo6X43Rg8qvkxPXtbSeqQtRcw0="),
                        ICEServer.newBuilder().addUrls("stun:s:3478").build());
    }

    private static ICEServer server(String url, String username, String credential) {
        return ICEServer.newBuilder()
                .addUrls(url)
                .setUsername(username)
                .setCredential(credential)
                .build();
    }

    @Test
    void aJoinAndAResumeCarryFreshCredentialsOfTheParticipant() {
        var bench = bench();
        var anna = bench.client("anna").joinActive();
        var joined = anna.heard.getFirst().getJoin();
        bench.advanceSeconds(3);
        var again = anna.resuming();
        again.tryJoin();
        var resumed = again.heard.getFirst().getReconnect();

        assertThat(joined.getIceServersList()).hasSize(3);
        assertThat(joined.getIceServers(1).getUsername())
                .isEqualTo("1700014401:" + joined.getParticipant().getSid());
        assertThat(resumed.getIceServers(1).getUsername())
                .isEqualTo("1700014404:" + joined.getParticipant().getSid());
    }
}
