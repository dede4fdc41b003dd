/// Real browsers with LiveKit's own client against whole nodes; the scenarios are in
/// `src/test/browser`.
@NullMarked
package io.parley.browser;

import org.jspecify.annotations.NullMarked;
