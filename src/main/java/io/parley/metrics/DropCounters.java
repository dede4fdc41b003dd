package io.parley.metrics;

import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/// How often each named drop reason occurred. Any enum constant is a reason; it needs no
/// registration. Any thread may count.
public final class DropCounters {
    private final ConcurrentMap<Enum<?>, LongAdder> counters = new ConcurrentHashMap<>();

    public void count(Enum<?> reason) {
        LongAdder counter = counters.get(reason);
        if (counter == null) {
            counter = counters.computeIfAbsent(reason, _ -> new LongAdder());
        }
        counter.increment();
    }

    public long value(Enum<?> reason) {
        LongAdder counter = counters.get(reason);
        return counter == null ? 0 : counter.sum();
    }

    /// Calls back with `srtp.auth_failed`-like names: the enum's package, then the constant.
    public void forEach(ObjLongConsumer<String> visitor) {
        counters.forEach((reason, counter) -> visitor.accept(nameOf(reason), counter.sum()));
    }

    static String nameOf(Enum<?> reason) {
        String[] path = reason.getDeclaringClass().getPackageName().split("\\.", -1);
        return path[path.length - 1] + "." + reason.name().toLowerCase(Locale.ROOT);
    }
}
