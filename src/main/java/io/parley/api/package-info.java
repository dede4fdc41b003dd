/// HTTP calls beside signalling: LiveKit's Twirp services, the try page, metrics and debugging.
@NullMarked
package io.parley.api;

import org.jspecify.annotations.NullMarked;
