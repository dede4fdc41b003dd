/// LiveKit's client and server SDKs against a whole node; the clients' scripts are in
/// `src/test/sdk`.
@NullMarked
package io.parley.sdk;

import org.jspecify.annotations.NullMarked;
