package io.parley.store;

import java.time.Duration;
import java.util.List;

/// Where Redis is and how to get in (`redis.*`).
///
/// @param database of a single server or of the sentinels' master; a cluster has only one
/// @param dialTimeout until a connection stands
/// @param callTimeout until a command is answered
public record RedisSettings(
        Servers servers,
        Login login,
        int database,
        Tls tls,
        Duration dialTimeout,
        Duration callTimeout) {
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(2);

    /// Addresses are host:port.
    public sealed interface Servers {
        record Single(String address) implements Servers {
            @Override
            public String toString() {
                return address;
            }
        }

        /// Who knows the master.
        ///
        /// @param master the name that they know it by
        record Sentinels(List<String> addresses, String master, Login login) implements Servers {
            @Override
            public String toString() {
                return master + " of " + String.join(",", addresses);
            }
        }

        /// Some nodes of a Redis cluster.
        record Nodes(List<String> addresses) implements Servers {
            @Override
            public String toString() {
                return String.join(",", addresses);
            }
        }
    }

    /// Empty: none. Only a password: that of the default user.
    public record Login(String username, String password) {
        public static final Login NONE = new Login("", "");

        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    /// How the connection is kept private.
    ///
    /// @param isInsecure take any certificate
    /// @param caCertFile PEM; empty: the machine's authorities
    /// @param clientCertFile PEM; empty: none
    public record Tls(
            boolean isEnabled,
            boolean isInsecure,
            String caCertFile,
            String clientCertFile,
            String clientKeyFile) {
        public static final Tls OFF = new Tls(false, false, "", "", "");
    }
}
