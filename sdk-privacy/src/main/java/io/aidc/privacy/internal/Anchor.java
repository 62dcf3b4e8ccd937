package io.aidc.privacy.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A note, at a fixed place in a log, of how far the file is known to reach.
 *
 * @param sequence the number of a record, 0 for none
 * @param head the chain hash of that record, 64 hexadecimal digits
 */
record Anchor(long sequence, String head) {
    /** The length of a line. */
    static final int BYTES = "anchor ".length() + 20 + 1 + 64 + 1 + 16 + 1;

    private static final Pattern LINE = Pattern.compile("anchor ([0-9]{20}) ([0-9a-f]{64}) ([0-9a-f]{16})\n");

    /** Reads a line, or returns null if it is not one that {@link #line()} writes. */
    static @Nullable Anchor read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || matcher.group(1).compareTo("09223372036854775807") > 0) {
            return null;
        }
        var anchor = new Anchor(Long.parseLong(matcher.group(1)), matcher.group(2));
        return anchor.line().equals(line) ? anchor : null;
    }

    String line() {
        String digits = Long.toString(sequence);
        String body = "anchor " + "0".repeat(20 - digits.length()) + digits + " " + head;
        return body + " " + Sha256.hex(body).substring(0, 16) + "\n";
    }
}
