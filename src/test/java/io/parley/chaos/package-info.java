/// Failure runs: three real server processes, what happens to them by a seeded schedule, live
/// clients that send audio and data, and a checker of what they saw and what the nodes recorded
/// (`make chaos`).
@NullMarked
package io.parley.chaos;

import org.jspecify.annotations.NullMarked;
