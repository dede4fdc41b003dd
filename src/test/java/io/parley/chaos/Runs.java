package io.parley.chaos;

import io.parley.chaos.Run.Goals;
import io.parley.chaos.Run.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// All runs by name.
final class Runs {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(75);
    private static final int EDGE = 3;
    private static final int LATE = 3;

    static final List<Run> ALL =
            List.of(
                    new Run(
                            "kill-owner",
                            "kill -9 of one of three nodes, 50 rooms over all of them",
                            Shape.of(3, 50, 4),
                            new Goals(false, false, 1500, 2000, 4000, 0),
                            (random, shape) ->
                                    List.of(calm(random), new Step.Kill(node(random, shape)))),
                    new Run(
                            "kill-edge",
                            "kill -9 of a node that owns no room and only holds websockets",
                            Shape.of(3, 20, 4).withoutRoomsAt(EDGE),
                            Goals.OWNERS_STAY,
                            (random, _) -> List.of(calm(random), new Step.Kill(EDGE))),
                    new Run(
                            "stop-2s",
                            "SIGSTOP of an owner for 2 s, below the limit of membership",
                            Shape.of(3, 20, 4),
                            Goals.OWNERS_STAY,
                            (random, shape) -> stop(random, shape, 2000)),
                    new Run(
                            "stop-15s",
                            "SIGSTOP of an owner for 15 s: it is replaced, and wakes",
                            Shape.of(3, 20, 4),
                            Goals.NONE,
                            (random, shape) -> stop(random, shape, 15_000)),
                    new Run(
                            "partition-1-2",
                            "one node is cut off from two for 20 s",
                            Shape.of(3, 20, 4).inNamespaces(),
                            Goals.NONE,
                            Runs::partition),
                    new Run(
                            "partition-1-1",
                            "two nodes are cut off from each other for 20 s",
                            Shape.of(2, 20, 4).inNamespaces(),
                            Goals.EACH_SIDE,
                            Runs::partition),
                    new Run(
                            "one-way",
                            "what one node sends to one other is lost for 15 s",
                            Shape.of(3, 20, 4).inNamespaces(),
                            Goals.NONE,
                            Runs::oneWay),
                    new Run(
                            "bridge",
                            "two nodes are cut off from each other for 15 s, the third sees both",
                            Shape.of(3, 20, 4).inNamespaces(),
                            Goals.NONE,
                            Runs::bridge),
                    new Run(
                            "bus-cut",
                            "a node's event bus is cut off for 10 s, its membership is not",
                            Shape.of(3, 20, 4).inNamespaces(),
                            Goals.NONE,
                            (random, shape) ->
                                    List.of(
                                            calm(random),
                                            new Step.CutBus(node(random, shape)),
                                            pause(10_000),
                                            new Step.Heal())),
                    new Run(
                            "loss-10",
                            "10 % of all packets between nodes are lost for 40 s",
                            Shape.of(3, 20, 4).inNamespaces(),
                            Goals.OWNERS_STAY,
                            (random, _) ->
                                    List.of(
                                            calm(random),
                                            new Step.Lose(0.1),
                                            pause(40_000),
                                            new Step.Heal())),
                    new Run(
                            "rolling",
                            "three nodes are restarted one after the other under 200 clients",
                            Shape.of(3, 50, 4).withGuests(),
                            new Goals(false, false, 0, 500, 0, 1),
                            Runs::rolling),
                    new Run(
                            "drain-1000",
                            "SIGTERM of a node that holds 1,000 websockets",
                            Shape.of(3, 100, 10).signalOnlyAt(1),
                            Goals.NONE,
                            (random, _) ->
                                    List.of(calm(random), new Step.Terminate(1, DRAIN_LIMIT))),
                    new Run(
                            "redis-restart",
                            "Redis is killed, and comes back after 5 s",
                            Shape.of(3, 20, 4).withRedis(),
                            Goals.OWNERS_STAY,
                            (random, _) ->
                                    List.of(
                                            calm(random),
                                            new Step.KillRedis(),
                                            pause(5000),
                                            new Step.StartRedis(true))),
                    new Run(
                            "redis-pause",
                            "Redis does not answer for 10 s",
                            Shape.of(3, 20, 4).withRedis(),
                            Goals.OWNERS_STAY,
                            (random, _) ->
                                    List.of(
                                            calm(random),
                                            new Step.StopRedis(),
                                            pause(10_000),
                                            new Step.ContinueRedis())),
                    new Run(
                            "redis-wrong-password",
                            "Redis comes back with another password, after 10 s with the right one",
                            Shape.of(3, 20, 4).withRedis(),
                            Goals.OWNERS_STAY,
                            (random, _) ->
                                    List.of(
                                            calm(random),
                                            new Step.KillRedis(),
                                            new Step.StartRedis(false),
                                            pause(10_000),
                                            new Step.KillRedis(),
                                            new Step.StartRedis(true))),
                    new Run(
                            "redis-kill-owner",
                            "kill -9 of an owner whose rooms are stored in Redis",
                            Shape.of(3, 20, 4).withRedis(),
                            Goals.NONE,
                            (random, shape) ->
                                    List.of(calm(random), new Step.Kill(node(random, shape)))),
                    new Run(
                            "join-under-load",
                            "a third node joins two that serve 200 clients",
                            Shape.of(2, 50, 4).withLater(1),
                            Goals.OWNERS_STAY,
                            (random, _) ->
                                    List.of(calm(random), new Step.Start(LATE), pause(8000))),
                    new Run(
                            "cpu-starved",
                            "an owner gets a tenth of a core for 20 s",
                            Shape.of(3, 20, 4),
                            Goals.NONE,
                            Runs::starve));

