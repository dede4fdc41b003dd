/// The program: arguments become settings, settings become a node.
@NullMarked
package io.parley;

import org.jspecify.annotations.NullMarked;
