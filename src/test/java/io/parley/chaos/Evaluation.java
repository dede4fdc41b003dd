package io.parley.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The verdict over a run's evidence: which rules were broken, which goals missed, and the figures.
/// Pure.
final class Evaluation {
    static final String OWNED_ONCE = "one-owner-after-quiet";
    static final String OWNERS_STAY = "owners-stay";
    static final String DRAINED = "drain-ends";
    static final String FOLLOWED = "browsers-can-follow";
    static final String JOINS = "no-failed-join";
    static final String PROGRAM = "clients-without-fault";
    private static final int SHOWN = 5;

    private final Evidence evidence;
    private final Run.Goals goals;
    private final OwnershipRules ownership;
    private final List<Violation> violations = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();
    private final List<Long> ownerMs = new ArrayList<>();
    private final List<Long> hitGapsMs = new ArrayList<>();
    private final List<Long> otherGapsMs = new ArrayList<>();
    private int mostReconnects;

    Evaluation(Evidence evidence) {
        this.evidence = evidence;
        this.goals = evidence.run().goals();
        this.ownership = new OwnershipRules(evidence.journal());
        checkRules();
        measure();
        checkGoals();
    }

    // ---- rules

    private void checkRules() {
        violations.addAll(ownership.check(goals.eachSide()));
        violations.addAll(
                new WriteRules(evidence.writes()).check(evidence.reads(), goals.eachSide()));
        Map<String, String> metadata = new HashMap<>();
        evidence.reads()
                .forEach((room, answers) ->
                        answers.values().stream()
                                .findFirst()
                                .ifPresent(value -> metadata.put(room, value)));
        violations.addAll(new SightRules(evidence.sights()).check(metadata));
        checkOwners();
        evidence.drains().forEach(what -> violations.add(Violation.of(DRAINED, what)));
        forbid("objection", FOLLOWED, "a browser could not go on");
        forbid("fault", PROGRAM, "a client of ours failed");
        if (evidence.run().shape().guests()) {
            forbid("join-failed", JOINS, "somebody could not join");
        }
    }

    private void forbid(String event, String rule, String what) {
        List<String> proof =
                events(event).stream().map(each -> each.since(evidence.startNs())).toList();
        if (!proof.isEmpty()) {
            violations.add(
                    new Violation(
                            rule,
                            "%s, %d times".formatted(what, proof.size()),
                            proof.subList(0, Math.min(SHOWN, proof.size()))));
        }
    }

    private List<EventLog.Event> events(String what) {
        return evidence.events().stream().filter(event -> event.what().equals(what)).toList();
    }

    /// All nodes name the same owner, which is one of them and the only one to have the room.
    private void checkOwners() {
        Map<String, Set<String>> named = new TreeMap<>();
        evidence.directory()
                .values()
                .forEach(page ->
                        page.forEach((room, owner) ->
                                named.computeIfAbsent(room, _ -> new TreeSet<>()).add(owner)));
        Map<String, Set<String>> having = new TreeMap<>();
        evidence.hosted()
                .forEach((node, rooms) ->
                        rooms.forEach(room ->
                                having.computeIfAbsent(room, _ -> new TreeSet<>()).add(node)));
        Map<String, Set<String>> believing = ownership.believers(evidence.deaths());
        Set<String> rooms = new TreeSet<>();
        evidence.sights().forEach(sight -> rooms.add(sight.room()));
        for (String room : rooms) {
            Set<String> names = named.getOrDefault(room, Set.of());
            Set<String> owners = new HashSet<>();
            names.forEach(name -> owners.add(name.split(" ", 2)[0]));
            boolean agree = names.size() == 1 && having.getOrDefault(room, Set.of()).equals(owners);
            boolean sane = !believing.containsKey(room) || believing.get(room).equals(owners);
            if (!agree || !sane) {
                violations.add(
                        Violation.of(
                                OWNED_ONCE,
                                room + " is not owned by exactly one node",
                                "the directory names " + names,
                                "alive on " + having.getOrDefault(room, Set.of()),
                                "not ended on " + believing.getOrDefault(room, Set.of())));
            }
        }
        if (goals.ownersStay() && !evidence.faults().isEmpty()) {
            checkOwnersStay(rooms);
        }
    }

    private void checkOwnersStay(Set<String> rooms) {
        List<String> moved =
                ownership.openedAfter(evidence.faults().getFirst().ns()).stream()
                        .filter(entry -> rooms.contains(entry.room()))
                        .map(JournalEntry::toString)
                        .toList();
        if (!moved.isEmpty()) {
            violations.add(
                    new Violation(
                            OWNERS_STAY,
                            "%d rooms were opened anew".formatted(moved.size()),
                            moved.subList(0, Math.min(SHOWN, moved.size()))));
        }
    }

    // ---- figures

