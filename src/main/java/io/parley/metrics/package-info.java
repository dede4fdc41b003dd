/// Counters that every layer may touch, and their way out to Prometheus.
@NullMarked
package io.parley.metrics;

import org.jspecify.annotations.NullMarked;
