/// Bandwidth estimation: what is told to a sender, and the number a subscriber is allowed.
@NullMarked
package io.parley.webrtc.bwe;

import org.jspecify.annotations.NullMarked;
