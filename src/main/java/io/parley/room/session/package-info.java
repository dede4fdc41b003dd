/// A participant's signalling life: the consumer behind `session.<sid>`, which survives reconnects.
@NullMarked
package io.parley.room.session;

import org.jspecify.annotations.NullMarked;
