package io.parley.media;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Which of this machine's interfaces and addresses may be told to clients (`rtc.interfaces`,
/// `rtc.ips`). Empty includes mean all; an exclude wins.
public record AddressFilter(
        List<String> interfaces,
        List<String> notInterfaces,
        List<String> ranges,
        List<String> notRanges) {
    public static final AddressFilter ALL =
            new AddressFilter(List.of(), List.of(), List.of(), List.of());

    public AddressFilter {
        interfaces = List.copyOf(interfaces);
        notInterfaces = List.copyOf(notInterfaces);
        ranges = List.copyOf(ranges);
        notRanges = List.copyOf(notRanges);
        ranges.forEach(AddressFilter::range);
        notRanges.forEach(AddressFilter::range);
    }

    boolean takesInterface(String name) {
        return (interfaces.isEmpty() || interfaces.contains(name)) && !notInterfaces.contains(name);
    }

    boolean takes(InetAddress address) {
        boolean included =
                ranges.isEmpty() || ranges.stream().anyMatch(each -> range(each).holds(address));
        return included && notRanges.stream().noneMatch(each -> range(each).holds(address));
    }

    private static Range range(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            InetAddress base = InetAddress.getByName(slash < 0 ? cidr : cidr.substring(0, slash));
            int whole = base.getAddress().length * 8;
            int bits = slash < 0 ? whole : Integer.parseInt(cidr.substring(slash + 1));
            if (bits < 0 || bits > whole) {
                throw new IllegalArgumentException("not an address range: " + cidr);
            }
            return new Range(base, bits);
        } catch (UnknownHostException | NumberFormatException _) {
            throw new IllegalArgumentException("not an address range: " + cidr);
        }
    }

    private record Range(InetAddress base, int bits) {
        boolean holds(InetAddress address) {
            byte[] mine = base.getAddress();
            byte[] other = address.getAddress();
            if (mine.length != other.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((mine[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
