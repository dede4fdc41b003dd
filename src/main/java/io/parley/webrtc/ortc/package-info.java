/// What the signalling side tells the media side: ORTC-like parameter records, free of SDP,
/// protobuf and participants.
@NullMarked
package io.parley.webrtc.ortc;

import org.jspecify.annotations.NullMarked;
