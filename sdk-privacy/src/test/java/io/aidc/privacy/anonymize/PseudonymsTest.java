package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PseudonymsTest {
    private final Pseudonyms pseudonyms = Pseudonyms.keyedBy(Keys.hmac(1));

    @Test
    void of_value_isTheMacOfLengthsAndTexts() {
        byte[] input = ByteBuffer.allocate(12 + 9 + 4 + 5)
                .putInt(9)
                .put("pseudonym".getBytes(StandardCharsets.UTF_8))
                .putInt(4)
                .put("name".getBytes(StandardCharsets.UTF_8))
                .putInt(5)
                .put("Zoë!".getBytes(StandardCharsets.UTF_8))
                .array();
        assertThat(pseudonyms.of("name", "Zoë!"))
                .isEqualTo(HexFormat.of().formatHex(Keys.hmac(1).apply(input), 0, 16));
    }

    /** Computed with Python's hmac module; must never change, old tables would no longer join. */
    @Test
    void of_knownValue_staysTheSame() {
        assertThat(pseudonyms.of("customer", "4711")).isEqualTo("b5c61232369ce172c0057725c331536c");
    }

    @Test
    void of_otherColumnKeyOrSplit_isUnrelated() {
        Set<String> all = new HashSet<>(List.of(
                pseudonyms.of("a", "bc"),
                pseudonyms.of("ab", "c"),
                pseudonyms.of("b", "bc"),
                pseudonyms.of("a", ""),
                pseudonyms.of("", "a"),
                Pseudonyms.keyedBy(Keys.hmac(2)).of("a", "bc")));
        assertThat(all).hasSize(6);
    }

    @Test
    void bytes_shorter_isTheBeginning() {
        assertThat(pseudonyms.of("a", "b"))
                .hasSize(32)
                .startsWith(pseudonyms.bytes(8).of("a", "b"));
        assertThat(pseudonyms.bytes(8).of("a", "b")).hasSize(16);
        assertThat(pseudonyms.bytes(8)).hasToString("Pseudonyms[bytes=8]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pseudonyms.bytes(7))
                .withMessageContaining("8 to 16");
        assertThatIllegalArgumentException().isThrownBy(() -> pseudonyms.bytes(17));
    }

    @Test
    void replace_columns_joinAcrossTables() {
        Table visits =
                Table.of(List.of("customer", "x"), List.of(List.of("1", "1"), List.of("2", "1"), List.of("1", "2")));
        Table replaced = pseudonyms.replace(visits, Set.of("customer"));
        assertThat(replaced.columns()).containsExactly("customer", "x");
        assertThat(replaced.cell(0, "customer")).isEqualTo(pseudonyms.of("customer", "1"));
        assertThat(replaced.cell(2, "customer")).isEqualTo(replaced.cell(0, "customer"));
        assertThat(replaced.cell(1, "customer")).isEqualTo(pseudonyms.of("customer", "2"));
        assertThat(replaced.cell(0, "x")).isEqualTo("1");
        assertThatIllegalArgumentException().isThrownBy(() -> pseudonyms.replace(visits, Set.of("y")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA-512/256"})
    void keyedBy_plainHash_isRefused(String hash) {
        UnaryOperator<byte[]> plain = input -> digest(hash, input);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pseudonyms.keyedBy(plain))
                .withMessageStartingWith("mac must be keyed, got plain");
        UnaryOperator<byte[]> shortened = input -> Arrays.copyOf(digest(hash, input), 16);
        assertThatIllegalArgumentException().isThrownBy(() -> DateShift.keyedBy(shortened, 10));
    }

    private static byte[] digest(String hash, byte[] input) {
        try {
            return MessageDigest.getInstance(hash).digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void keyedBy_functionsThatAreNone_areRefused() {
        AtomicInteger calls = new AtomicInteger();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pseudonyms.keyedBy(input ->
                        ByteBuffer.allocate(16).putInt(calls.incrementAndGet()).array()))
                .withMessageContaining("same bytes for the same input");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pseudonyms.keyedBy(input -> new byte[16]))
                .withMessageContaining("depend on its input");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pseudonyms.keyedBy(input -> input))
                .withMessageContaining("got its input back");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Pseudonyms.keyedBy(input -> Arrays.copyOf(Keys.hmac(1).apply(input), 15)))
                .withMessage("mac must give at least 16 bytes, got 15");
    }

    @Test
    void shift_onePerson_keepsIntervals() {
        DateShift shift = DateShift.keyedBy(Keys.hmac(1), 180);
        LocalDate first = LocalDate.parse("2026-02-27");
        LocalDate last = LocalDate.parse("2026-11-26");
        for (int person = 0; person < 50; person++) {
            LocalDate moved = shift.shift("p" + person, first);
            assertThat(ChronoUnit.DAYS.between(moved, shift.shift("p" + person, last)))
                    .isEqualTo(ChronoUnit.DAYS.between(first, last));
            assertThat(Math.abs(ChronoUnit.DAYS.between(first, moved))).isLessThanOrEqualTo(180);
            LocalDateTime moment = first.atTime(23, 59);
            assertThat(shift.shift("p" + person, moment)).isEqualTo(moved.atTime(23, 59));
        }
    }

    @Test
    void shift_manyPeople_takesEveryNumberEquallyOften() {
        // fixed key, no false alarm: 30 000 people in 5 cells of 6000 ± 5·√(6000·0.8)
        DateShift shift = DateShift.keyedBy(Keys.hmac(1), 2);
        int[] counts = new int[5];
        IntStream.range(0, 30_000)
                .forEach(person ->
                        counts[(int) shift.shift("p" + person, LocalDate.EPOCH).toEpochDay() + 2]++);
        assertThat(counts)
                .satisfies(all ->
                        Arrays.stream(all).forEach(count -> assertThat(count).isBetween(5650, 6350)));
    }

    @Test
    void shift_otherKey_isAnotherShift() {
        LocalDate date = LocalDate.EPOCH;
        List<LocalDate> one = people(DateShift.keyedBy(Keys.hmac(1), 1000), date);
        assertThat(people(DateShift.keyedBy(Keys.hmac(2), 1000), date)).isNotEqualTo(one);
        assertThat(new HashSet<>(one)).hasSizeGreaterThan(1);
    }

    private static List<LocalDate> people(DateShift shift, LocalDate date) {
        return IntStream.range(0, 5).mapToObj(i -> shift.shift("p" + i, date)).toList();
    }

    @Test
    void shift_table_leavesEmptyCellsAndOtherColumns() {
        DateShift shift = DateShift.keyedBy(Keys.hmac(1), 180);
        Table visits = Table.of(
                List.of("who", "day", "note"),
                List.of(List.of("a", "2026-11-26", "x"), List.of("a", "", "2026-11-26")));
        Table shifted = shift.shift(visits, "who", Set.of("day"));
        assertThat(shifted.cell(0, "day"))
                .isEqualTo(shift.shift("a", LocalDate.parse("2026-11-26")).toString());
        assertThat(shifted.cell(1, "day")).isEmpty();
        assertThat(shifted.cell(1, "note")).isEqualTo("2026-11-26");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shift.shift(visits, "who", Set.of("note")))
                .withMessage("column note, row 0: must be a date such as 2026-11-26")
                .withNoCause();
        assertThatIllegalArgumentException().isThrownBy(() -> shift.shift(visits, "x", Set.of("day")));
        assertThat(shift).hasToString("DateShift[days=180]");
    }

    @Test
    void shift_outside_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DateShift.keyedBy(Keys.hmac(1), 0))
                .withMessageContaining("1 to 36500");
        assertThatIllegalArgumentException().isThrownBy(() -> DateShift.keyedBy(Keys.hmac(1), 36_501));
        DateShift shift = DateShift.keyedBy(Keys.hmac(1), 36_500);
        String late = IntStream.range(0, 100)
                .mapToObj(i -> "p" + i)
                .filter(person -> shift.shift(person, LocalDate.EPOCH).isAfter(LocalDate.EPOCH))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> shift.shift(late, LocalDate.MAX)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void of_halfASurrogatePair_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pseudonyms.of("a", "\uD800"))
                .withMessage("a text must not have half a surrogate pair");
    }
}
