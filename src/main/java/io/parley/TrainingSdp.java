package io.parley;

import java.util.ArrayList;
import java.util.List;

/// What the browsers of a training run write: one offer as Chromium makes it, kept as a resource,
/// and answers that take everything.
final class TrainingSdp {
    static final String MICROPHONE = "microphone";
    static final String CAMERA = "camera";

    private static final String OFFER = Launch.resource("/training/offer.sdp");
    private static final String SECTION = "m=";
    private static final String UFRAG = "a=ice-ufrag:";
    private static final String FINGERPRINT = "a=fingerprint:";
    private static final int AUDIO = 2;
    private static final int VIDEO = 3;

    private final List<String> added = new ArrayList<>();
    private String ufrag = "uF1a";
    private int restarts;

    /// Starts a part at each `m=`; the first is the session's own.
    private static List<String> parts(String description) {
        return List.of(description.split("(?m)^(?=" + SECTION + ")", -1));
    }

    /// The offer with every section asked for so far.
    String offer() {
        List<String> own = parts(OFFER);
        StringBuilder mids = new StringBuilder("0 1 2");
        StringBuilder sections = new StringBuilder();
        own.stream().skip(1).forEach(sections::append);
        for (int i = 0; i < added.size(); i++) {
            int mid = own.size() - 1 + i;
            mids.append(' ').append(mid);
            sections.append(added.get(i).replaceFirst("a=mid:.*", "a=mid:" + mid));
        }
        String session = own.getFirst().replaceFirst("a=group:BUNDLE .*", "a=group:BUNDLE " + mids);
        return wire(credentials(session + sections));
    }

    private String credentials(String text) {
        return text.replaceAll(UFRAG + ".*", UFRAG + ufrag);
    }

    /// From the next description on (RFC 8839 §4.4.1.1).
    void restartIce() {
        ufrag = "uF1b" + ++restarts;
    }

    /// Sections to receive on, as a client adds them when it is told how many it needs.
    void receive(int audios, int videos) {
        List<String> own = parts(OFFER);
        for (int i = 0; i < audios; i++) {
            added.add(receiving(own.get(AUDIO)));
        }
        for (int i = 0; i < videos; i++) {
            added.add(receiving(own.get(VIDEO)));
        }
    }

    private static String receiving(String section) {
        return section.replace("a=sendonly", "a=recvonly")
                .replaceAll("(?m)^a=(msid|ssrc|rid|simulcast):.*\n", "");
    }

    /// Takes whatever the server offers.
    String answer(String offer) {
        String ours = parts(OFFER).get(1);
        String text =
                offer.replace("\r\n", "\n")
                        .replaceAll("(?m)^a=(msid|ssrc|ssrc-group|candidate):.*\n", "")
                        .replace("a=end-of-candidates\n", "")
                        .replace("a=sendonly", "a=recvonly")
                        .replaceAll("a=setup:.*", "a=setup:passive");
        for (String name : List.of("a=ice-pwd:", FINGERPRINT)) {
            text = text.replaceAll(name + ".*", line(ours, name));
        }
        return wire(credentials(text));
    }

    /// What tells one server from another.
    static String fingerprint(String description) {
        return line(description, FINGERPRINT);
    }

    private static String line(String text, String name) {
        return text.lines().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
    }

    private static String wire(String text) {
        return text.replace("\n", "\r\n");
    }
}
