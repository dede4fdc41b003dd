package io.parley.webrtc.ice;

import org.jspecify.annotations.Nullable;

/// The check list in force and, after a restart, the one before it until a new pair is selected
/// (RFC 8445 §9). Owned by its agent.
final class Generations {
    private final IceListener listener;

    private CheckList current;
    private @Nullable CheckList previous;

    Generations(IceCredentials local, IceListener listener) {
        this.listener = listener;
        this.current = new CheckList(local);
    }

    /// New credentials. Of the two generations so far the one with the selected pair stays.
    void begin(IceCredentials local, @Nullable CandidatePair selected) {
        CheckList old = current;
        old.freeze();
        current = new CheckList(local);
        if (selected != null && selected.list == previous) {
            forget(old, selected.path);
        } else {
            endPrevious(selected == null ? null : selected.path);
            previous = old;
        }
    }

    void endPrevious(@Nullable IcePath selected) {
        if (previous != null) {
            forget(previous, selected);
            previous = null;
        }
    }

    void remove(IcePath path) {
        current.pairs.removeIf(pair -> pair.path == path);
        if (previous != null) {
            previous.pairs.removeIf(pair -> pair.path == path);
        }
    }

    CheckList current() {
        return current;
    }

    @Nullable CheckList previous() {
        return previous;
    }

    boolean accepts(String usernameFragment) {
        return current.local.usernameFragment().equals(usernameFragment)
                || (previous != null && previous.local.usernameFragment().equals(usernameFragment));
    }

    /// Whose fragment the request names.
    @Nullable CheckList ofRequest(StunMessage request) {
        if (request.isForFragment(current.localFragment)) {
            return current;
        }
        return previous != null && request.isForFragment(previous.localFragment) ? previous : null;
    }

    /// The pair whose request is answered; the response must come back on the path of its request
    /// (RFC 8445 §7.2.5.2.1).
    @Nullable CandidatePair ofResponse(StunMessage response, IcePath path) {
        CandidatePair pair = current.find(path);
        if (pair != null && pair.matches(response)) {
            return pair;
        }
        pair = previous == null ? null : previous.find(path);
        return pair != null && pair.matches(response) ? pair : null;
    }

    /// Tells of the paths that only that list knew.
    private void forget(CheckList list, @Nullable IcePath selected) {
        for (CandidatePair pair : list.pairs) {
            if (pair.path != selected && current.find(pair.path) == null) {
                listener.onIceEvent(new IceEvent.Forgotten(pair.path));
            }
        }
    }
}
