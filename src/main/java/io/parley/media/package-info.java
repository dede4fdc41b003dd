/// Media loops: one thread, one UDP port and the peers placed on it. The only package with sockets,
/// clocks and threads on the packet's way; rooms reach it by commands and hear from it by events.
@NullMarked
package io.parley.media;

import org.jspecify.annotations.NullMarked;
