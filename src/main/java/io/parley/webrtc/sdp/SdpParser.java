package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one description, line by line. Lines may end in CRLF or LF.
final class SdpParser {
    private static final int MAX_CHARACTERS = 2 * 1024 * 1024;
    private static final int MAX_SECTIONS = 1000;
    private static final int MAX_FORMATS = 256;
    private static final int MAX_LINES_PER_SECTION = 4096;
    private static final long MAX_PORT = 65_535;

    private final String text;

    private final List<String> sessionLines = new ArrayList<>();
    private final List<SdpAttribute> sessionAttributes = new ArrayList<>();
    private final List<MediaSection> sections = new ArrayList<>();
    private @Nullable MediaSection section;
    private List<String> lines = sessionLines;
    private List<SdpAttribute> attributes = sessionAttributes;
    private int lineNumber;

    SdpParser(String text) {
        this.text = text;
    }

    SessionDescription parse() {
        if (text.length() > MAX_CHARACTERS) {
            throw new MalformedSdpException(0, "description is too long");
        }
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int stop = end < 0 ? text.length() : end;
            int next = stop + 1;
            if (stop > start && text.charAt(stop - 1) == '\r') {
                stop--;
            }
            lineNumber++;
            onLine(text.substring(start, stop));
            start = next;
        }
        if (!sessionLines.isEmpty() && sessionLines.get(0).equals("v=0")) {
            finishSection();
            return new SessionDescription(sessionLines, sessionAttributes, sections);
        }
        throw new MalformedSdpException(1, "expected v=0");
    }

    private void onLine(String line) {
        if (line.isEmpty()) {
            return;
        }
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw new MalformedSdpException(lineNumber, "expected type=value");
        }
        if (lines.size() + attributes.size() >= MAX_LINES_PER_SECTION) {
            throw new MalformedSdpException(lineNumber, "too many lines in a section");
        }
        try {
            switch (line.charAt(0)) {
                case 'm' -> onMedia(line.substring(2));
                case 'a' -> onAttribute(line.substring(2));
                default -> lines.add(line);
            }
        } catch (MalformedSdpException e) {
            throw e.line() > 0 ? e : e.at(lineNumber);
        }
    }

    private void onMedia(String value) {
        finishSection();
        List<String> words = Tokens.split(value, ' ');
        if (words.size() < 4) {
            throw new MalformedSdpException(lineNumber, "incomplete media line");
        }
        if (words.size() - 3 > MAX_FORMATS) {
            throw new MalformedSdpException(lineNumber, "too many formats");
        }
        if (sections.size() >= MAX_SECTIONS) {
            throw new MalformedSdpException(lineNumber, "too many sections");
        }
        String port = words.get(1);
        int slash = port.indexOf('/');
        section =
                new MediaSection(
                        words.get(0),
                        (int) Tokens.number(slash < 0 ? port : port.substring(0, slash), MAX_PORT),
                        words.get(2),
                        words.subList(3, words.size()),
                        List.of(),
                        List.of());
        lines = new ArrayList<>();
        attributes = new ArrayList<>();
    }

    private void onAttribute(String value) {
        int colon = value.indexOf(':');
        SdpAttribute attribute =
                colon < 0
                        ? SdpAttribute.property(value.strip())
                        : SdpAttribute.of(
                                value.substring(0, colon), value.substring(colon + 1).strip());
        Attributes.check(attribute);
        attributes.add(attribute);
    }

    private void finishSection() {
        if (section == null) {
            return;
        }
        sections.add(
                new MediaSection(
                        section.media(),
                        section.port(),
                        section.protocol(),
                        section.formats(),
                        lines,
                        attributes));
        section = null;
    }
}
