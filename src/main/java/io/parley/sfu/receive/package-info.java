/// The publisher's side: SSRCs, losses, packet rings, layers and the reports that go back.
@NullMarked
package io.parley.sfu.receive;

import org.jspecify.annotations.NullMarked;
