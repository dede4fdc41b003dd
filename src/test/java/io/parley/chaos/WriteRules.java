package io.parley.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// No acknowledged write is lost: what is read at the end is the last acknowledged value, or a
/// later one of which nobody knows. Pure.
final class WriteRules {
    static final String KEPT = "acknowledged-writes-kept";
    static final String ONE_VALUE = "one-value-everywhere";
    private static final int PROOF_WRITES = 6;

    private final Map<String, List<Write>> byRoom = new TreeMap<>();

    /// In the order in which they were begun.
    WriteRules(List<Write> writes) {
        byRoom.putAll(
                writes.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Write::room, LinkedHashMap::new, Collectors.toList())));
    }

    /// @param reads what each node says each room's metadata is, by room, then by node
    /// @param eachSide whether each node of a partition may have acknowledged writes of its own, of
    ///   which those of one side stay
    List<Violation> check(Map<String, Map<String, String>> reads, boolean eachSide) {
        List<Violation> violations = new ArrayList<>();
        byRoom.forEach((room, writes) -> {
            Map<String, String> answers = reads.getOrDefault(room, Map.of());
            if (answers.values().stream().distinct().count() > 1) {
                violations.add(
                        Violation.of(ONE_VALUE, "nodes do not agree about " + room, answers));
            }
            for (Map.Entry<String, String> answer : answers.entrySet()) {
                if (!isAllowed(writes, answer.getValue(), eachSide)) {
                    violations.add(lost(room, writes, answer));
                    break;
                }
            }
            if (answers.isEmpty() && writes.stream().anyMatch(Write::isAcknowledged)) {
                violations.add(Violation.of(KEPT, "nobody knows room " + room));
            }
        });
        return violations;
    }

    private static boolean isAllowed(List<Write> writes, String value, boolean eachSide) {
        if (!eachSide) {
            return isLast(writes, value);
        }
        return writes.stream()
                .map(Write::node)
                .distinct()
                .anyMatch(node ->
                        isLast(
                                writes.stream().filter(each -> each.node() == node).toList(),
                                value));
    }

    /// The last acknowledged value (the empty one before the first), or one that was begun later.
    private static boolean isLast(List<Write> writes, String value) {
        for (Write write : writes.reversed()) {
            boolean maybe = write.outcome() != Write.Outcome.REFUSED;
            if (maybe && write.value().equals(value)) {
                return true;
            }
            if (write.isAcknowledged()) {
                return false;
            }
        }
        return value.isEmpty();
    }

    private static Violation lost(
            String room, List<Write> writes, Map.Entry<String, String> answer) {
        List<String> proof = new ArrayList<>();
        int from = Math.max(0, writes.size() - PROOF_WRITES);
        for (Write write : writes.subList(from, writes.size())) {
            proof.add(write.toString());
        }
        proof.add("read at the end from %s: '%s'".formatted(answer.getKey(), answer.getValue()));
        return new Violation(KEPT, "an acknowledged write to %s is lost".formatted(room), proof);
    }

    long count(Write.Outcome outcome) {
        return byRoom.values().stream()
                .flatMap(List::stream)
                .filter(write -> write.outcome() == outcome)
                .count();
    }
}
