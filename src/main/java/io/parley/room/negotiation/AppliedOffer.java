package io.parley.room.negotiation;

import java.util.List;

/// What a client's offer changed. `endedMids` (the client stopped sending, or sends another track
/// there now) are to be applied before `published`, which holds new and changed sections only.
/// `unmatchedMids` are sent but wait for their AddTrackRequest.
public record AppliedOffer(
        RemoteTransport remote,
        List<String> endedMids,
        List<PublishedSection> published,
        List<String> unmatchedMids) {
    public AppliedOffer {
        endedMids = List.copyOf(endedMids);
        published = List.copyOf(published);
        unmatchedMids = List.copyOf(unmatchedMids);
    }
}
