package io.parley.chaos;

import java.util.List;

/// A broken rule and the lines that prove it.
record Violation(String rule, String what, List<String> proof) {
    Violation {
        proof = List.copyOf(proof);
    }

    static Violation of(String rule, String what, Object... proof) {
        return new Violation(
                rule, what, java.util.Arrays.stream(proof).map(String::valueOf).toList());
    }
}
