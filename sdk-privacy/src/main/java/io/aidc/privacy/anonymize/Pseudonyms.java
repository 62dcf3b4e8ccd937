package io.aidc.privacy.anonymize;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Replaces identifiers by pseudonyms that only the holder of a key can make again.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="pseudonyms"}
 *
 * <p>The pseudonym is the beginning, in hexadecimal, of a keyed function, such as HMAC-SHA256, of the column and the
 * value. Equal values in one column get equal pseudonyms, so tables can be joined; equal values in different columns get
 * unrelated ones. The key stays with the caller: who has it can undo pseudonyms by trying values, and without it nothing
 * but their equality and frequency shows. That is pseudonymous, not anonymous: other columns still point at people.
 *
 * <p>Two of n values get the same pseudonym of b bytes with probability of about n²/2^(8b+1): 1e-27 for a million values
 * of 16 bytes. Thread-safe if the keyed function is, which {@code javax.crypto.Mac} by itself is not.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a> for HMAC
 */
public final class Pseudonyms {
    private static final int DEFAULT_BYTES = 16;
    private static final int FEWEST_BYTES = 8;

    private final KeyedFunction keyed;
    private final int bytes;

    private Pseudonyms(KeyedFunction keyed, int bytes) {
        this.keyed = keyed;
        this.bytes = bytes;
    }

    /**
     * Makes pseudonyms of 16 bytes, 32 characters.
     *
     * <p>Tries the function, to catch plain hashes: anybody could hash all phone numbers and compare.
     *
     * @param mac a function with a secret key inside, such as HMAC-SHA256, that gives at least 16 bytes, always the same
     *     for the same bytes
     * @return the pseudonyms
     * @throws IllegalArgumentException if the function gives too few bytes, is not deterministic, ignores its input,
     *     returns it, or is a plain hash of this Java runtime
     */
    public static Pseudonyms keyedBy(UnaryOperator<byte[]> mac) {
        return new Pseudonyms(KeyedFunction.of(mac), DEFAULT_BYTES);
    }

    /**
     * Chooses another length.
     *
     * @param length the bytes of a pseudonym, 8 to 16, two characters each; 16 unless set
     * @return pseudonyms of this length, which begin as the longer ones do
     * @throws IllegalArgumentException if the length is outside 8 to 16
     */
    public Pseudonyms bytes(int length) {
        if (length < FEWEST_BYTES || length > DEFAULT_BYTES) {
            throw new IllegalArgumentException(
                    "length must be in %d to %d bytes, got %d".formatted(FEWEST_BYTES, DEFAULT_BYTES, length));
        }
        return new Pseudonyms(keyed, length);
    }

    /**
     * Makes one pseudonym.
     *
     * @param column the name of what is replaced, {@code "customer"}; the same in all tables that are to be joined
     * @param value what is replaced, as it is: neither trimmed nor folded
     * @return lower-case hexadecimal
     */
    public String of(String column, String value) {
        byte[] mac = keyed.apply("pseudonym", column, value);
        return HexFormat.of().formatHex(mac, 0, bytes);
    }

    /**
     * Replaces whole columns, each under its own name.
     *
     * @param table the table
     * @param columns the columns to replace
     * @return a table in which these columns hold pseudonyms; empty cells too, all alike
     * @throws IllegalArgumentException if there is no such column
     */
    public Table replace(Table table, Set<String> columns) {
        Objects.requireNonNull(table, "table");
        return table.mapped(columns, column -> {
            String[] pseudonyms = column.values().stream()
                    .map(value -> of(column.name(), value))
                    .toArray(String[]::new);
            return Column.of(
                    column.name(),
                    IntStream.of(column.codes())
                            .mapToObj(code -> pseudonyms[code])
                            .toList());
        });
    }

    @Override
    public String toString() {
        return "Pseudonyms[bytes=" + bytes + "]";
    }
}
