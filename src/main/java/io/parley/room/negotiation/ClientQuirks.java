package io.parley.room.negotiation;

import java.util.Locale;

/// What a client gets wrong or cannot do in SDP.
public record ClientQuirks(
        boolean ignoresCodecOrder, boolean redSupported, boolean transceiverReuse) {
    public static final ClientQuirks NONE = new ClientQuirks(false, true, true);

    /// The first client protocol that knows how to take a second track over an idle section.
    private static final int TRANSCEIVER_REUSE_PROTOCOL = 4;

    /// Derives the quirks from `ClientInfo.browser`, `ClientInfo.os` and `ClientInfo.protocol`.
    public static ClientQuirks of(String browser, String os, int protocol) {
        String name = browser.toLowerCase(Locale.ROOT);
        String system = os.toLowerCase(Locale.ROOT);
        boolean firefox = name.equals("firefox") || name.equals("firefox mobile");
        boolean safari = name.equals("safari") || name.equals("mobile safari");
        boolean unix = system.equals("linux") || system.equals("android");
        return new ClientQuirks(
                firefox && unix,
                !firefox && !safari,
                !safari && protocol >= TRANSCEIVER_REUSE_PROTOCOL);
    }
}
