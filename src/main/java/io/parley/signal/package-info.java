/// The front door: HTTP, validation of who wants to join, and the websocket that carries
/// signalling.
@NullMarked
package io.parley.signal;

import org.jspecify.annotations.NullMarked;
