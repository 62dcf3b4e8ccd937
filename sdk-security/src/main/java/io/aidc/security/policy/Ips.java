package io.aidc.security.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads, writes and compares addresses. Never asks a name server, and takes no loose forms. */
final class Ips {
    private static final int MAX_LENGTH = 43;
    private static final int GROUPS = 8;

    private Ips() {}

    /** Null if the text is no address or range. */
    static Value.@Nullable Ip parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean isV6 = address.indexOf(':') >= 0;
        int most = isV6 ? 128 : 32;
        int prefix = slash < 0 ? most : number(text, slash + 1, text.length(), most);
        if (prefix < 0) {
            return null;
        }
        return isV6 ? v6(address, prefix) : v4(address, prefix);
    }

    static boolean isLoopback(Value.Ip ip) {
        return ip.version() == 4
                ? ip.low() >>> 24 == 127 && ip.prefix() >= 8
                : ip.high() == 0 && ip.low() == 1 && ip.prefix() == 128;
    }

    static boolean isMulticast(Value.Ip ip) {
        return ip.version() == 4
                ? ip.low() >>> 28 == 14 && ip.prefix() >= 4
                : ip.high() >>> 56 == 0xff && ip.prefix() >= 8;
    }

    /** Whether all addresses of the one are among those of the other. */
    static boolean isInRange(Value.Ip ip, Value.Ip range) {
        if (ip.version() != range.version() || ip.prefix() < range.prefix()) {
            return false;
        }
        if (range.version() == 4) {
            return agree(ip.low() << 32, range.low() << 32, range.prefix());
        }
        return agree(ip.high(), range.high(), Math.min(range.prefix(), 64))
                && agree(ip.low(), range.low(), Math.max(range.prefix() - 64, 0));
    }

    static String text(Value.Ip ip) {
        StringBuilder out = new StringBuilder();
        if (ip.version() == 4) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.append(ip.low() >>> shift & 0xff).append(shift > 0 ? "." : "");
            }
        } else {
            for (int group = 0; group < GROUPS; group++) {
                long half = group < 4 ? ip.high() : ip.low();
                out.append(group > 0 ? ":" : "").append(Long.toHexString(half >>> (48 - 16 * (group % 4)) & 0xffff));
            }
        }
        boolean isSingle = ip.prefix() == (ip.version() == 4 ? 32 : 128);
        return isSingle ? out.toString() : "%s/%d".formatted(out, ip.prefix()).toLowerCase(Locale.ROOT);
    }

    private static boolean agree(long a, long b, int leadingBits) {
        return leadingBits == 0 || (a ^ b) >>> (64 - leadingBits) == 0;
    }

    private static Value.@Nullable Ip v4(String text, int prefix) {
        long bits = 0;
        int start = 0;
        for (int part = 0; part < 4; part++) {
            int end = part < 3 ? text.indexOf('.', start) : text.length();
            int number = end < 0 ? -1 : number(text, start, end, 255);
            if (number < 0) {
                return null;
            }
            bits = bits << 8 | number;
            start = end + 1;
        }
        return new Value.Ip(0, bits, 4, prefix);
    }

    /** The groups before {@code ::} and those after it, with zeros for at least one group between them. */
    private static Value.@Nullable Ip v6(String text, int prefix) {
        int gap = text.indexOf("::");
        long[] head = groups(gap < 0 ? text : text.substring(0, gap));
        long[] tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        if (head == null || tail == null || (gap < 0 ? head.length != GROUPS : head.length + tail.length >= GROUPS)) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS; i++) {
            int fromEnd = i - (GROUPS - tail.length);
            long group = i < head.length ? head[i] : fromEnd >= 0 ? tail[fromEnd] : 0;
            high = i < 4 ? high << 16 | group : high;
            low = i < 4 ? low : low << 16 | group;
        }
        return new Value.Ip(high, low, 6, prefix);
    }

    private static long @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new long[0];
        }
        String[] parts = text.split(":", -1);
        long[] groups = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9a-fA-F]{1,4}")) {
                return null;
            }
            groups[i] = Long.parseLong(parts[i], 16);
        }
        return groups;
    }

    /** A decimal number of at most three digits without leading zeros; -1 if there is none or it is too large. */
    private static int number(String text, int start, int end, int most) {
        if (end == start || end - start > 3 || (text.charAt(start) == '0' && end - start > 1)) {
            return -1;
        }
        int number = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number > most ? -1 : number;
    }
}
