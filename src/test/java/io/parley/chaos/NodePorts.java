package io.parley.chaos;

/// Where a node listens.
record NodePorts(String host, int http, int debug, int udp, int tcp, int cluster, int bus) {}
