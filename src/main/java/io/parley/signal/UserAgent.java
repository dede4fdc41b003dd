package io.parley.signal;

import java.util.List;
import java.util.regex.Pattern;

/// Browser, system and device of a User-Agent header, with the family names that ua-parser uses;
/// `Other` if unknown.
record UserAgent(
        String browser, String browserVersion, String os, String osVersion, String device) {
    /// First match wins: everybody claims to be Chrome and Safari.
    private static final List<Rule> BROWSERS =
            List.of(
                    new Rule("OBS Studio", "OBS/([\\d.]+)"),
                    new Rule("Edge", "Edg(?:A|iOS)?/([\\d.]+)"),
                    new Rule("Opera", "OPR/([\\d.]+)"),
                    new Rule("Samsung Internet", "SamsungBrowser/([\\d.]+)"),
                    new Rule("Electron", "Electron/([\\d.]+)"),
                    new Rule("Chrome Mobile iOS", "CriOS/([\\d.]+)"),
                    new Rule("Firefox iOS", "FxiOS/([\\d.]+)"),
                    new Rule("Firefox Mobile", "(?:Mobile|Tablet);.*Firefox/([\\d.]+)"),
                    new Rule("Firefox", "Firefox/([\\d.]+)"),
                    new Rule("Chrome Mobile WebView", "; wv\\).*Chrome/([\\d.]+)"),
                    new Rule("Chrome Mobile", "Chrome/([\\d.]+) Mobile"),
                    new Rule("HeadlessChrome", "HeadlessChrome/([\\d.]+)"),
                    new Rule("Chrome", "Chrome/([\\d.]+)"),
                    new Rule("Mobile Safari", "Version/([\\d.]+).*Mobile/\\w+ Safari/"),
                    new Rule("Safari", "Version/([\\d.]+).*Safari/"));

    private static final List<Rule> SYSTEMS =
            List.of(
                    new Rule("iOS", "(?:iPhone|iPad|iPod).*? OS ([\\d_]+)"),
                    new Rule("Android", "Android ([\\d.]+)"),
                    new Rule("Mac OS X", "Mac OS X ([\\d_.]+)"),
                    new Rule("Windows", "Windows NT ([\\d.]+)"),
                    new Rule("Chrome OS", "CrOS \\w+ ([\\d.]+)"),
                    new Rule("Ubuntu", "Ubuntu(?:/([\\d.]+))?"),
                    new Rule("Linux", "Linux()"));
    private static final List<Rule> DEVICES =
            List.of(
                    new Rule("iPhone", "iPhone()"),
                    new Rule("iPad", "iPad()"),
                    new Rule("Mac", "Macintosh()"));
    private static final Pattern ANDROID_MODEL =
            Pattern.compile(
                    "Android [\\d.]+; (?:[a-z]{2}-[a-z]{2}; )?([^;)]+?)(?: Build/[^;)]*)?[;)]");
    private static final int LONGEST = 1024;

    private record Rule(String family, Pattern pattern) {
        Rule(String family, String pattern) {
            this(family, Pattern.compile(pattern));
        }
    }

    private record Match(String family, String version) {}

    static UserAgent parse(String header) {
        String text = header.length() > LONGEST ? header.substring(0, LONGEST) : header;
        var browser = first(BROWSERS, text);
        var system = first(SYSTEMS, text);
        var osVersion =
                system.family().equals("Windows")
                        ? system.version().replaceFirst("\\.0$", "")
                        : system.version().replace('_', '.');
        var model = ANDROID_MODEL.matcher(text);
        String device = model.find() ? model.group(1) : first(DEVICES, text).family();
        return new UserAgent(
                browser.family(), browser.version(), system.family(), osVersion, device);
    }

    private static Match first(List<Rule> rules, String text) {
        for (Rule rule : rules) {
            var matcher = rule.pattern().matcher(text);
            if (matcher.find()) {
                String version = matcher.group(1);
                return new Match(rule.family(), version == null ? "" : version);
            }
        }
        return new Match("Other", "");
    }
}
