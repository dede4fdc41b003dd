package io.parley;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table that `list-nodes` prints (server.md §6.2), made of what `/debug/cluster` tells. Pure.
final class NodeTable {
    private static final long KILO = 1000;
    private static final String UNITS = "kMGTPE";

    /// Two lines each.
    private static final List<List<String>> HEADER =
            List.of(
                    List.of("ID", "State"),
                    List.of("IP", "Region"),
                    List.of("CPUs", ""),
                    List.of("CPU all/own", "Load average"),
                    List.of("Memory used", "Total"),
                    List.of("Rooms", ""),
                    List.of("Clients", "Tracks in/out"),
                    List.of("Bytes/s in/out", "Total"),
                    List.of("Packets/s in/out", "Total"),
                    List.of("Nacks/s", "Total"),
                    List.of("Retrans/s", "Total"),
                    List.of("Media loops", ""),
                    List.of("Started", "Updated"));

    private NodeTable() {}

    static String of(JsonObject cluster) {
        List<List<List<String>>> rows = new ArrayList<>(List.of(HEADER));
        JsonArray nodes = cluster.getJsonArray("nodes", new JsonArray());
        for (int i = 0; i < nodes.size(); i++) {
            rows.add(row(nodes.getJsonObject(i)));
        }
        return draw(rows);
    }

    private static List<List<String>> row(JsonObject node) {
        JsonArray average = node.getJsonArray("loadAverage");
        JsonObject second = node.getJsonObject("perSecond");
        JsonObject total = node.getJsonObject("total");
        return List.of(
                List.of(node.getString("id"), node.getString("state")),
                List.of(node.getString("ip"), node.getString("region")),
                List.of(count(node, "cpus"), ""),
                List.of(
                        percent(node.getDouble("cpuLoad"))
                                + " / "
                                + percent(node.getDouble("processLoad")),
                        "%.2f %.2f %.2f"
                                .formatted(
                                        average.getDouble(0),
                                        average.getDouble(1),
                                        average.getDouble(2))),
                List.of(
                        compact(node.getLong("memoryUsed")) + "B",
                        compact(node.getLong("memoryTotal")) + "B"),
                List.of(count(node, "rooms"), ""),
                List.of(
                        count(node, "participants"),
                        count(node, "tracksIn") + " / " + count(node, "tracksOut")),
                List.of(inOut(second, "bytes"), inOut(total, "bytes")),
                List.of(inOut(second, "packets"), inOut(total, "packets")),
                List.of(compact(second.getLong("nacks")), compact(total.getLong("nacks"))),
                List.of(
                        compact(second.getLong("retransmitted")),
                        compact(total.getLong("retransmitted"))),
                List.of(loops(node.getJsonArray("mediaLoops")), ""),
                List.of(time(node.getLong("startedMs")), time(node.getLong("updatedMs"))));
    }

    private static String count(JsonObject node, String name) {
        return String.valueOf(node.getInteger(name));
    }

    private static String inOut(JsonObject traffic, String what) {
        return compact(traffic.getLong(what + "In"))
                + " / "
                + compact(traffic.getLong(what + "Out"));
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    private static String loops(JsonArray shares) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            texts.add(percent(shares.getDouble(i)));
        }
        return String.join(", ", texts);
    }

    /// With three digits or so: 950, 12.3k, 4.0G.
    private static String compact(long number) {
        if (number < KILO) {
            return String.valueOf(number);
        }
        double rest = number;
        int unit = -1;
        while (rest >= KILO && unit < UNITS.length() - 1) {
            rest /= KILO;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%c", rest, UNITS.charAt(unit));
    }

    private static String time(long epochMs) {
        return Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String draw(List<List<List<String>>> rows) {
        int[] widths = new int[HEADER.size()];
        for (List<List<String>> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                for (String line : row.get(i)) {
                    widths[i] = Math.max(widths[i], line.length());
                }
            }
        }
        var rule = new StringBuilder("+");
        for (int width : widths) {
            rule.repeat('-', width + 2).append('+');
        }
        var table = new StringBuilder(rule);
        for (List<List<String>> row : rows) {
            table.append('\n').append(line(row, 0, widths));
            table.append('\n').append(line(row, 1, widths));
            table.append('\n').append(rule);
        }
        return table.toString();
    }

    private static String line(List<List<String>> row, int number, int[] widths) {
        var line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String text = row.get(i).get(number);
            line.append(' ').append(text).repeat(' ', widths[i] - text.length()).append(" |");
        }
        return line.toString();
    }
}
