package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;

/// The layers of a simulcast section in order of preference (RFC 8853 §5.1). Of alternatives the
/// first is taken, and the mark of a paused layer (`~`) is left out.
public record Simulcast(List<String> send, List<String> recv) {
    public static final Simulcast NONE = new Simulcast(List.of(), List.of());

    public Simulcast {
        send = List.copyOf(send);
        recv = List.copyOf(recv);
    }

    static Simulcast parse(String value) {
        List<String> words = Tokens.split(value, ' ');
        List<String> send = List.of();
        List<String> recv = List.of();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            switch (words.get(i)) {
                case "send" -> send = layers(words.get(i + 1));
                case "recv" -> recv = layers(words.get(i + 1));
                default -> throw new MalformedSdpException(0, "unknown simulcast direction");
            }
        }
        return new Simulcast(send, recv);
    }

    private static List<String> layers(String text) {
        List<String> layers = new ArrayList<>();
        for (String alternatives : Tokens.split(text, ';')) {
            List<String> ids = Tokens.split(alternatives, ',');
            if (ids.isEmpty()) {
                continue;
            }
            String id = ids.get(0);
            layers.add(id.startsWith("~") ? id.substring(1) : id);
        }
        return layers;
    }
}
