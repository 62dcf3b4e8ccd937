package io.aidc.security.values;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.KeyRing;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Encrypts identifiers so that they keep their length and alphabet, for columns and programs that take nothing else: FF1 of
 * NIST SP 800-38G.
 *
 * {@snippet class="io.aidc.security.values.ValuesSnippetsTest" region="format"}
 *
 * <p>This is the weakest protection in this package; {@link ValueSealer} is better wherever the format is free.
 * <ul>
 *   <li>There is no integrity: every text of the alphabet decrypts to something. A wrong key, a wrong tweak and a changed
 *       text are not noticed.
 *   <li>It is deterministic: under one tweak, equal texts stay equal, and who may encrypt can guess by trying. Give each
 *       record its own tweak where texts need not be comparable.
 *   <li>Small domains leak. With enough pairs of plaintext and ciphertext under many tweaks, parts of other texts can be
 *       recovered (Bellare, Hoang and Tessaro 2016; Hoang, Tessaro and Trieu 2018). As revision 1 of the standard demands,
 *       a text must be one of a million at least; more is better.
 *   <li>The length, and what {@link #keeping} leaves in place, stand in the clear.
 *   <li>Check digits do not survive: the ciphertext of a card number or IBAN is one that fails its check.
 *   <li>The ciphertext does not say under which version it was made. Whoever rotates re-encrypts, or keeps the version
 *       beside the text.
 * </ul>
 *
 * <p>The arithmetic takes time that depends on the text, and the text passes through strings and numbers in the heap that
 * nobody can wipe. Cost: some tens of microseconds for an identifier; it grows with the square of the length.
 *
 * <p><em>Immutable, and thread-safe as the ring is.</em>
 *
 * @see <a href="https://doi.org/10.6028/NIST.SP.800-38G">NIST SP 800-38G, FF1</a>
 * @see <a href="https://csrc.nist.gov/pubs/sp/800/38/g/r1/2pd">NIST SP 800-38G revision 1, second draft</a>
 * @see <a href="https://eprint.iacr.org/2016/794">Bellare, Hoang, Tessaro 2016, Message-Recovery Attacks on FPE</a>
 * @see <a href="https://eprint.iacr.org/2018/556">Hoang, Tessaro, Trieu 2018, The Curse of Small Domains</a>
 */
public final class FormatPreserving {
    private static final String LABEL = "format preserving v1 ff1-aes-256";
    private static final int MIN_DOMAIN = 1_000_000;
    private static final int MAX_CHARACTERS = 4096;
    private static final int MAX_TWEAK_BYTES = 65536;

    private final ValueKeys keys;
    private final Alphabet alphabet;
    private final String kept;

    private FormatPreserving(ValueKeys keys, Alphabet alphabet, String kept) {
        this.keys = keys;
        this.alphabet = Objects.requireNonNull(alphabet, "alphabet");
        this.kept = kept;
    }

    /**
     * Returns FF1 with AES-256 under a key derived from one version of a ring. The version stays the same until the caller
     * chooses another, since a ciphertext has no place to name it.
     *
     * @param ring the ring; stays the caller's, and must be open when texts are encrypted or decrypted
     * @param version an enabled version
     * @param purpose such as {@code customers.card}, 1 to 200 bytes in UTF-8; each has a key of its own
     * @param alphabet of the texts
     * @return the cipher
     * @throws IllegalArgumentException if there is no such version, or the purpose is empty, too long or not well-formed
     * @throws UnsealException if the version is not enabled
     */
    public static FormatPreserving ff1(KeyRing ring, int version, String purpose, Alphabet alphabet) {
        return new FormatPreserving(
                ValueKeys.derived(ring, version, LABEL, ValueKeys.checked("purpose", purpose)), alphabet, "");
    }

    /**
     * Returns plain FF1 under a key as it is, to exchange texts with other programs. The key lies in the heap for as long
     * as the cipher does.
     *
     * @param key 16, 24 or 32 uniformly random bytes, copied; used for nothing else
     * @param alphabet of the texts
     * @return the cipher
     * @throws IllegalArgumentException if the key is of another length
     */
    public static FormatPreserving ff1(byte[] key, Alphabet alphabet) {
        if (key.length != 16 && key.length != 24 && key.length != 32) {
            throw new IllegalArgumentException("key must be 16, 24 or 32 bytes, got " + key.length);
        }
        byte[] copy = key.clone();
        return new FormatPreserving(copy::clone, alphabet, "");
    }

    /**
     * Returns a cipher that leaves some characters where they stand, such as the dashes of a card number.
     *
     * @param characters any number that are not in the alphabet; they replace those given before
     * @return another cipher under the same key
     * @throws IllegalArgumentException if one of them is in the alphabet
     */
    public FormatPreserving keeping(String characters) {
        characters.codePoints().forEach(character -> {
            if (alphabet.index(character).isPresent()) {
                throw new IllegalArgumentException("U+%04X is in the alphabet".formatted(character));
            }
        });
        return new FormatPreserving(keys, alphabet, characters);
    }

    /**
     * Encrypts a text.
     *
     * @param text at most 4096 characters, and as many of the alphabet as make a million possible texts: 6 digits, 5 of
     *     {@link Alphabet#HEX}, 4 of {@link Alphabet#ALPHANUMERIC}
     * @param tweak what to bind it to, such as table, column and record; 0 to 65&nbsp;536 bytes, no secret; the same bytes
     *     decrypt
     * @return a text of the same length and alphabet
     * @throws IllegalArgumentException if the text is too short or too long, or has a character that is neither in the
     *     alphabet nor kept, or the tweak is too long
     * @throws UnsealException if the version is no longer enabled
     * @throws IllegalStateException if the ring is closed
     */
    public String encrypt(String text, byte[] tweak) {
        return run(Ff1::encrypt, text, tweak);
    }

    /**
     * Decrypts a text. Nothing tells whether key, tweak and text are right.
     *
     * @param text what {@link #encrypt} made
     * @param tweak the bytes it was bound to
     * @return the plaintext; another text if anything differs
     * @throws IllegalArgumentException if the text is none that {@link #encrypt} could have made
     * @throws UnsealException if the version is no longer enabled
     * @throws IllegalStateException if the ring is closed
     */
    public String decrypt(String text, byte[] tweak) {
        return run(Ff1::decrypt, text, tweak);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "FormatPreserving[ff1, radix=%d]".formatted(alphabet.size());
    }

    @FunctionalInterface
    private interface Direction {
        int[] run(byte[] key, int radix, byte[] tweak, int[] numerals);
    }

    private String run(Direction direction, String text, byte[] tweak) {
        if (tweak.length > MAX_TWEAK_BYTES) {
            throw new IllegalArgumentException(
                    "tweak must be at most %d bytes, got %d".formatted(MAX_TWEAK_BYTES, tweak.length));
        }
        int length = text.codePointCount(0, text.length());
        if (length > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "text must have at most %d characters, got %d".formatted(MAX_CHARACTERS, length));
        }
        int[] characters = text.codePoints().toArray();
        int[] numerals = numerals(characters);
        byte[] key = keys.key();
        try {
            return merge(characters, direction.run(key, alphabet.size(), tweak, numerals));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Messages show positions only: the text is a secret. */
    private int[] numerals(int[] characters) {
        int[] numerals = new int[characters.length];
        int count = 0;
        for (int i = 0; i < characters.length; i++) {
            OptionalInt index = alphabet.index(characters[i]);
            if (index.isPresent()) {
                numerals[count++] = index.getAsInt();
            } else if (!isKept(characters[i])) {
                throw new IllegalArgumentException(
                        "character %d of text (counted from 0) is not in the alphabet".formatted(i));
            }
        }
        if (count < 2 || !Ff1.hasDomain(alphabet.size(), count, MIN_DOMAIN)) {
            throw new IllegalArgumentException(
                    "text has %d characters of an alphabet of %d; that must make %d possible texts at least"
                            .formatted(count, alphabet.size(), MIN_DOMAIN));
        }
        return Arrays.copyOf(numerals, count);
    }

    /** By code points, so that half of a character is not found in one that is kept. */
    private boolean isKept(int character) {
        return kept.codePoints().anyMatch(other -> other == character);
    }

    private String merge(int[] characters, int[] numerals) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int character : characters) {
            boolean replaced = alphabet.index(character).isPresent();
            out.appendCodePoint(replaced ? alphabet.character(numerals[next++]) : character);
        }
        return out.toString();
    }
}
