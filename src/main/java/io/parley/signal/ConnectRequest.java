package io.parley.signal;

import io.parley.auth.Grants;
import java.util.Map;

/// What arrived at one of the signalling paths, before anybody has looked at it.
///
/// @param isV1 `/rtc/v1`
/// @param isStrict a validate path
/// @param grants [Grants#NONE] without a token
/// @param query the query parameters, the first of each name
public record ConnectRequest(
        boolean isV1,
        boolean isStrict,
        Grants grants,
        Map<String, String> query,
        String userAgent,
        String clientAddress) {
    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean has(String name) {
        return !parameter(name).isEmpty();
    }

    /// True only for `1` or `true`.
    boolean flag(String name) {
        var value = parameter(name);
        return value.equals("1") || value.equals("true");
    }
}
