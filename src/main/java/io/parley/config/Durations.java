package io.parley.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spellings of values: durations as Go writes them (`1h30m`, `500ms`) and port ranges.
final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
    private static final Pattern WHOLE =
            Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern PORT_RANGE = Pattern.compile("\\d{1,5}-\\d{1,5}");

    private Durations() {}

    static boolean isDuration(String text) {
        return WHOLE.matcher(text).matches();
    }

    static boolean isPortRange(String text) {
        return PORT_RANGE.matcher(text).matches();
    }

    static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!isDuration(text)) {
            throw new ConfigException("not a duration: " + text);
        }
        double nanos = 0;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            nanos += Double.parseDouble(part.group(1)) * unitNs(part.group(2));
        }
        return Duration.ofNanos(Math.round(nanos));
    }

    private static double unitNs(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw new IllegalStateException(unit);
        };
    }

    /// Edits between two words, for "did you mean".
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
