package io.parley.sfu.forward;

import io.parley.webrtc.ortc.CodecParameters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds a source's codec in a subscriber's section: same MIME type and format, else a compatible
/// format, else the MIME type alone (media.md §2.7).
final class CodecMatch {
    private static final int PROFILE_DIGITS = 4;

    private CodecMatch() {}

    static @Nullable CodecParameters find(List<CodecParameters> section, CodecParameters wanted) {
        CodecParameters best = null;
        int bestRank = 0;
        for (CodecParameters each : section) {
            int rank = rank(each, wanted);
            if (rank > bestRank) {
                best = each;
                bestRank = rank;
            }
        }
        return best;
    }

    static @Nullable CodecParameters findMime(List<CodecParameters> section, String mimeType) {
        for (CodecParameters each : section) {
            if (each.mimeType().equalsIgnoreCase(mimeType)) {
                return each;
            }
        }
        return null;
    }

    private static int rank(CodecParameters offered, CodecParameters wanted) {
        if (!offered.mimeType().equalsIgnoreCase(wanted.mimeType())) {
            return 0;
        }
        Map<String, String> a = fields(offered.fmtp());
        Map<String, String> b = fields(wanted.fmtp());
        if (a.equals(b)) {
            return 3;
        }
        boolean compatible =
                field(a, "packetization-mode", "0").equals(field(b, "packetization-mode", "0"))
                        && profile(a).equals(profile(b))
                        && field(a, "profile-id", "0").equals(field(b, "profile-id", "0"))
                        && field(a, "profile", "0").equals(field(b, "profile", "0"));
        return compatible ? 2 : 1;
    }

    /// The profile without its level.
    private static String profile(Map<String, String> fields) {
        String id = field(fields, "profile-level-id", "42001f");
        return id.length() < PROFILE_DIGITS ? id : id.substring(0, PROFILE_DIGITS);
    }

    private static String field(Map<String, String> fields, String name, String otherwise) {
        return fields.getOrDefault(name, otherwise);
    }

    private static Map<String, String> fields(String fmtp) {
        Map<String, String> fields = new TreeMap<>();
        for (String part : fmtp.toLowerCase(Locale.ROOT).split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                fields.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        return fields;
    }
}
