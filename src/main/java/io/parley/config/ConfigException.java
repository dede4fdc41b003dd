package io.parley.config;

import java.io.Serial;

/// A setting that cannot be used; the message names the key and where it came from.
public final class ConfigException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}
