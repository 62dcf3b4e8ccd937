package io.aidc.security.values;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The characters of which a format-preserving text consists, in order. The order matters: another order of the same
 * characters encrypts differently.
 *
 * <p><em>Immutable.</em>
 */
public final class Alphabet {
    /** {@code 0} to {@code 9}. */
    public static final Alphabet DIGITS = of("0123456789");

    /** {@code 0} to {@code 9} and {@code a} to {@code f}; not the capitals. */
    public static final Alphabet HEX = of("0123456789abcdef");

    /** {@code 0} to {@code 9}, {@code A} to {@code Z} and {@code a} to {@code z}. */
    public static final Alphabet ALPHANUMERIC = of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static final int MAX_CHARACTERS = 65536;

    private final int[] characters;
    private final Map<Integer, Integer> indexes = new HashMap<>();

    private Alphabet(int[] characters) {
        this.characters = characters;
        for (int i = 0; i < characters.length; i++) {
            if (characters[i] >= Character.MIN_SURROGATE && characters[i] <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("characters must be well-formed UTF-16");
            }
            Integer before = indexes.put(characters[i], i);
            if (before != null) {
                throw new IllegalArgumentException(
                        "characters must be distinct, got U+%04X twice".formatted(characters[i]));
            }
        }
    }

    /**
     * Returns the alphabet of the given characters.
     *
     * @param characters 2 to 65&nbsp;536 distinct code points; an alphabet is no secret
     * @return the alphabet
     * @throws IllegalArgumentException if there are too few or too many, or one comes twice
     */
    public static Alphabet of(String characters) {
        int[] codePoints = characters.codePoints().toArray();
        if (codePoints.length < 2 || codePoints.length > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "characters must be 2 to %d, got %d".formatted(MAX_CHARACTERS, codePoints.length));
        }
        return new Alphabet(codePoints);
    }

    /**
     * Returns how many characters there are.
     *
     * @return 2 to 65&nbsp;536
     */
    public int size() {
        return characters.length;
    }

    OptionalInt index(int character) {
        Integer index = indexes.get(character);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    int character(int index) {
        return characters[index];
    }

    /** Shows the size only. */
    @Override
    public String toString() {
        return "Alphabet[size=%d]".formatted(size());
    }
}
