package io.parley;

import io.parley.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The command line: a sub-command, switches, and options with a value. `--name value`,
/// `--name=value` and the single dash are the same; an option may come more than once where a list
/// is meant. A key that holds true or false takes the next word only if it is one of the two.
final class Arguments {
    private static final Set<String> SWITCHES =
            Set.of(
                    "dev",
                    "cluster",
                    "disable-strict-config",
                    "version",
                    "help",
                    "recorder",
                    "train");
    private static final Set<String> FLAGS = Launch.DEFAULTS.flags();

    private static final Set<String> TRUTHS = Set.of("true", "false");

    private final List<String> words = new ArrayList<>();
    private final Map<String, List<String>> options = new LinkedHashMap<>();

    Arguments(String... args) {
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (!arg.startsWith("-") || arg.equals("-")) {
                words.add(arg);
                continue;
            }
            String name = arg.startsWith("--") ? arg.substring(2) : arg.substring(1);
            int equals = name.indexOf('=');
            if (equals >= 0) {
                add(name.substring(0, equals), name.substring(equals + 1));
            } else if (SWITCHES.contains(name)) {
                add(name, "true");
            } else if (FLAGS.contains(name)) {
                boolean isSaid = i + 1 < args.length && TRUTHS.contains(args[i + 1]);
                add(name, isSaid ? args[++i] : "true");
            } else if (i + 1 < args.length) {
                add(name, args[++i]);
            } else {
                throw new ConfigException("--" + name + " needs a value");
            }
        }
    }

    private void add(String name, String value) {
        options.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /// `generate-keys` and the like; empty to run the server.
    Optional<String> command() {
        return words.stream().findFirst();
    }

    boolean has(String name) {
        return options.containsKey(name) && !options.get(name).getLast().equals("false");
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(options.get(name)).map(List::getLast);
    }

    List<String> values(String name) {
        return options.getOrDefault(name, List.of());
    }

    Map<String, List<String>> options() {
        return options;
    }
}
