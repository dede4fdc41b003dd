package io.parley.api;

import com.google.protobuf.Message;
import io.parley.metrics.NodeMetrics;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says and counts what became of each call, in LiveKit's words: one line a call, also for refused
/// ones (server.md §7.4).
final class CallLog {
    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
    private static final long NS_PER_MS = 1_000_000;

    /// A request's fields that are told, in this order, where there are such.
    private static final List<String> TOLD =
            List.of("room", "name", "identity", "destination_room", "track_sid");

    private final String service;
    private final NodeMetrics metrics;

    CallLog(String service, NodeMetrics metrics) {
        this.service = service.substring(service.lastIndexOf('.') + 1);
        this.metrics = metrics;
    }

    /// A call on its way.
    final class Call {
        private final String method;
        private final long startedNs = System.nanoTime();
        private String fields = "";

        private Call(String method) {
            this.method = method;
        }

        void onRequest(Message request) {
            var told = new StringBuilder();
            for (String name : TOLD) {
                var field = request.getDescriptorForType().findFieldByName(name);
                if (field != null) {
                    told.append(' ').append(name).append('=').append(request.getField(field));
                }
            }
            fields = told.toString();
        }

        void onAnswered() {
            count(200, "");
            LOG.info("API {}.{}{} duration={}ms status=200", service, method, fields, ms());
        }

        void onRefused(TwirpException error) {
            int status = error.code().status();
            count(status, error.code().word());
            LOG.info(
                    "API {}.{}{} duration={}ms status={} code={} error={}",
                    service,
                    method,
                    fields,
                    ms(),
                    status,
                    error.code().word(),
                    error.text());
        }

        private void count(int status, String code) {
            metrics.twirpRequest(service, method, status, code, ms());
        }

        private long ms() {
            return (System.nanoTime() - startedNs) / NS_PER_MS;
        }
    }

    Call start(String method) {
        return new Call(method);
    }
}
