package io.parley.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// `make chaos ARGS="--run kill-owner --seed 7"`: failure runs by name and seed.
///
/// Ends with 0 if all rules and goals were kept, 1 if a rule was broken, 2 if only a time goal was
/// missed, 3 if a run could not be made.
public final class Chaos {
    private static final int RULE_BROKEN = 1;
    private static final int GOAL_MISSED = 2;
    private static final int NOT_RUN = 3;
    private static final AtomicReference<@Nullable Stage> CURRENT = new AtomicReference<>();

    private static final String USAGE =
            """
            make chaos ARGS="…", of which

              --list                 the runs
              --run NAME[,NAME…]     some of them
              --all                  all of them
              --seed N               what is left to chance, 1 by default
              --seeds A..B           each of these seeds
              --rooms N, --members N another size than the run's own
              --schedule             print the schedule and do nothing
            """;

    private final List<Run> runs = new ArrayList<>();
    private final List<Long> seeds = new ArrayList<>();
    private final List<String> summary = new ArrayList<>();
    private final Map<String, List<Evaluation>> evaluations = new TreeMap<>();
    private int status;

    private Chaos() {}

    public static void main(String[] arguments) {
        hush("io.vertx");
        hush("io.netty");
        Runtime.getRuntime().addShutdownHook(new Thread(Chaos::abandon));
        int status = run(arguments);
        CURRENT.set(null);
        System.exit(status);
    }

