package io.parley.signal;

import io.vertx.ext.web.Router;

/// Something that answers HTTP requests on the main port: signalling, the server API, metrics.
public interface RouteSet {
    void mount(Router router);

    /// The port closes; what hangs on open sockets ends now.
    default void close() {}
}
