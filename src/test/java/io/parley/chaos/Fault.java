package io.parley.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A moment at which something began to go wrong.
///
/// @param hit the id of the node whose rooms are hit, or empty
/// @param owners of all rooms just before, by node id
record Fault(long ns, List<Step> steps, String hit, Map<String, String> owners) {
    Fault {
        steps = List.copyOf(steps);
        owners = Map.copyOf(owners);
    }

    Fault with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Fault(ns, more, hit, owners);
    }

    /// The rooms of the node that was hit.
    Set<String> rooms() {
        Set<String> rooms = new TreeSet<>();
        owners.forEach((room, owner) -> {
            if (owner.equals(hit)) {
                rooms.add(room);
            }
        });
        return rooms;
    }

    @Override
    public String toString() {
        return String.join("; ", steps.stream().map(Step::toString).toList());
    }
}
