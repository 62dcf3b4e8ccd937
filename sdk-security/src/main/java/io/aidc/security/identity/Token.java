package io.aidc.security.identity;

import io.aidc.security.values.ConstantTime;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A text that whoever holds it may use: {@code <prefix>_<id><secret><checksum>}, with {@code _} between id and secret, all in
 * Base32 of lower case: id of 10 bytes (16 characters), secret of 32 (52), CRC-32 of everything before it (7). The checksum
 * lets typing errors, and programs that look for leaked tokens, be told from tokens without asking the store.
 */
final class Token {
    /** Stands for the hash of one that is not there. */
    static final String NO_HASH = "0".repeat(64);

    private static final int ID_BYTES = 10;
    private static final int SECRET_BYTES = 32;
    private static final int CHECKSUM_CHARACTERS = 7;
    private static final int MAX_CHARACTERS = 100;
    private static final Pattern ID = Pattern.compile("[a-z2-7]{16}");
    private static final Pattern FORM = Pattern.compile("([a-z]+)_([a-z2-7]{16})_[a-z2-7]{59}");

    private final String text;
    private final String id;

    private Token(String text, String id) {
        this.text = text;
        this.id = id;
    }

    static Token fresh(String prefix, SecureRandom random) {
        String id = random(random, ID_BYTES);
        return of(prefix, id, random);
    }

    /** With the id of one that it takes the place of. */
    static Token of(String prefix, String id, SecureRandom random) {
        String text = "%s_%s_%s".formatted(prefix, id, random(random, SECRET_BYTES));
        return new Token(text + checksum(text), id);
    }

    static Optional<Token> parse(String prefix, String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_CHARACTERS || !form.matches() || !form.group(1).equals(prefix)) {
            return Optional.empty();
        }
        int end = text.length() - CHECKSUM_CHARACTERS;
        return checksum(text.substring(0, end)).equals(text.substring(end))
                ? Optional.of(new Token(text, form.group(2)))
                : Optional.empty();
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    String text() {
        return text;
    }

    String id() {
        return id;
    }

    /** What is stored of it. It is as random as its secret: a slow hash would make nothing safer. */
    String hash() {
        return HexFormat.of().formatHex(Records.sha256(text.getBytes(StandardCharsets.US_ASCII)));
    }

    boolean hasHash(String stored) {
        return ConstantTime.equal(stored, hash());
    }

    @Override
    public String toString() {
        return "Token[id=%s]".formatted(id);
    }

    private static String random(SecureRandom random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return encoded(drawn);
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        int value = (int) crc.getValue();
        return encoded(new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value});
    }

    private static String encoded(byte[] bytes) {
        return Base32.encode(bytes).toLowerCase(Locale.ROOT);
    }
}
