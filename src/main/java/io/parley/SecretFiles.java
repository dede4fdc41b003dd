package io.parley;

import io.parley.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Files that settings name: `~` and `$VARIABLES` in their paths, and no secret that everybody may
/// read (server.md §6.1).
record SecretFiles(Map<String, String> variables) {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

    String read(String file) {
        try {
            return Files.readString(expanded(file));
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// @param what what a complaint calls it
    String readSecret(String what, String file) {
        try {
            boolean isOpen =
                    Files.getPosixFilePermissions(expanded(file)).stream()
                            .map(PosixFilePermission::name)
                            .anyMatch(permission -> permission.startsWith("OTHERS"));
            if (isOpen) {
                throw new ConfigException(what + " others permissions must be set to 0: " + file);
            }
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage());
        } catch (UnsupportedOperationException _) {
            return read(file);
        }
        return read(file);
    }

    private Path expanded(String file) {
        String path =
                file.startsWith("~/") ? System.getProperty("user.home") + file.substring(1) : file;
        return Path.of(VARIABLE.matcher(path).replaceAll(this::value));
    }

    /// As in a shell, a variable that is not set is nothing.
    private String value(MatchResult found) {
        String name = found.group(1) == null ? found.group(2) : found.group(1);
        return Matcher.quoteReplacement(variables.getOrDefault(name, ""));
    }
}
