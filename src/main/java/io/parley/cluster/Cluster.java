package io.parley.cluster;

import io.vertx.core.Vertx;

/// What a started node has: its Vert.x, the bus, and who and where everybody is.
public record Cluster(Vertx vertx, Bus bus, Nodes nodes, RoomDirectory rooms) {}
