package io.parley.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a fleet's clients heard of each other.
final class FleetSound implements Evidence.Sound {
    /// Messages of the last seconds may be under way.
    private static final int RECENT_MESSAGES = 6;

    private final Fleet fleet;

    FleetSound(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public List<Long> gaps(Set<String> rooms, long fromNs, long toNs) {
        List<Long> gaps = new ArrayList<>();
        fleet.byRoom()
                .forEach((room, members) -> {
                    if (rooms.contains(room)) {
                        for (ChaosClient client : members) {
                            members.stream()
                                    .filter(other -> other != client && other.traits().media())
                                    .map(other -> other.traits().identity())
                                    .forEach(other ->
                                            gaps.add(
                                                    client.audio()
                                                            .longestGapMs(other, fromNs, toNs)));
                        }
                    }
                });
        return gaps;
    }

    @Override
    public DataLog.Count data() {
        DataLog.Count sum = new DataLog.Count(0, 0, 0);
        for (List<ChaosClient> members : fleet.byRoom().values()) {
            for (ChaosClient client : members) {
                for (ChaosClient other : members) {
                    if (other != client) {
                        int end = other.data().sent() - RECENT_MESSAGES;
                        sum = sum.plus(client.data().count(other.traits().identity(), end));
                    }
                }
            }
        }
        return sum;
    }

    @Override
    public int repeats() {
        return fleet.clients().stream().mapToInt(client -> client.data().repeats()).sum();
    }
}