    /// What breaks is meant to break.
    private static void hush(String name) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
    }

    /// Ctrl-C.
    private static void abandon() {
        Stage stage = CURRENT.getAndSet(null);
        if (stage != null) {
            stage.abandon();
        }
    }

    private static int run(String[] arguments) {
        try {
            return new Chaos().start(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("chaos: " + e.getMessage() + "\n\n" + USAGE);
            return NOT_RUN;
        }
    }

    private int start(List<String> arguments) {
        Map<String, String> options = parse(arguments);
        if (options.containsKey("list") || options.isEmpty()) {
            System.out.println(USAGE);
            Runs.ALL.forEach(run -> System.out.printf("  %-22s %s%n", run.name(), run.about()));
            return 0;
        }
        choose(options);
        for (Run run : runs) {
            for (long seed : seeds) {
                if (options.containsKey("schedule")) {
                    System.out.println(title(run, seed));
                    run.schedule(new java.util.Random(seed))
                            .forEach(step -> System.out.println("    " + step));
                } else {
                    status = worse(status, play(run, seed));
                }
            }
        }
        summarise();
        return status;
    }

    private static Map<String, String> parse(List<String> arguments) {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            switch (name) {
                case "--list", "--all", "--schedule" -> options.put(name.substring(2), "");
                case "--run", "--seed", "--seeds", "--rooms", "--members" -> {
                    if (++i == arguments.size()) {
                        throw new IllegalArgumentException(name + " wants a value");
                    }
                    options.put(name.substring(2), arguments.get(i));
                }
                default -> throw new IllegalArgumentException("unknown: " + name);
            }
        }
        return options;
    }

    private void choose(Map<String, String> options) {
        if (options.containsKey("all")) {
            runs.addAll(Runs.ALL);
        }
        Stream.of(options.getOrDefault("run", "").split(",", -1))
                .filter(name -> !name.isEmpty())
                .forEach(name ->
                        runs.add(
                                Runs.named(name)
                                        .orElseThrow(() ->
                                                new IllegalArgumentException("no run " + name))));
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("which run?");
        }
        runs.replaceAll(run ->
                run.sized(
                        (int) number(options, "rooms", run.shape().rooms()),
                        (int) number(options, "members", run.shape().members())));
        String range = options.getOrDefault("seeds", "");
        if (range.isEmpty()) {
            seeds.add(number(options, "seed", 1));
        } else {
            List<Long> ends =
                    Arrays.stream(range.split("\\.\\.", -1)).map(Chaos::parseNumber).toList();
            LongStream.rangeClosed(ends.getFirst(), ends.getLast()).forEach(seeds::add);
        }
    }

    private static long number(Map<String, String> options, String name, long otherwise) {
        String value = options.get(name);
        return value == null ? otherwise : parseNumber(value);
    }

    private static long parseNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + text, e);
        }
    }

    private static int worse(int one, int other) {
        List<Integer> order = List.of(0, GOAL_MISSED, NOT_RUN, RULE_BROKEN);
        return order.indexOf(one) < order.indexOf(other) ? other : one;
    }

    private static String title(Run run, long seed) {
        Run.Shape shape = run.shape();
        return "%s, seed %d: %s; %d nodes, %d rooms of %d"
                .formatted(
                        run.name(),
                        seed,
                        run.about(),
                        shape.nodes(),
                        shape.rooms(),
                        shape.members());
    }

    /// Why it cannot be made on this machine; empty if it can.
    private static String obstacle(Run.Shape shape) {
        if (!Files.exists(NodeProcess.jar())) {
            return "no " + NodeProcess.jar() + ": make build";
        }
        if (shape.redis() && !Shell.attempt("redis-server", "--version")) {
            return "no redis-server here";
        }
        return shape.place() == Run.Place.NAMESPACES ? NamespaceNetwork.obstacle() : "";
    }

    private int play(Run run, long seed) {
        System.out.println("\n" + title(run, seed));
        String obstacle = obstacle(run.shape());
        if (!obstacle.isEmpty()) {
            summary.add("%-22s seed %-3d NOT RUN: %s".formatted(run.name(), seed, obstacle));
            System.out.println("  not run: " + obstacle);
            return NOT_RUN;
        }
        Path directory = Path.of("target", "chaos", run.name() + "-" + seed).toAbsolutePath();
        clear(directory);
        try (Stage stage = new Stage(run, seed, directory)) {
            CURRENT.set(stage);
            List<String> lines = new ArrayList<>(List.of(title(run, seed)));
            stage.schedule().forEach(step -> lines.add("    " + step));
            write(directory.resolve("schedule.txt"), lines);
            lines.subList(1, lines.size()).forEach(System.out::println);
            stage.prepare();
            System.out.println("  everybody is in; " + stage.warm());
            stage.play();
            return judge(run, seed, directory, new Evaluation(stage.settle()));
        } catch (IllegalStateException e) {
            System.out.println("  not run to its end: " + e.getMessage());
            write(directory.resolve("result.txt"), List.of("not run to its end: " + e));
            summary.add("%-22s seed %-3d NOT RUN: %s".formatted(run.name(), seed, e.getMessage()));
            return NOT_RUN;
        } finally {
            CURRENT.set(null);
        }
    }

    private int judge(Run run, long seed, Path directory, Evaluation evaluation) {
        evaluations.computeIfAbsent(run.name(), _ -> new ArrayList<>()).add(evaluation);
        List<String> lines = evaluation.lines();
        write(directory.resolve("result.txt"), lines);
        lines.forEach(line -> System.out.println("  " + line));
        int outcome =
                evaluation.violations().isEmpty()
                        ? evaluation.missed().isEmpty() ? 0 : GOAL_MISSED
                        : RULE_BROKEN;
        String word =
                switch (outcome) {
                    case 0 -> "kept";
                    case GOAL_MISSED -> "GOAL MISSED";
                    default ->
                            "BROKEN "
                                    + evaluation.violations().stream()
                                            .map(Violation::rule)
                                            .distinct()
                                            .toList();
                };
        summary.add(
                "%-22s seed %-3d %s; owner p99 %d ms, silence p50 %d ms, p99 %d ms"
                        .formatted(
                                run.name(),
                                seed,
                                word,
                                evaluation.ownerPercentiles().at(99),
                                evaluation.hitGaps().at(50),
                                evaluation.hitGaps().at(99)));
        return outcome;
    }

    /// Of several runs together.
    private void summarise() {
        if (summary.size() < 2) {
            return;
        }
        System.out.println("\nsummary");
        summary.forEach(line -> System.out.println("  " + line));
        evaluations.forEach((name, all) -> {
            System.out.printf("  %s over %d seeds%n", name, all.size());
            System.out.println("    time to the next owner " + merged(all, 0));
            System.out.println("    silence, rooms hit     " + merged(all, 1));
            System.out.println("    silence, other rooms   " + merged(all, 2));
        });
    }

    private static Percentiles merged(List<Evaluation> all, int which) {
        List<Long> samples = new ArrayList<>();
        for (Evaluation each : all) {
            Percentiles part =
                    switch (which) {
                        case 0 -> each.ownerPercentiles();
                        case 1 -> each.hitGaps();
                        default -> each.otherGaps();
                    };
            samples.addAll(part.sorted());
        }
        return Percentiles.of(samples);
    }

    private static void clear(Path directory) {
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> old = Files.walk(directory)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
