package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The parts that signed notes, checkpoints and proofs are written with, read strictly: one text for one meaning. */
final class Lines {
    private static final int MAX_DIGITS = 20;

    private Lines() {}

    static AuditLogException malformed(String what, String rule) {
        return new AuditLogException(AuditLogException.NO_ENTRY, "%s: %s".formatted(what, rule));
    }

    /** Decodes UTF-8 that holds no control characters but line feeds. */
    static String text(String what, byte[] utf8, int maxBytes) {
        if (utf8.length > maxBytes) {
            throw malformed(what, "must be at most %d bytes, got %d".formatted(maxBytes, utf8.length));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(what, "not UTF-8");
        }
        if (text.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw malformed(what, "holds a control character");
        }
        return text;
    }

    /** A decimal number below 2^64 without leading zeros, as an unsigned long. */
    static long unsigned(String what, String digits) {
        boolean plain = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        if (plain) {
            try {
                return Long.parseUnsignedLong(digits);
            } catch (NumberFormatException e) { // 20 digits, and too large
                throw malformed(what, "number must be below 2^64");
            }
        }
        throw malformed(what, "expected a decimal number without leading zeros");
    }

    static byte[] base64(String what, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed(what, "expected base64");
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw malformed(what, "expected base64 with its padding");
        }
        return bytes;
    }

    static TreeHash hash(String what, String base64) {
        byte[] bytes = base64(what, base64);
        if (bytes.length != TreeHash.BYTES) {
            throw malformed(what, "a hash must be %d bytes, got %d".formatted(TreeHash.BYTES, bytes.length));
        }
        return TreeHash.of(bytes);
    }

    /** Says whether a text can name a key: not empty, no spaces, no plus, no control characters. */
    static boolean isKeyName(String name) {
        return !name.isEmpty() && isLine(name) && name.codePoints().noneMatch(Lines::isNoPartOfKeyNames);
    }

    private static boolean isNoPartOfKeyNames(int c) {
        return c == '+' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** Says whether a text can stand on a line of its own. */
    static boolean isLine(String line) {
        return !line.isEmpty()
                && line.chars().allMatch(c -> c >= ' ')
                && StandardCharsets.UTF_8.newEncoder().canEncode(line);
    }

    /** The id of a note key: the first bytes of SHA-256 over name, line feed, type and public key. */
    static int keyId(String name, byte type, byte[] publicKey) {
        var sha256 = TreeHasher.sha256();
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        sha256.update(type);
        return ByteBuffer.wrap(sha256.digest(publicKey)).getInt();
    }

    /** The note format of a key: name, id in hex, base64 of type and key. */
    static String key(String name, int id, byte type, byte[] key) {
        byte[] typed = new byte[key.length + 1];
        typed[0] = type;
        System.arraycopy(key, 0, typed, 1, key.length);
        try {
            return "%s+%s+%s"
                    .formatted(
                            name,
                            HexFormat.of().toHexDigits(id),
                            Base64.getEncoder().encodeToString(typed));
        } finally {
            Arrays.fill(typed, (byte) 0);
        }
    }
}
