/// Tokens: who the bearer is and what it may do.
@NullMarked
package io.parley.auth;

import org.jspecify.annotations.NullMarked;
