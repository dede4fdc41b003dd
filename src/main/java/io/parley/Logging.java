package io.parley;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import io.parley.config.Config;
import io.parley.config.ConfigException;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Log levels and form from the settings.
final class Logging {
    private static final Map<String, Level> LEVELS =
            Map.of(
                    "trace", Level.TRACE,
                    "debug", Level.DEBUG,
                    "info", Level.INFO,
                    "warn", Level.WARN,
                    "error", Level.ERROR);

    private Logging() {}

    static void configure(String level, Config config) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.getLogger("io.parley").setLevel(level("logging.level", level));
        config.map("logging.component_levels")
                .forEach((name, value) ->
                        context.getLogger("io.parley." + name)
                                .setLevel(level("logging.component_levels." + name, value)));
        if (config.flag("logging.json")) {
            writeJson(context);
        }
    }

    private static Level level(String key, String name) {
        Level level = LEVELS.get(name.toLowerCase(Locale.ROOT));
        if (level == null) {
            throw new ConfigException(key + " must be debug, info, warn or error, not " + name);
        }
        return level;
    }

    private static void writeJson(LoggerContext context) {
        Appender<ILoggingEvent> appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("OUT");
        if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
            var encoder = new JsonEncoder();
            encoder.setContext(context);
            encoder.setWithSequenceNumber(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithContext(false);
            encoder.start();
            console.stop();
            console.setEncoder(encoder);
            console.start();
        }
    }
}
