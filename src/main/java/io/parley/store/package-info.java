/// What outlives a room's verticle: records of rooms and of their participants.
@NullMarked
package io.parley.store;

import org.jspecify.annotations.NullMarked;
