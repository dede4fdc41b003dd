package io.parley.chaos;

/// Where a node of a run is reached.
///
/// @param number from 1 on; a restarted node keeps it
record NodeAddress(int number, String host, int port, int debugPort) {
    String url() {
        return "http://%s:%d".formatted(host, port);
    }

    String debugUrl() {
        return "http://%s:%d".formatted(host, debugPort);
    }
}
