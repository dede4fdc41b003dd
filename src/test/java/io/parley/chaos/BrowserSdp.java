package io.parley.chaos;

import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a browser would say to a server's description, beside what it said before. Pure.
final class BrowserSdp {
    private BrowserSdp() {}

    /// Whether another server speaks than before.
    static boolean isTakeover(@Nullable SessionDescription before, SessionDescription now) {
        return before != null
                && !fingerprints(before).isEmpty()
                && !fingerprints(now).isEmpty()
                && !fingerprints(before).equals(fingerprints(now));
    }

    static boolean isIceRestart(@Nullable SessionDescription before, SessionDescription now) {
        return before != null && !ufrag(before).equals(ufrag(now));
    }

    /// Why a browser could not go on with this offer.
    ///
    /// @param keepsServer whether it cannot go on with another server at all, as Firefox
    static Optional<String> objectionToOffer(
            @Nullable SessionDescription before, SessionDescription now, boolean keepsServer) {
        if (before == null) {
            return Optional.empty();
        }
        if (now.sections().size() < before.sections().size()) {
            return Optional.of("the offer has fewer sections than the one before");
        }
        for (int i = 0; i < before.sections().size(); i++) {
            MediaSection old = before.sections().get(i);
            MediaSection next = now.sections().get(i);
            if (!old.mid().equals(next.mid()) || !old.media().equals(next.media())) {
                return Optional.of(
                        "section %d was %s mid %s and is %s mid %s"
                                .formatted(i, old.media(), old.mid(), next.media(), next.mid()));
            }
        }
        return isTakeover(before, now)
                ? objectionToServer(before, now, keepsServer)
                : Optional.empty();
    }

    private static Optional<String> objectionToServer(
            SessionDescription before, SessionDescription now, boolean keepsServer) {
        if (keepsServer) {
            return Optional.of("another fingerprint, which Firefox cannot go on with");
        }
        if (!isIceRestart(before, now)) {
            return Optional.of("another fingerprint without an ICE restart");
        }
        for (MediaSection section : now.sections()) {
            String setup = now.value(section, "setup");
            if (!section.isRejected() && !setup.equals("active")) {
                return Optional.of("another fingerprint with setup:" + setup);
            }
        }
        return Optional.empty();
    }

    /// Why a browser could not go on with this answer to an offer with these sections.
    static Optional<String> objectionToAnswer(
            List<String> mids,
            @Nullable SessionDescription before,
            SessionDescription now,
            boolean keepsServer) {
        List<String> answered = now.sections().stream().map(MediaSection::mid).toList();
        if (!answered.equals(mids)) {
            return Optional.of("sections %s were offered, %s answered".formatted(mids, answered));
        }
        return before != null && isTakeover(before, now)
                ? objectionToServer(before, now, keepsServer)
                : Optional.empty();
    }

    private static List<String> fingerprints(SessionDescription description) {
        return description.sections().stream()
                .filter(section -> !section.isRejected())
                .findFirst()
                .map(section ->
                        description.fingerprints(section).stream()
                                .map(each -> each.algorithm() + " " + each.value())
                                .toList())
                .orElse(List.of());
    }

    private static String ufrag(SessionDescription description) {
        return description.sections().stream()
                .filter(section -> !section.isRejected())
                .findFirst()
                .map(section -> description.value(section, "ice-ufrag"))
                .orElse("");
    }
}
