package io.parley.media;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds the addresses of this machine that clients can reach (media.md §1.5): link-local never,
/// loopback only on wish.
public final class LocalAddresses {
    private LocalAddresses() {}

    /// IPv4 before IPv6, loopback last. Loopback is also what remains when the machine has nothing
    /// else.
    public static List<InetAddress> advertisable(boolean withLoopback, AddressFilter filter)
            throws IOException {
        List<InetAddress> found = new ArrayList<>();
        List<InetAddress> loopback = new ArrayList<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            if (!network.isUp() || !filter.takesInterface(network.getName())) {
                continue;
            }
            network.inetAddresses()
                    .filter(filter::takes)
                    .filter(address ->
                            !address.isLinkLocalAddress() && !address.isMulticastAddress())
                    .forEach(address ->
                            (address.isLoopbackAddress() ? loopback : found).add(address));
        }
        List<InetAddress> ordered = new ArrayList<>(family(found, Inet4Address.class));
        ordered.addAll(family(found, Inet6Address.class));
        if (withLoopback || ordered.isEmpty()) {
            ordered.addAll(family(loopback, Inet4Address.class));
        }
        return List.copyOf(ordered);
    }

    private static List<InetAddress> family(List<InetAddress> addresses, Class<?> family) {
        return addresses.stream().filter(family::isInstance).toList();
    }

    /// Each address of its own, so that an answer leaves from the address that was asked, or what
    /// the settings say. A single IPv4 address, and one that is a NAT's and not ours, mean the IPv4
    /// wildcard.
    static Set<InetAddress> toBind(MediaSettings settings) throws IOException {
        if (!settings.bindAddresses().isEmpty()) {
            return new LinkedHashSet<>(settings.bindAddresses());
        }
        List<InetAddress> ipv4 = family(settings.advertised(), Inet4Address.class);
        boolean wildcard = ipv4.size() == 1 || !areOurs(ipv4);
        Set<InetAddress> bound = new LinkedHashSet<>();
        for (InetAddress address : settings.advertised()) {
            boolean replaced = wildcard && address instanceof Inet4Address;
            bound.add(replaced ? InetAddress.ofLiteral("0.0.0.0") : address);
        }
        return bound;
    }

    private static boolean areOurs(List<InetAddress> addresses) throws IOException {
        for (InetAddress address : addresses) {
            if (NetworkInterface.getByInetAddress(address) == null) {
                return false;
            }
        }
        return true;
    }
}
