/// RTCP: reading compounds without allocation, and writing them.
@NullMarked
package io.parley.webrtc.rtcp;

import org.jspecify.annotations.NullMarked;
