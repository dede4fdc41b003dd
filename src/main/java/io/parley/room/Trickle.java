package io.parley.room;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.TrickleRequest;

/// Candidates both ways as JSON text (signal.md §4.3). Ours go out after their description, the
/// last one marked final; theirs wait for their description. Owned by its peer connection.
final class Trickle {
    private static final Pattern CANDIDATE =
            Pattern.compile("\"candidate\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern FIRST_MID = Pattern.compile("(?m)^a=mid:(\\S+)\\s*$");

    private final SignalTarget target;
    private final List<String> waiting = new ArrayList<>();
    private boolean described;

    Trickle(SignalTarget target) {
        this.target = target;
    }

    /// The text of a client's candidate, `candidate:…`; empty for end-of-candidates.
    static String parse(String candidateInit) {
        Matcher matcher = CANDIDATE.matcher(candidateInit);
        String trimmed = candidateInit.trim();
        if (!trimmed.startsWith("{") || !trimmed.endsWith("}") || !matcher.find()) {
            throw new MalformedCandidateException("invalid candidate: " + shortened(trimmed));
        }
        return matcher.group(1).replace("\\/", "/").replace("\\\"", "\"");
    }

    /// What may be told to the peer now; host names that only their owner can resolve are dropped.
    List<String> onCandidate(String candidate) {
        if (candidate.isEmpty() || candidate.contains(".local ")) {
            return List.of();
        }
        if (described) {
            return List.of(candidate);
        }
        waiting.add(candidate);
        return List.of();
    }

    /// The remote description stands: everything that waited.
    List<String> onDescribed() {
        described = true;
        var all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    void send(Signaller signal, String sdp, String usernameFragment, List<String> candidates) {
        Matcher mid = FIRST_MID.matcher(sdp);
        String sdpMid = mid.find() ? mid.group(1) : "0";
        for (int i = 0; i < candidates.size(); i++) {
            String json =
                    "{\"candidate\":\"%s\",\"sdpMid\":\"%s\",\"sdpMLineIndex\":0,\"usernameFragment\":\"%s\"}"
                            .formatted(candidates.get(i), sdpMid, usernameFragment);
            signal.send(
                    SignalResponse.newBuilder()
                            .setTrickle(
                                    TrickleRequest.newBuilder()
                                            .setCandidateInit(json)
                                            .setTarget(target)
                                            .setFinal(i == candidates.size() - 1)));
        }
    }

    private static String shortened(String text) {
        return text.length() > 64 ? text.substring(0, 64) : text;
    }

    /// Not a candidate as browsers write it.
    static final class MalformedCandidateException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedCandidateException(String message) {
            super(message, null, false, false);
        }
    }
}