    private void measure() {
        Set<String> all = new TreeSet<>();
        evidence.sights().forEach(sight -> all.add(sight.room()));
        for (int i = 0; i < evidence.faults().size(); i++) {
            Fault fault = evidence.faults().get(i);
            boolean last = i + 1 == evidence.faults().size();
            long untilNs = last ? evidence.endNs() : evidence.faults().get(i + 1).ns();
            Set<String> hit = fault.rooms();
            Set<String> others = new TreeSet<>(all);
            others.removeAll(hit);
            hitGapsMs.addAll(evidence.sound().gaps(hit, fault.ns(), untilNs));
            otherGapsMs.addAll(evidence.sound().gaps(others, fault.ns(), untilNs));
            for (String room : hit) {
                ownership
                        .nextOwner(room, fault.hit(), fault.ns())
                        .filter(entry -> entry.ns() < untilNs)
                        .ifPresent(entry -> ownerMs.add((entry.ns() - fault.ns()) / 1_000_000));
            }
            mostReconnects = Math.max(mostReconnects, reconnects(fault.ns(), untilNs));
        }
    }

    /// Of the client that came back most often in that time.
    private int reconnects(long fromNs, long toNs) {
        Map<String, Integer> times = new HashMap<>();
        for (EventLog.Event event : evidence.events()) {
            boolean back = event.what().equals("resumed") || event.what().equals("joined-anew");
            if (back && event.ns() >= fromNs && event.ns() < toNs) {
                times.merge(event.who(), 1, Integer::sum);
            }
        }
        return times.values().stream().max(Integer::compare).orElse(0);
    }

    private void checkGoals() {
        missedIf("time to the next owner, p99", ownerPercentiles().at(99), goals.ownerP99Ms());
        missedIf("silence in the rooms hit, p50", hitGaps().at(50), goals.gapP50Ms());
        missedIf("silence in the rooms hit, p99", hitGaps().at(99), goals.gapP99Ms());
        if (goals.reconnects() > 0 && mostReconnects > goals.reconnects()) {
            missed.add(
                    "a client came back %d times after one fault, at most %d are wanted"
                            .formatted(mostReconnects, goals.reconnects()));
        }
        if (goals.ownerP99Ms() > 0 && ownerMs.isEmpty()) {
            missed.add("no journal tells of a next owner");
        }
    }

    private void missedIf(String what, long ms, long limitMs) {
        if (limitMs > 0 && ms > limitMs) {
            missed.add("%s: %d ms, wanted at most %d ms".formatted(what, ms, limitMs));
        }
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    List<String> missed() {
        return List.copyOf(missed);
    }

    Percentiles ownerPercentiles() {
        return Percentiles.of(ownerMs);
    }

    Percentiles hitGaps() {
        return Percentiles.of(hitGapsMs);
    }

    Percentiles otherGaps() {
        return Percentiles.of(otherGapsMs);
    }

    // ---- words

    /// What is printed and kept.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        var writes = new WriteRules(evidence.writes());
        DataLog.Count data = evidence.sound().data();
        lines.add("time to the next owner      " + ownerPercentiles());
        lines.add("silence, rooms hit          " + hitGaps());
        lines.add("silence, other rooms        " + otherGaps());
        lines.add(
                "writes                      %d acknowledged, %d of unknown fate, %d refused"
                        .formatted(
                                writes.count(Write.Outcome.ACKNOWLEDGED),
                                writes.count(Write.Outcome.UNKNOWN),
                                writes.count(Write.Outcome.REFUSED)));
        lines.add(
                "reliable messages           %d expected, %d lost, %d doubled, %d repeats dropped"
                        .formatted(
                                data.expected(),
                                data.lost(),
                                data.doubled(),
                                evidence.sound().repeats()));
        lines.add("clients                     " + counts());
        lines.add("most reconnects of a client %d for one fault".formatted(mostReconnects));
        lines.add(
                "journals                    %d lines of owners; two owners at a time for %d ms"
                        .formatted(
                                ownership.owningEntries(),
                                ownership.longestOverlapMs(evidence.deaths(), evidence.wakes())));
        if (goals.eachSide()) {
            lines.add(
                    "two nodes choose to be available: epochs and writes are judged for each side");
        }
        if (!evidence.calm()) {
            lines.add("everything did NOT come to rest in time");
        }
        missed.forEach(what -> lines.add("GOAL MISSED " + what));
        violations.forEach(violation -> {
            lines.add("RULE BROKEN %s: %s".formatted(violation.rule(), violation.what()));
            violation.proof().forEach(proof -> lines.add("    " + proof));
        });
        if (violations.isEmpty()) {
            lines.add("all rules kept");
        }
        return lines;
    }

    private String counts() {
        Map<String, Integer> counts = new TreeMap<>();
        for (EventLog.Event event : evidence.events()) {
            if (!event.who().equals(Stage.WHO)) {
                counts.merge(event.what(), 1, Integer::sum);
            }
        }
        return counts.toString();
    }
}