    private Runs() {}

    static Optional<Run> named(String name) {
        return ALL.stream().filter(run -> run.name().equals(name)).findFirst();
    }

    private static Step pause(long ms) {
        return new Step.Pause(Duration.ofMillis(ms));
    }

    /// Time in which all is well.
    private static Step calm(RandomGenerator random) {
        return pause(random.nextInt(3000, 6000));
    }

    private static int node(RandomGenerator random, Shape shape) {
        return 1 + random.nextInt(shape.nodes());
    }

    private static List<Step> stop(RandomGenerator random, Shape shape, long ms) {
        int victim = node(random, shape);
        return List.of(calm(random), new Step.Stop(victim), pause(ms), new Step.Continue(victim));
    }

    private static List<Step> partition(RandomGenerator random, Shape shape) {
        int alone = node(random, shape);
        List<Step> steps = new ArrayList<>(List.of(calm(random)));
        for (int other = 1; other <= shape.nodes(); other++) {
            if (other != alone) {
                steps.add(new Step.Cut(alone, other));
                steps.add(new Step.Cut(other, alone));
            }
        }
        steps.addAll(List.of(pause(20_000), new Step.Heal()));
        return steps;
    }

    private static List<Step> oneWay(RandomGenerator random, Shape shape) {
        int from = node(random, shape);
        int to = 1 + from % shape.nodes();
        return List.of(calm(random), new Step.Cut(from, to), pause(15_000), new Step.Heal());
    }

    private static List<Step> bridge(RandomGenerator random, Shape shape) {
        int from = node(random, shape);
        int to = 1 + from % shape.nodes();
        return List.of(
                calm(random),
                new Step.Cut(from, to),
                new Step.Cut(to, from),
                pause(15_000),
                new Step.Heal());
    }

    private static List<Step> rolling(RandomGenerator random, Shape shape) {
        List<Integer> order =
                new ArrayList<>(IntStream.rangeClosed(1, shape.nodes()).boxed().toList());
        Collections.shuffle(order, new Random(random.nextLong()));
        List<Step> steps = new ArrayList<>();
        for (int node : order) {
            steps.addAll(
                    List.of(
                            calm(random),
                            new Step.Terminate(node, DRAIN_LIMIT),
                            new Step.Start(node),
                            new Step.Warm()));
        }
        steps.add(calm(random));
        return steps;
    }

    private static List<Step> starve(RandomGenerator random, Shape shape) {
        int victim = node(random, shape);
        return List.of(
                calm(random), new Step.Starve(victim, 10), pause(20_000), new Step.Feed(victim));
    }
}
