/// Whole stories of our protocol cores over a seeded lossy network in virtual time, and the
/// synthetic media that other tests send and check too.
@NullMarked
package io.parley.sim;

import org.jspecify.annotations.NullMarked;
