package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.chaos.ClientSight.Farewell;
import io.parley.chaos.ClientSight.Life;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SightRulesTest {
    private static ClientSight sight(String identity, String sid, Map<String, String> others) {
        return new ClientSight(
                "room", identity, sid, true, "", others, List.of(), List.of(), List.of());
    }

    private static List<String> broken(ClientSight... sights) {
        return new SightRules(List.of(sights))
                .check(Map.of()).stream().map(Violation::rule).toList();
    }

    private static final ClientSight ANNA = sight("anna", "PA_1", Map.of("ben", "PA_2"));
    private static final ClientSight BEN = sight("ben", "PA_2", Map.of("anna", "PA_1"));

    @Test
    void isContentWithTwoWhoSeeEachOther() {
        assertThat(broken(ANNA, BEN)).isEmpty();
        assertThat(new SightRules(List.of(ANNA, BEN)).isCalm()).isTrue();
    }

    @Test
    void findsTheLostTheDoubledAndTheOutdated() {
        assertThat(broken(ANNA, sight("ben", "PA_2", Map.of()))).containsExactly(SightRules.ONCE);
        assertThat(broken(ANNA, sight("ben", "PA_2", Map.of("anna", "PA_1", "ghost", "PA_3"))))
                .containsExactly(SightRules.ONCE);
        assertThat(broken(ANNA, sight("ben", "PA_2", Map.of("anna", "PA_0"))))
                .containsExactly(SightRules.ONCE);
    }

    @Test
    void findsWhoIsNotInAndWhoIsNotHeard() {
        ClientSight out =
                new ClientSight(
                        "room",
                        "ben",
                        "",
                        false,
                        "",
                        Map.of(),
                        List.of(),
                        List.of(),
                        List.of("anna"));
        assertThat(broken(sight("anna", "PA_1", Map.of()), out)).containsExactly(SightRules.IN);
        ClientSight deaf =
                new ClientSight(
                        "room",
                        "ben",
                        "PA_2",
                        true,
                        "",
                        Map.of("anna", "PA_1"),
                        List.of(),
                        List.of(),
                        List.of("anna"));
        assertThat(broken(ANNA, deaf)).containsExactly(SightRules.AUDIO);
        assertThat(new SightRules(List.of(ANNA, deaf)).isCalm()).isFalse();
    }

    @Test
    void findsAFarewellToSomebodyWhoStayed() {
        ClientSight told =
                new ClientSight(
                        "room",
                        "anna",
                        "PA_1",
                        true,
                        "",
                        Map.of("ben", "PA_2"),
                        List.of(new Farewell(50, "ben", "PA_2"), new Farewell(60, "ben", "PA_9")),
                        List.of(),
                        List.of());
        assertThat(broken(told, withLife(40))).isEmpty();
        assertThat(broken(told, withLife(90))).containsExactly(SightRules.NO_FLICKER);
    }

    private static ClientSight withLife(long lastSignNs) {
        return new ClientSight(
                "room",
                "ben",
                "PA_2",
                true,
                "",
                Map.of("anna", "PA_1"),
                List.of(),
                List.of(new Life("PA_2", 0, lastSignNs, 100)),
                List.of());
    }

    @Test
    void findsWhoWasNotToldTheMetadata() {
        assertThat(new SightRules(List.of(ANNA, BEN)).check(Map.of("room", "news")))
                .extracting(Violation::rule)
                .containsExactly(SightRules.METADATA, SightRules.METADATA);
    }
}
