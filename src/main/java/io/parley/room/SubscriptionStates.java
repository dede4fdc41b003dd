package io.parley.room;

import io.parley.store.state.SubscriptionState;

/// A wish for somebody's track as the store keeps it. Pure.
final class SubscriptionStates {
    private SubscriptionStates() {}

    /// @param mid of the section that carries it, empty if none does
    static SubscriptionState of(Subscription subscription, String mid) {
        var active = subscription.active;
        var state =
                SubscriptionState.newBuilder()
                        .setTrackSid(subscription.trackSid)
                        .setWished(subscription.wished)
                        .setCodecIndex(
                                active == null ? subscription.codecIndex : active.encoding.index)
                        .setMid(mid);
        if (subscription.settings != null) {
            state.setSettings(subscription.settings);
        }
        if (subscription.allowedTold != null) {
            state.setAllowedTold(subscription.allowedTold);
        }
        return state.build();
    }

    static Subscription subscription(long nowNs, SubscriptionState state) {
        var subscription = new Subscription(state.getTrackSid());
        subscription.wished = state.getWished();
        subscription.wishedAtNs = nowNs;
        subscription.codecIndex = state.getCodecIndex();
        if (state.hasSettings()) {
            subscription.settings = state.getSettings();
        }
        if (state.hasAllowedTold()) {
            subscription.allowedTold = state.getAllowedTold();
        }
        return subscription;
    }
}
