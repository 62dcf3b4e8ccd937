package io.aidc.security.internal;

import io.aidc.security.internal.PemException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the textual encoding of keys and certificates (RFC 7468): every block of a text, in its order. Text around blocks is
 * skipped. A line that begins or ends a block stands alone, apart from spaces behind it. Inside, only Base64 with its padding
 * and white space is taken, or, if it says so in its first line, a block encrypted in the old way (RFC 1421), whose content
 * is left out. Cost: linear.
 *
 * <p>The text is bytes and not a string, so that whoever reads a key can wipe it.
 */
public final class PemBlocks {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final byte[] ENCRYPTED = "Proc-Type: 4,ENCRYPTED".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_BOUNDARY = 96;

    private final byte[] text;
    private int next;
    private int from;
    private int to;

    private PemBlocks(byte[] text) {
        this.text = text;
    }

    /**
     * Reads all blocks.
     *
     * @param text the whole text, of any length: the caller limits it
     * @param maxBlocks how many blocks it may hold, &gt;= 1
     * @return the blocks; none if there is no line that begins one
     * @throws PemException if a block does not end, holds something else, or there are too many
     */
    public static List<PemBlock> read(byte[] text, int maxBlocks) throws PemException {
        PemBlocks reader = new PemBlocks(Objects.requireNonNull(text, "text"));
        List<PemBlock> blocks = new ArrayList<>();
        boolean complete = false;
        try {
            while (reader.nextLine()) {
                String label = reader.boundary(BEGIN);
                if (label != null) {
                    if (blocks.size() == maxBlocks) {
                        throw new PemException(Fault.TOO_MANY, "must hold at most %d PEM blocks".formatted(maxBlocks));
                    }
                    blocks.add(reader.block(label));
                }
            }
            complete = true;
            return List.copyOf(blocks);
        } finally {
            if (!complete) {
                blocks.forEach(PemBlock::wipe);
            }
        }
    }

    private PemBlock block(String label) throws PemException {
        int start = next;
        boolean encrypted = false;
        while (nextLine()) {
            if (from == to || text[from] != '-') {
                encrypted |= from == start && Arrays.equals(text, from, to, ENCRYPTED, 0, ENCRYPTED.length);
                continue;
            }
            if (!label.equals(boundary(END))) {
                throw malformed("PEM block %s holds a line that begins with a dash and does not end it", label);
            }
            return encrypted
                    ? new PemBlock(label, PemBlock.Sealing.ENCRYPTED, new byte[0])
                    : new PemBlock(label, PemBlock.Sealing.NONE, decoded(label, start, from));
        }
        throw malformed("PEM block %s does not end", label);
    }

    private byte[] decoded(String label, int start, int end) throws PemException {
        byte[] body = new byte[end - start];
        int length = 0;
        for (int i = start; i < end; i++) {
            if (!isSpace(text[i])) {
                body[length++] = text[i];
            }
        }
        byte[] base64 = Arrays.copyOf(body, length);
        try {
            if (length == 0 || length % 4 != 0) {
                throw malformed("PEM block %s must hold Base64 in groups of 4 characters", label);
            }
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // its message would quote a character of what may be a key
            throw malformed("PEM block %s must hold nothing but Base64", label);
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(base64, (byte) 0);
        }
    }

    /** Moves to the next line, without its end and the spaces behind it; an end is LF, CR LF or CR. */
    private boolean nextLine() {
        if (next == text.length) {
            return false;
        }
        from = next;
        to = from;
        while (to < text.length && text[to] != '\n' && text[to] != '\r') {
            to++;
        }
        boolean two = to + 1 < text.length && text[to] == '\r' && text[to + 1] == '\n';
        next = Math.min(to + (two ? 2 : 1), text.length);
        while (to > from && isSpace(text[to - 1])) {
            to--;
        }
        return true;
    }

    /** The label, if the line is a boundary of this kind. */
    private @Nullable String boundary(String kind) {
        if (to - from > MAX_BOUNDARY || from == to || text[from] != '-') {
            return null;
        }
        String line = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        boolean is = line.startsWith(kind) && line.endsWith(DASHES) && line.length() > kind.length() + DASHES.length();
        return is ? line.substring(kind.length(), line.length() - DASHES.length()) : null;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static PemException malformed(String rule, String label) {
        return new PemException(Fault.MALFORMED, rule.formatted(Printable.of(label)));
    }
}
