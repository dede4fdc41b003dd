package io.parley;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The import table of the design: what each package may use of ours. A changed line here is a
/// changed architecture.
class ArchitectureTest {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.parley");

    private static final Set<String> PROTOCOLS =
            Set.of(
                    "webrtc.ortc",
                    "webrtc.ice",
                    "webrtc.dtls",
                    "webrtc.srtp",
                    "webrtc.rtp",
                    "webrtc.rtcp",
                    "webrtc.codec",
                    "webrtc.sctp",
                    "webrtc.bwe");

    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    entry("webrtc.ortc", Set.of()),
                    entry("webrtc.rtp", Set.of()),
                    entry("webrtc.sdp", Set.of()),
                    entry("webrtc.ice", Set.of()),
                    entry("webrtc.srtp", Set.of()),
                    entry("webrtc.sctp", Set.of()),
                    entry("webrtc.dtls", Set.of("webrtc.srtp")),
                    entry("webrtc.rtcp", Set.of("webrtc.rtp")),
                    entry("webrtc.codec", Set.of("webrtc.rtp")),
                    entry("webrtc.bwe", Set.of("webrtc.rtcp", "webrtc.rtp")),
                    entry(
                            "sfu",
                            Set.of(
                                    "webrtc.rtp",
                                    "webrtc.rtcp",
                                    "webrtc.codec",
                                    "webrtc.bwe",
                                    "webrtc.ortc")),
                    entry("media", with(PROTOCOLS, "sfu", "metrics")),
                    entry("metrics", Set.of()),
                    entry("auth", Set.of("metrics")),
                    entry("config", Set.of("metrics")),
                    entry("store", Set.of("cluster")),
                    entry("cluster", Set.of()),
                    entry(
                            "room",
                            Set.of(
                                    "media",
                                    "webrtc.sdp",
                                    "webrtc.ortc",
                                    "cluster",
                                    "store",
                                    "auth",
                                    "metrics")),
                    entry("signal", Set.of("cluster", "auth", "metrics", "store")),
                    entry("api", Set.of("cluster", "auth", "metrics", "store")));

    private static Set<String> with(Set<String> base, String... more) {
        Set<String> all = new TreeSet<>(base);
        all.addAll(Set.of(more));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> packagesUseOnlyWhatTheTableAllows() {
        return MAY_USE.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.getKey(), () -> checkRow(row.getKey(), row.getValue())));
    }

    private static void checkRow(String name, Set<String> allowed) {
        Set<String> permitted = new TreeSet<>();
        permitted.add("io.parley." + name + "..");
        allowed.forEach(other -> permitted.add("io.parley." + other + ".."));
        noClasses()
                .that()
                .resideInAPackage("io.parley." + name + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.parley..")
                                .and(resideOutsideOfPackages(permitted.toArray(String[]::new))))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void everyPackageStandsInTheTable() {
        noClasses()
                .that()
                .resideInAPackage("io.parley.*..")
                .should()
                .resideOutsideOfPackages(
                        MAY_USE.keySet().stream()
                                .map(name -> "io.parley." + name + "..")
                                .toArray(String[]::new))
                .check(MAIN);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.parley.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void protocolsAndForwardingSeeNeitherVertxNorSocketsNorClocksNorThreads() {
        noClasses()
                .that()
                .resideInAnyPackage("io.parley.webrtc..", "io.parley.sfu..")
                .and()
                .resideOutsideOfPackage("io.parley.webrtc.dtls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..",
                        "io.netty..",
                        "java.nio.channels..",
                        "com.google.protobuf..",
                        "livekit..",
                        "org.slf4j..",
                        "java.util.concurrent..")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class)
                .check(MAIN);
    }

    @Test
    void mediaSeesNoVertxAndNoProtobuf() {
        noClasses()
                .that()
                .resideInAPackage("io.parley.media..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "io.netty..", "com.google.protobuf..", "livekit..")
                .check(MAIN);
    }

    @Test
    void vertxReachesOnlyTheShellsOfARoom() {
        noClasses()
                .that()
                .resideInAPackage("io.parley.room..")
                .and()
                .haveSimpleNameNotEndingWith("Verticle")
                .and()
                .haveSimpleNameNotEndingWith("Session")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..")
                .check(MAIN);
    }

    @Test
    void onlyThreadedPackagesHoldVolatileFields() {
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages(
                        "io.parley.media..",
                        "io.parley.metrics..",
                        "io.parley.cluster..",
                        "io.parley.webrtc.dtls..",
                        "io.parley.store.state..", // written by protoc
                        "io.parley")
                .should()
                .haveModifier(JavaModifier.VOLATILE)
                .check(MAIN);
    }
}
