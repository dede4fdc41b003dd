/// Nodes, the bus between them, and the directory that says which node owns a room.
@NullMarked
package io.parley.cluster;

import org.jspecify.annotations.NullMarked;
