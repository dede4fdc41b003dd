package io.parley.room.negotiation;

import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.Rid;
import io.parley.webrtc.sdp.SsrcAttribute;
import io.parley.webrtc.sdp.SsrcGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the simulcast layers of a sending section, lowest first.
final class EncodingReader {
    static final int MAX_LAYERS = 3;

    private static final List<String> BROWSER_RIDS = List.of("q", "h", "f");
    private static final List<String> NUMBERED_RIDS = List.of("2", "1", "0");

    private EncodingReader() {}

    /// The layers to echo in an answer, in the order of the offer: `a=simulcast:send` counts, or
    /// the `a=rid` lines where there is none.
    static List<String> rids(MediaSection section) {
        List<String> declared = section.simulcast().send();
        if (declared.isEmpty()) {
            declared =
                    section.rids().stream()
                            .filter(rid -> rid.direction().equals("send"))
                            .map(Rid::id)
                            .toList();
        }
        Set<String> distinct = new LinkedHashSet<>(declared);
        return distinct.stream().limit(MAX_LAYERS).toList();
    }

    /// With RIDs the SSRCs are learnt from packets, even if a client (Firefox) declares some.
    static List<EncodingParameters> read(MediaSection section) {
        List<String> rids = lowestFirst(rids(section));
        List<EncodingParameters> encodings = new ArrayList<>();
        for (int layer = 0; layer < rids.size(); layer++) {
            encodings.add(new EncodingParameters(rids.get(layer), layer, 0, 0));
        }
        return encodings.isEmpty() ? declared(section) : encodings;
    }

    private static List<String> lowestFirst(List<String> rids) {
        for (List<String> order : List.of(BROWSER_RIDS, NUMBERED_RIDS)) {
            if (order.containsAll(rids)) {
                return order.stream().filter(rids::contains).toList();
            }
        }
        return rids;
    }

    private static List<EncodingParameters> declared(MediaSection section) {
        Map<Integer, Integer> repairs = new HashMap<>();
        List<Integer> primaries = new ArrayList<>();
        for (SsrcGroup group : section.ssrcGroups()) {
            if (group.semantics().equals("FID") && group.ssrcs().size() == 2) {
                repairs.put(group.ssrcs().get(0), group.ssrcs().get(1));
            } else if (group.semantics().equals("SIM")) {
                primaries.addAll(group.ssrcs());
            }
        }
        if (primaries.isEmpty()) {
            firstPrimary(section, repairs, primaries);
        }
        List<EncodingParameters> encodings = new ArrayList<>();
        for (int layer = 0; layer < Math.min(MAX_LAYERS, primaries.size()); layer++) {
            int ssrc = primaries.get(layer);
            encodings.add(new EncodingParameters("", layer, ssrc, repairs.getOrDefault(ssrc, 0)));
        }
        return encodings.isEmpty() ? List.of(new EncodingParameters("", 0, 0, 0)) : encodings;
    }

    private static void firstPrimary(
            MediaSection section, Map<Integer, Integer> repairs, List<Integer> primaries) {
        for (SsrcAttribute line : section.ssrcs()) {
            if (!repairs.containsValue(line.ssrc())) {
                primaries.add(line.ssrc());
                return;
            }
        }
    }
}
