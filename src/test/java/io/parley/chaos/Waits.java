package io.parley.chaos;

import io.parley.scenario.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for what happens elsewhere, up to a deadline.
final class Waits {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int CONNECT_MS = 200;

    private Waits() {}

    static void until(String what, Duration limit, BooleanSupplier condition) {
        if (!Waiting.within(limit, PAUSE, condition)) {
            throw new IllegalStateException(
                    "not within %d s: %s".formatted(limit.toSeconds(), what));
        }
    }

    static boolean isOpen(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
