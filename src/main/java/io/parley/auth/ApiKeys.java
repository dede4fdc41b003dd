package io.parley.auth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The API keys and their secrets, in the order of the configuration.
public record ApiKeys(Map<String, String> secrets) {
    public ApiKeys {
        secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
    }

    public Optional<String> secret(String apiKey) {
        return Optional.ofNullable(secrets.get(apiKey));
    }

    /// The key for what the server signs on its own behalf (webhooks, tokens of the command line).
    public Optional<String> first() {
        return secrets.keySet().stream().findFirst();
    }

    @Override
    public String toString() {
        return "ApiKeys" + secrets.keySet();
    }
}
