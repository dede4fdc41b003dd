package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import java.io.PrintStream;
import java.util.Map;

/// The entry of `java -jar parley.jar`: runs a sub-command, or a node until it is told to stop. A
/// node's exit status says how it ended: [Node#EMPTY] or [Node#LATE], 1 if it could not start.
public final class Main {
    private static final PrintStream OUT = System.out;

    private Main() {}

    public static void main(String[] args) {
        int status = run(new PrintStreamConsole(OUT, System.err), System.getenv(), args);
        if (status >= 0) {
            System.exit(status);
        }
    }

    /// The exit status, or -1 while a node runs on.
    static int run(PrintStreamConsole console, Map<String, String> variables, String... args) {
        try {
            var arguments = new Arguments(args);
            if (arguments.has("help")) {
                console.out(Commands.usage());
                return 0;
            }
            if (arguments.has("version")) {
                console.out("parley version " + Version.current());
                return 0;
            }
            return arguments.command().isPresent()
                    ? Commands.run(arguments.command().get(), arguments, variables, console)
                    : serve(console, variables, arguments);
        } catch (ConfigException e) {
            console.error(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    private static int serve(
            PrintStreamConsole console, Map<String, String> variables, Arguments arguments) {
        Launch launch = Launch.of(arguments, variables).requireKeys();
        Logging.configure(level(launch), launch.config());
        launch.warn();
        Node node = Node.start(launch);
        Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "stop"));
        new StopSignals(node::drain).listen();
        node.ended().thenAccept(System::exit);
        console.out(node.greeting());
        return arguments.has("train") ? trained(node) : -1;
    }

    /// A training run for the AOT cache starts, plays a busy node and ends: well, even where a part
    /// did not work.
    private static int trained(Node node) {
        node.train(Training.Extent.FULL);
        return 0;
    }

    private static String level(Launch launch) {
        Config config = launch.config();
        String level = config.text("logging.level");
        if (!level.isEmpty()) {
            return level;
        }
        return launch.dev() ? "debug" : "info";
    }

    /// Where a start's own words go: results to standard output, complaints to standard error.
    record PrintStreamConsole(PrintStream stdout, PrintStream stderr) {
        void out(String text) {
            stdout.println(text);
            stdout.flush();
        }

        void error(String text) {
            stderr.println("parley: " + text);
            stderr.flush();
        }
    }
}
