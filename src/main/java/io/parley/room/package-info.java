/// Rooms: participants, their tracks and subscriptions, and every decision about them. Plain
/// classes, each owned by its room's context; only `RoomVerticle` and `session` know Vert.x.
@NullMarked
package io.parley.room;

import org.jspecify.annotations.NullMarked;
