/// Finding and keeping a working path to the other side: STUN messages (RFC 8489) and an ICE agent
/// (RFC 8445, 8838, 7675, 6544), without sockets, clock or threads.
@NullMarked
package io.parley.webrtc.ice;

import org.jspecify.annotations.NullMarked;
