package io.parley;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SIGTERM and SIGINT: the first one drains the node, a second one ends the process at once. The
/// JDK tells of signals through `sun.misc.Signal` alone, which the compiler warns of whatever is
/// said, so it is called by name. Any thread.
final class StopSignals {
    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);
    private static final String[] NAMES = {"TERM", "INT"};

    /// What a shell adds to the number of the signal that ended a process.
    private static final int BY_SIGNAL = 128;

    private final Runnable drain;
    private final AtomicBoolean asked = new AtomicBoolean();

    StopSignals(Runnable drain) {
        this.drain = drain;
    }

    /// A signal that the process was started to ignore, as those of a shell's background are, stays
    /// ignored.
    void listen() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (String name : NAMES) {
                Object wanted = signal.getConstructor(String.class).newInstance(name);
                int number = (int) signal.getMethod("getNumber").invoke(wanted);
                signal.getMethod("handle", signal, handler)
                        .invoke(null, wanted, handler(handler, signal, name, number));
            }
        } catch (ReflectiveOperationException e) {
            // With -Xrs, for example.
            log.warn("this node cannot hear signals and ends by them without a drain", e);
        }
    }

    private Object handler(Class<?> handler, Class<?> signal, String name, int number)
            throws ReflectiveOperationException {
        var type = MethodType.methodType(void.class, String.class, int.class);
        MethodHandle onSignal = MethodHandles.lookup().bind(this, "onSignal", type);
        MethodHandle bound = MethodHandles.insertArguments(onSignal, 0, name, number);
        return MethodHandleProxies.asInterfaceInstance(
                handler, MethodHandles.dropArguments(bound, 0, signal));
    }

    void onSignal(String name, int number) {
        if (asked.compareAndSet(false, true)) {
            log.info("exit requested, draining signal={}", name);
            drain.run();
        } else {
            log.warn("ended by a second signal signal={}", name);
            Runtime.getRuntime().halt(BY_SIGNAL + number);
        }
    }
}
