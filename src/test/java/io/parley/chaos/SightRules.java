package io.parley.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// After quiet each client sees each participant of its room exactly once, with the SID that it
/// has, and hears it; nobody was said to have left who had not. Pure.
final class SightRules {
    static final String ONCE = "each-participant-once";
    static final String IN = "every-client-in";
    static final String NO_FLICKER = "no-leave-and-join";
    static final String AUDIO = "audio-flows";
    static final String METADATA = "clients-know-metadata";

    private final Collection<ClientSight> sights;

    SightRules(Collection<ClientSight> sights) {
        this.sights = sights;
    }

    /// @param metadata of each room, as the API says
    List<Violation> check(Map<String, String> metadata) {
        List<Violation> violations = new ArrayList<>();
        rooms().forEach((_, members) -> {
            Map<String, String> present = new TreeMap<>();
            members.stream()
                    .filter(member -> !member.sid().isEmpty())
                    .forEach(member -> present.put(member.identity(), member.sid()));
            members.forEach(member -> violations.addAll(check(member, present)));
        });
        violations.addAll(checkMetadata(metadata));
        violations.addAll(checkFlicker());
        return violations;
    }

    /// Whether nothing is left to wait for.
    boolean isCalm() {
        return rooms().values().stream()
                .allMatch(members -> {
                    Map<String, String> present = new TreeMap<>();
                    members.forEach(member -> present.put(member.identity(), member.sid()));
                    return members.stream().allMatch(member -> check(member, present).isEmpty());
                });
    }

    private Map<String, List<ClientSight>> rooms() {
        return sights.stream()
                .collect(
                        Collectors.groupingBy(
                                ClientSight::room, TreeMap::new, Collectors.toList()));
    }

    private static List<Violation> check(ClientSight client, Map<String, String> present) {
        List<Violation> violations = new ArrayList<>();
        String name = "%s in %s".formatted(client.identity(), client.room());
        if (client.sid().isEmpty() || !client.connected()) {
            violations.add(Violation.of(IN, name + " is not connected", "sid " + client.sid()));
            return violations;
        }
        Map<String, String> expected = new TreeMap<>(present);
        expected.remove(client.identity());
        if (!expected.equals(new TreeMap<>(client.others()))) {
            violations.add(
                    Violation.of(
                            ONCE,
                            name + " does not see who is there",
                            "sees     " + new TreeMap<>(client.others()),
                            "expected " + expected));
        }
        if (!client.silent().isEmpty()) {
            violations.add(Violation.of(AUDIO, name + " does not hear " + client.silent()));
        }
        return violations;
    }

    private List<Violation> checkMetadata(Map<String, String> metadata) {
        List<Violation> violations = new ArrayList<>();
        for (ClientSight client : sights) {
            String known = metadata.get(client.room());
            if (known != null && !client.sid().isEmpty() && !known.equals(client.metadata())) {
                violations.add(
                        Violation.of(
                                METADATA,
                                "%s in %s was not told the room's metadata"
                                        .formatted(client.identity(), client.room()),
                                "knows '%s', the room has '%s'"
                                        .formatted(client.metadata(), known)));
            }
        }
        return violations;
    }

    /// Who came back to its session after others had been told that it left.
    private List<Violation> checkFlicker() {
        Map<String, ClientSight.Life> lives = new HashMap<>();
        sights.forEach(client -> client.lives().forEach(life -> lives.put(life.sid(), life)));
        List<Violation> violations = new ArrayList<>();
        for (ClientSight client : sights) {
            for (ClientSight.Farewell farewell : client.farewells()) {
                ClientSight.Life life = lives.get(farewell.sid());
                if (life != null && life.lastSignNs() > farewell.ns()) {
                    violations.add(
                            Violation.of(
                                    NO_FLICKER,
                                    "%s was told that %s left, which went on later"
                                            .formatted(client.identity(), farewell.identity()),
                                    farewell,
                                    life));
                }
            }
        }
        return violations;
    }
}
