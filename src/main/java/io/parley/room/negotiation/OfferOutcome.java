package io.parley.room.negotiation;

/// What became of a client's offer.
public sealed interface OfferOutcome {
    /// Unreadable, or without what every offer must have. Nothing changed.
    record Malformed(String reason) implements OfferOutcome {}

    /// Applied; [AnsweringConnection#createAnswer] is due.
    record Accepted(AppliedOffer offer) implements OfferOutcome {}
}
