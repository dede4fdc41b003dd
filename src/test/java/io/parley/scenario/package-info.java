/// Our own client, built from the protocol cores, and what it does with a running node: joining,
/// publishing, subscribing, leaving, misbehaving.
@NullMarked
package io.parley.scenario;

import org.jspecify.annotations.NullMarked;
