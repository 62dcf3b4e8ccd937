package io.aidc.storage.internal.pack;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pack's name: {@code <8 hex digits>-<16 hex digits>.pack}, a number that grows and a random salt for its checksums.
 *
 * <p>The salt is in the name and not in the file, so that no damage to the file can take it away.
 */
record PackName(int number, long salt) implements Comparable<PackName> {
    static final String SUFFIX = ".pack";

    private static final Pattern FORM = Pattern.compile("([0-7][0-9a-f]{7})-([0-9a-f]{16})\\.pack");
    private static final HexFormat HEX = HexFormat.of();

    static Optional<PackName> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new PackName(
                        HexFormat.fromHexDigits(matcher.group(1)), HexFormat.fromHexDigitsToLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(PackName other) {
        return Comparator.comparingInt(PackName::number)
                .thenComparingLong(PackName::salt)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(number) + "-" + HEX.toHexDigits(salt) + SUFFIX;
    }
}
