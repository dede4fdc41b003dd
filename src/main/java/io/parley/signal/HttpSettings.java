package io.parley.signal;

import java.util.List;

/// Where the main port listens and what it takes.
///
/// @param maxBodyBytes `limit.max_api_request_body_size`
/// @param maxMessageBytes `limit.signal_message_size_limit`
public record HttpSettings(
        List<String> bindAddresses, int port, int maxBodyBytes, int maxMessageBytes) {
    public static final int DEFAULT_MAX_BODY_BYTES = 10 << 20;
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 2 << 20;

    public HttpSettings {
        bindAddresses = bindAddresses.isEmpty() ? List.of("0.0.0.0") : List.copyOf(bindAddresses);
    }

    public static HttpSettings of(List<String> bindAddresses, int port) {
        return new HttpSettings(
                bindAddresses, port, DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_MESSAGE_BYTES);
    }
}
