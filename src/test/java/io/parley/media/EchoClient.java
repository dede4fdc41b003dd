package io.parley.media;

import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers the messages that came back.
class EchoClient implements ClientTransport.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(String label, boolean binary, byte[] payload) {
        messages.add(label + ":" + new String(payload, StandardCharsets.UTF_8));
    }

    /// Sends on a channel and waits for the same to come back: the peer is well.
    void echoes(ServedPeer peer, String text) {
        peer.client.openChannel("_reliable", true, -1);
        Waiting.until("the channel opens", () -> peer.client.isOpen("_reliable"));
        peer.client.send("_reliable", text.getBytes(StandardCharsets.UTF_8));
        Waiting.until("the echo of " + text, () -> messages.contains("_reliable:" + text));
    }
}
