/// Session descriptions (RFC 8866) as immutable values: read, asked, written. What they mean for a
/// connection is decided elsewhere.
@NullMarked
package io.parley.webrtc.sdp;

import org.jspecify.annotations.NullMarked;
