package io.parley.webrtc.sdp;

import java.util.List;

/// A whole description. `lines` are those before the session's attributes, from `v=0` on.
public record SessionDescription(
        List<String> lines, List<SdpAttribute> attributes, List<MediaSection> sections) {
    public SessionDescription {
        lines = List.copyOf(lines);
        attributes = List.copyOf(attributes);
        sections = List.copyOf(sections);
    }

    /// Throws [MalformedSdpException].
    public static SessionDescription parse(String text) {
        return new SdpParser(text).parse();
    }

    public boolean has(String name) {
        return Attributes.has(attributes, name);
    }

    /// The first attribute of the session of that name, or empty.
    public String value(String name) {
        return Attributes.value(attributes, name);
    }

    /// The section's own attribute, else the session's (RFC 8839 §5.4, RFC 8842 §5.1), or empty.
    public String value(MediaSection section, String name) {
        return section.has(name) ? section.value(name) : value(name);
    }

    public List<Fingerprint> fingerprints(MediaSection section) {
        List<Fingerprint> own = section.fingerprints();
        return own.isEmpty()
                ? Attributes.values(attributes, "fingerprint").stream()
                        .map(Fingerprint::parse)
                        .toList()
                : own;
    }

    /// Actpass where nothing is said.
    public Setup setup(MediaSection section) {
        String value = value(section, "setup");
        return value.isEmpty() ? Setup.ACTPASS : Setup.parse(value);
    }

    public boolean isIceLite() {
        return has("ice-lite");
    }

    /// The members of the first BUNDLE group (RFC 9143), in order.
    public List<String> bundle() {
        for (String group : Attributes.values(attributes, "group")) {
            List<String> words = Tokens.split(group, ' ');
            if (!words.isEmpty() && words.get(0).equals("BUNDLE")) {
                return words.subList(1, words.size());
            }
        }
        return List.of();
    }

    public String toText() {
        StringBuilder text = new StringBuilder(1024 + 1024 * sections.size());
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        for (SdpAttribute attribute : attributes) {
            attribute.appendTo(text);
        }
        for (MediaSection section : sections) {
            section.appendTo(text);
        }
        return text.toString();
    }
}
