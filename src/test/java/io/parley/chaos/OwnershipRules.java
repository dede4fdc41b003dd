package io.parley.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What the nodes' journals prove about who owned which room. Pure.
final class OwnershipRules {
    static final String ONE_OWNER = "one-owner-an-epoch";
    static final String EPOCHS_RISE = "acknowledged-epochs-rise";
    static final String COMPLETE = "journal-complete";

    private final List<JournalEntry> entries;

    OwnershipRules(Collection<JournalEntry> entries) {
        this.entries = entries.stream().sorted(Comparator.comparingLong(JournalEntry::ns)).toList();
    }

    /// @param eachSide whether both sides of a partition may serve: two nodes choose to be
    ///   available
    List<Violation> check(boolean eachSide) {
        List<Violation> violations = new ArrayList<>();
        violations.addAll(checkOneOwner());
        violations.addAll(checkEpochsRise(eachSide));
        entries.stream()
                .filter(entry -> entry.is(JournalEntry.LOST))
                .forEach(entry ->
                        violations.add(
                                Violation.of(
                                        COMPLETE, "a node could not record all it did", entry)));
        return violations;
    }

    /// Whether it served the room as its owner.
    private static boolean isOwning(JournalEntry entry) {
        return entry.is(JournalEntry.OWNS) || entry.is(JournalEntry.ACK);
    }

    private List<Violation> checkOneOwner() {
        Map<String, JournalEntry> first = new HashMap<>();
        Set<String> told = new HashSet<>();
        List<Violation> violations = new ArrayList<>();
        for (JournalEntry entry : entries) {
            if (!isOwning(entry)) {
                continue;
            }
            String life = entry.room() + " epoch " + entry.epoch();
            JournalEntry before = first.putIfAbsent(life, entry);
            if (before != null && !before.node().equals(entry.node()) && told.add(life)) {
                violations.add(Violation.of(ONE_OWNER, "two nodes served " + life, before, entry));
            }
        }
        return violations;
    }

    private List<Violation> checkEpochsRise(boolean eachSide) {
        Map<String, JournalEntry> highest = new HashMap<>();
        List<Violation> violations = new ArrayList<>();
        for (JournalEntry entry : entries) {
            if (!entry.is(JournalEntry.ACK)) {
                continue;
            }
            String series = eachSide ? entry.room() + " at " + entry.node() : entry.room();
            JournalEntry before = highest.get(series);
            if (before == null || before.epoch() <= entry.epoch()) {
                highest.put(series, entry);
            } else {
                violations.add(
                        Violation.of(
                                EPOCHS_RISE,
                                "an older epoch of %s acknowledged something".formatted(series),
                                before,
                                entry));
            }
        }
        return violations;
    }

    /// Who owned each room at that moment, as far as the journals tell: who opened it last.
    Map<String, String> ownersAt(long ns) {
        Map<String, String> owners = new TreeMap<>();
        for (JournalEntry entry : entries) {
            if (entry.ns() > ns) {
                break;
            }
            if (entry.is(JournalEntry.OWNS)) {
                owners.put(entry.room(), entry.node());
            } else if (entry.is(JournalEntry.ENDS)) {
                owners.remove(entry.room(), entry.node());
            }
        }
        return owners;
    }

    /// The next node to open that room after that moment, other than the one it had.
    Optional<JournalEntry> nextOwner(String room, String before, long ns) {
        return entries.stream()
                .filter(entry -> entry.ns() > ns && entry.is(JournalEntry.OWNS))
                .filter(entry -> entry.room().equals(room) && !entry.node().equals(before))
                .findFirst();
    }

    /// For how long at most two nodes held themselves for the owner of one room; what a killed node
    /// believed ended with it, and a stopped one can do nothing until it wakes.
    ///
    /// @param deaths when each node ended, by its id
    /// @param wakes when each stopped node was let go
    long longestOverlapMs(Map<String, Long> deaths, Map<String, Long> wakes) {
        Map<String, Map<String, Long>> open = new HashMap<>();
        long longestNs = 0;
        for (JournalEntry entry : entries) {
            Map<String, Long> believers = open.computeIfAbsent(entry.room(), _ -> new HashMap<>());
            believers
                    .keySet()
                    .removeIf(node -> deaths.getOrDefault(node, Long.MAX_VALUE) <= entry.ns());
            if (entry.is(JournalEntry.OWNS)) {
                believers.put(entry.node(), entry.ns());
            } else if (entry.is(JournalEntry.ENDS)) {
                Long since = believers.remove(entry.node());
                long awakeNs = wakes.getOrDefault(entry.node(), Long.MIN_VALUE);
                for (long other : believers.values()) {
                    long from = Math.max(other, since == null ? entry.ns() : since);
                    from = Math.clamp(from, Math.min(awakeNs, entry.ns()), entry.ns());
                    longestNs = Math.max(longestNs, entry.ns() - from);
                }
            }
        }
        return longestNs / 1_000_000;
    }

    /// Who still holds itself for the owner of each room.
    Map<String, Set<String>> believers(Map<String, Long> deaths) {
        Map<String, Set<String>> believers = new TreeMap<>();
        for (JournalEntry entry : entries) {
            Set<String> nodes = believers.computeIfAbsent(entry.room(), _ -> new HashSet<>());
            if (entry.is(JournalEntry.OWNS) && !deaths.containsKey(entry.node())) {
                nodes.add(entry.node());
            } else if (entry.is(JournalEntry.ENDS)) {
                nodes.remove(entry.node());
            }
        }
        believers.values().removeIf(Set::isEmpty);
        return believers;
    }

    /// Rooms that were opened after that moment.
    List<JournalEntry> openedAfter(long ns) {
        return entries.stream()
                .filter(entry -> entry.ns() > ns && entry.is(JournalEntry.OWNS))
                .toList();
    }

    int owningEntries() {
        return (int) entries.stream().filter(OwnershipRules::isOwning).count();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
