/// Settings from YAML, variables and flags, checked against `conf/parley.yaml`, which is the manual
/// and the schema in one.
@NullMarked
package io.parley.config;

import org.jspecify.annotations.NullMarked;
