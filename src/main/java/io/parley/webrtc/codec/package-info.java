/// What a forwarder must know of payloads: key frames, layers, sizes, and the few bytes it
/// rewrites.
@NullMarked
package io.parley.webrtc.codec;

import org.jspecify.annotations.NullMarked;
