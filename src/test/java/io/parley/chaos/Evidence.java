package io.parley.chaos;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All that a run leaves behind for its checker.
///
/// @param startNs when the schedule began
/// @param endNs when everything was looked at
/// @param calm whether everything came to rest in time
/// @param deaths when nodes ended, by id
/// @param wakes when stopped nodes were let go, by id
/// @param drains what was wrong with nodes that were asked to end
/// @param reads each room's metadata, by room, by node
/// @param directory each room's owner and epoch, by node that says so
/// @param hosted the rooms that are alive on each node, by its id
record Evidence(
        Run run,
        long startNs,
        long endNs,
        boolean calm,
        List<Fault> faults,
        Map<String, Long> deaths,
        Map<String, Long> wakes,
        List<String> drains,
        Collection<JournalEntry> journal,
        List<Write> writes,
        Map<String, Map<String, String>> reads,
        Map<String, Map<String, String>> directory,
        Map<String, Set<String>> hosted,
        List<ClientSight> sights,
        List<EventLog.Event> events,
        Sound sound) {

    /// What clients heard of each other.
    interface Sound {
        /// The longest silences, of each pair of clients in those rooms.
        List<Long> gaps(Set<String> rooms, long fromNs, long toNs);

        DataLog.Count data();

        int repeats();
    }
}
