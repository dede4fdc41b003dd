package io.parley.chaos;

import java.time.Duration;

/// One step of a run's schedule. The text is what is printed.
sealed interface Step {
    /// Whether it is where something begins to go wrong, for clients to get over.
    default boolean isFault() {
        return switch (this) {
            case Pause _, Warm _, Continue _, Heal _, Feed _, StartRedis _, ContinueRedis _ ->
                    false;
            case Kill _, Stop _, Terminate _, Start _, Cut _, CutBus _, Lose _, Starve _ -> true;
            case KillRedis _, StopRedis _ -> true;
        };
    }

    /// The node whose rooms are hit, or 0.
    default int hit() {
        return switch (this) {
            case Kill(int node) -> node;
            case Stop(int node) -> node;
            case Terminate(int node, Duration _) -> node;
            case Cut(int from, int _) -> from;
            case CutBus(int node) -> node;
            case Starve(int node, int _) -> node;
            case Pause _, Warm _, Continue _, Start _, Lose _, Heal _, Feed _ -> 0;
            case KillRedis _, StartRedis _, StopRedis _, ContinueRedis _ -> 0;
        };
    }

    /// Nothing happens but time.
    record Pause(Duration time) implements Step {
        @Override
        public String toString() {
            return "wait %d ms".formatted(time.toMillis());
        }
    }

    /// What was started compiles no more, or that much time has passed.
    record Warm() implements Step {
        @Override
        public String toString() {
            return "wait until some of the CPU is idle, at most %d s"
                    .formatted(Stage.WARM_LIMIT.toSeconds());
        }
    }

    record Kill(int node) implements Step {
        @Override
        public String toString() {
            return "kill -9 node " + node;
        }
    }

    record Stop(int node) implements Step {
        @Override
        public String toString() {
            return "SIGSTOP node " + node;
        }
    }

    record Continue(int node) implements Step {
        @Override
        public String toString() {
            return "SIGCONT node " + node;
        }
    }

    /// SIGTERM; the node is to end with 0 in time.
    record Terminate(int node, Duration limit) implements Step {
        @Override
        public String toString() {
            return "SIGTERM node %d and wait for its end, at most %d s"
                    .formatted(node, limit.toSeconds());
        }
    }

    record Start(int node) implements Step {
        @Override
        public String toString() {
            return "start node %d and wait until it serves".formatted(node);
        }
    }

    record Cut(int from, int to) implements Step {
        @Override
        public String toString() {
            return "cut what node %d sends to node %d".formatted(from, to);
        }
    }

    record CutBus(int node) implements Step {
        @Override
        public String toString() {
            return "cut the event bus' port of node %d, both ways".formatted(node);
        }
    }

    record Lose(double share) implements Step {
        @Override
        public String toString() {
            return "lose %.0f %% of all packets between nodes".formatted(100 * share);
        }
    }

    record Heal() implements Step {
        @Override
        public String toString() {
            return "let everything through again";
        }
    }

    record Starve(int node, int percent) implements Step {
        @Override
        public String toString() {
            return "leave node %d %d %% of a core".formatted(node, percent);
        }
    }

    record Feed(int node) implements Step {
        @Override
        public String toString() {
            return "give node %d its cores back".formatted(node);
        }
    }

    record KillRedis() implements Step {
        @Override
        public String toString() {
            return "kill -9 Redis";
        }
    }

    /// Redis on its data of before.
    ///
    /// @param right whether it wants the password that the nodes know
    record StartRedis(boolean right) implements Step {
        @Override
        public String toString() {
            return right ? "start Redis" : "start Redis with another password";
        }
    }

    record StopRedis() implements Step {
        @Override
        public String toString() {
            return "SIGSTOP Redis";
        }
    }

    record ContinueRedis() implements Step {
        @Override
        public String toString() {
            return "SIGCONT Redis";
        }
    }
}
