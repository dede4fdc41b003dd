package io.parley.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/// The cost of one forwarded packet with a hundred subscribers; `-prof gc` adds
/// `gc.alloc.rate.norm`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class ForwardingBenchmark {
    private static final int SUBSCRIBERS = 100;

    @Param({"NONE", "INTRINSIC_GCM", "JDK_GCM", "JDK_CM"})
    public Crypto crypto = Crypto.NONE;

    private ForwardingWorld world = new ForwardingWorld(Crypto.NONE, 0);

    @Setup
    public void subscribe() {
        world = new ForwardingWorld(crypto, SUBSCRIBERS);
    }

    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS)
    public void forward() {
        world.step();
    }
}
