package io.parley.chaos;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network namespace for each node, all on one bridge, the clients on the bridge itself; cut by
/// iptables inside the namespaces. Needs root, `ip` and `iptables`. Names carry the process id, so
/// that what a killed run left behind is recognised and removed by the next one.
final class NamespaceNetwork implements Network {
    private static final int HTTP = 7880;
    private static final int TCP = 7881;
    private static final int UDP = 7882;
    private static final int DEBUG = 7883;
    private static final int CLUSTER = 5701;
    private static final int BUS = 5801;
    private static final int BRIDGE_HOST = 254;
    private static final String PREFIX = "parley-chaos-";
    private static final String BRIDGE_PREFIX = "pcb";
    private static final String LINK_PREFIX = "pcv";

    private final long id = ProcessHandle.current().pid();
    private final String bridge = BRIDGE_PREFIX + id;
    private final String subnet;
    private final int nodes;

    NamespaceNetwork(int nodes) {
        this.nodes = nodes;
        removeLeftovers();
        this.subnet = freeSubnet();
        try {
            build();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /// Why this machine cannot have one; empty if it can.
    static String obstacle() {
        if (!Shell.attempt("ip", "netns", "list")) {
            return "no network namespaces here (ip netns)";
        }
        if (!System.getProperty("user.name").equals("root")) {
            return "network namespaces need root";
        }
        return Shell.attempt("iptables", "--version") ? "" : "no iptables here";
    }

    private void build() {
        Shell.run("ip", "link", "add", bridge, "type", "bridge");
        Shell.run("ip", "addr", "add", subnet + BRIDGE_HOST + "/24", "dev", bridge);
        Shell.run("ip", "link", "set", bridge, "up");
        for (int node = 1; node <= nodes; node++) {
            String outside = LINK_PREFIX + id + "-" + node;
            Shell.run("ip", "netns", "add", name(node));
            Shell.run(
                    "ip",
                    "link",
                    "add",
                    outside,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    name(node));
            Shell.run("ip", "link", "set", outside, "master", bridge, "up");
            inside(node, "ip", "link", "set", "lo", "up");
            inside(node, "ip", "addr", "add", host(node) + "/24", "dev", "eth0");
            inside(node, "ip", "link", "set", "eth0", "up");
        }
    }

    private String name(int node) {
        return PREFIX + id + "-" + node;
    }

    private String host(int node) {
        return subnet + node;
    }

    private static String freeSubnet() {
        String addresses = Shell.run("ip", "-4", "-o", "addr", "show");
        for (int third = 0; third < 256; third++) {
            String subnet = "10.78." + third + ".";
            if (!addresses.contains(" " + subnet)) {
                return subnet;
            }
        }
        throw new IllegalStateException("all of 10.78.0.0/16 is taken");
    }

    private void inside(int node, String... command) {
        List<String> whole = new ArrayList<>(launcher(node));
        whole.addAll(List.of(command));
        Shell.run(whole);
    }

    @Override
    public NodePorts ports(int node) {
        return new NodePorts(host(node), HTTP, DEBUG, UDP, TCP, CLUSTER, BUS);
    }

    @Override
    public List<String> launcher(int node) {
        return List.of("ip", "netns", "exec", name(node));
    }

    @Override
    public InetAddress clients() {
        return InetAddress.ofLiteral(subnet + BRIDGE_HOST);
    }

    @Override
    public void cut(int from, int to) {
        inside(to, "iptables", "-A", "INPUT", "-s", host(from), "-j", "DROP");
    }

    /// The other nodes, not the clients, are behind such a rule.
    @Override
    public void cutBus(int node) {
        for (int other = 1; other <= nodes; other++) {
            if (other != node) {
                dropBus(node, other);
                dropBus(other, node);
            }
        }
    }

    private void dropBus(int at, int from) {
        inside(
                at,
                "iptables",
                "-A",
                "INPUT",
                "-s",
                host(from),
                "-p",
                "tcp",
                "--dport",
                String.valueOf(BUS),
                "-j",
                "DROP");
    }

    @Override
    public void lose(double share) {
        for (int at = 1; at <= nodes; at++) {
            for (int from = 1; from <= nodes; from++) {
                if (at != from) {
                    lose(at, from, share);
                }
            }
        }
    }

    private void lose(int at, int from, double share) {
        inside(
                at,
                "iptables",
                "-A",
                "INPUT",
                "-s",
                host(from),
                "-m",
                "statistic",
                "--mode",
                "random",
                "--probability",
                String.valueOf(share),
                "-j",
                "DROP");
    }

    @Override
    public void heal() {
        for (int node = 1; node <= nodes; node++) {
            inside(node, "iptables", "-F", "INPUT");
        }
    }

    @Override
    public void close() {
        for (int node = 1; node <= nodes; node++) {
            Shell.attempt("ip", "netns", "del", name(node));
        }
        Shell.attempt("ip", "link", "del", bridge);
    }

    /// Of runs whose process is no more.
    private static void removeLeftovers() {
        for (String line : Shell.run("ip", "netns", "list").split("\n", -1)) {
            String name = line.split(" ", 2)[0];
            if (name.startsWith(PREFIX) && isDead(name.split("-", -1)[2])) {
                for (String pid : Shell.run("ip", "netns", "pids", name).strip().split("\n", -1)) {
                    Shell.attempt("kill", "-9", pid);
                }
                Shell.attempt("ip", "netns", "del", name);
            }
        }
        for (String line : Shell.run("ip", "-o", "link", "show").split("\n", -1)) {
            String[] words = line.split("[: @]+", 3);
            boolean isOurs = words.length > 1 && words[1].matches(BRIDGE_PREFIX + "[0-9]+");
            if (isOurs && isDead(words[1].substring(BRIDGE_PREFIX.length()))) {
                Shell.attempt("ip", "link", "del", words[1]);
            }
        }
    }

    private static boolean isDead(String pid) {
        return !Files.exists(Path.of("/proc", pid));
    }
}
