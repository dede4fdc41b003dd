/// RTP packets as views over borrowed bytes, their header extensions, and wrap-around arithmetic.
@NullMarked
package io.parley.webrtc.rtp;

import org.jspecify.annotations.NullMarked;
