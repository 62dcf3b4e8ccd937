package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.privacy.Seeds;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HierarchyTest {
    private static final Hierarchy WORK = Hierarchy.builder()
            .path("nurse", "health", "*")
            .path("clerk", "office", "*")
            .path("doctor", "health", "*")
            .build();

    @Test
    void builder_paths_areKept() {
        assertThat(WORK.height()).isEqualTo(2);
        assertThat(path(WORK, "doctor")).containsExactly("doctor", "health", "*");
    }

    @Test
    void readCsv_lines_arePaths() {
        Hierarchy read = Hierarchy.readCsv(new StringReader("nurse;health;*\nclerk;office;*\n"), ';');
        assertThat(path(read, "clerk")).containsExactly("clerk", "office", "*");
    }

    @Test
    void readCsv_repeatedValue_namesTheLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.readCsv(new StringReader("a;x\nb;x\na;y\n"), ';'))
                .withMessage("line 3: value a is given twice");
    }

    @Test
    void build_empty_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.builder().build())
                .withMessageContaining("at least one value");
        assertThatIllegalArgumentException().isThrownBy(() -> Hierarchy.readCsv(new StringReader(""), ';'));
    }

    @Test
    void build_groupInTwoGroups_namesValueAndLevel() {
        Hierarchy.Builder builder =
                Hierarchy.builder().path("a", "x", "north", "*").path("b", "x", "south", "*");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("value b: group x of level 1 is in north and in south on level 2");
    }

    @Test
    void path_otherLength_isRefused() {
        Hierarchy.Builder builder = Hierarchy.builder().path("a", "x", "*");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.path("b", "*"))
                .withMessage("value b must have 3 levels like the first one, got 2");
    }

    @Test
    void build_thenAddMore_changesNothing() {
        Hierarchy.Builder builder = Hierarchy.builder().path("a", "*");
        Hierarchy built = builder.build();
        builder.path("b", "*");
        assertThatIllegalArgumentException().isThrownBy(() -> built.generalise("b", 1));
    }

    @Test
    void generalise_outside_isRefusedWithoutTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WORK.generalise("nurse", 3))
                .withMessageContaining("0 to 2");
        assertThatIllegalArgumentException().isThrownBy(() -> WORK.generalise("nurse", -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WORK.generalise("secret", 1))
                .withMessage("value is not covered by the hierarchy");
    }

    @Test
    void on_uncoveredValue_namesColumnAndRowOnly() {
        Column column = Column.of("job", List.of("nurse", "nurse", "secret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WORK.on(column))
                .withMessage("column job, row 2: the value is not covered by the hierarchy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0|[0, 5)|[0, 10)|[0, 20)|*",
                "34|34|[30, 35)|[30, 40)|[20, 40)|*",
                "34.9|34.9|[30, 35)|[30, 40)|[20, 40)|*",
                "109|109|[105, 110)|[100, 110)|[100, 110)|*",
                "+7|+7|[5, 10)|[0, 10)|[0, 20)|*"
            })
    void intervals_numbers_areInThem(String value, String l0, String l1, String l2, String l3, String l4) {
        assertThat(path(Hierarchy.intervals(0, 110, 5, 10, 20), value)).containsExactly(l0, l1, l2, l3, l4);
    }

    @Test
    void intervals_negativeNumbers_countFromLow() {
        assertThat(path(Hierarchy.intervals(-15, 15, 10), "-5.5")).containsExactly("-5.5", "[-15, -5)", "*");
        assertThat(path(Hierarchy.intervals(-15, 15, 10), "-5")).containsExactly("-5", "[-5, 5)", "*");
        assertThat(path(Hierarchy.intervals(Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE), "0"))
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "110",
                "",
                "abc",
                "1e3",
                "1E999999999",
                "NaN",
                "0x10",
                " 1",
                "--1",
                ".",
                "00000000000000000000000000000000000000000"
            })
    void intervals_otherText_isNotCovered(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.intervals(0, 110, 5).generalise(value, 0))
                .withMessageContaining("not covered");
    }

    @Test
    void intervals_wrongWidths_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.intervals(5, 5, 1))
                .withMessageContaining("high");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.intervals(0, 5))
                .withMessageContaining("widths");
        assertThatIllegalArgumentException().isThrownBy(() -> Hierarchy.intervals(0, 5, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.intervals(0, 50, 5, 12))
                .withMessageContaining("got 12 at position 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Hierarchy.intervals(0, 50, 5, 5));
    }

    @Test
    void dates_days_becomeCoarser() {
        assertThat(path(Hierarchy.dates(), "2026-11-26"))
                .containsExactly("2026-11-26", "2026-11", "2026-Q4", "2026", "2020s", "*");
        assertThat(path(Hierarchy.dates(), "0999-01-01"))
                .containsExactly("0999-01-01", "0999-01", "0999-Q1", "0999", "0990s", "*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-02-30", "26.11.2026", "", "2026-11-26T00:00"})
    void dates_otherText_isNotCovered(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Hierarchy.dates().generalise(value, 0));
    }

    @Test
    void mask_characters_areHiddenFromOneSide() {
        assertThat(path(Hierarchy.maskTrailing(3), "803")).containsExactly("803", "80*", "8**", "*");
        assertThat(path(Hierarchy.maskLeading(3), "803")).containsExactly("803", "*03", "**3", "*");
        assertThat(path(Hierarchy.maskTrailing(3), "8")).containsExactly("8", "8**", "8**", "*");
        assertThat(path(Hierarchy.maskLeading(3), "")).containsExactly("", "***", "***", "*");
        assertThat(path(Hierarchy.maskTrailing(2), "😀x")).containsExactly("😀x", "😀*", "*");
    }

    @Test
    void mask_outside_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.maskTrailing(0))
                .withMessageContaining(">= 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Hierarchy.maskLeading(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hierarchy.maskLeading(2).generalise("abc", 0));
    }

    @Test
    void suppression_anything_isHidden() {
        assertThat(path(Hierarchy.suppression(), "x")).containsExactly("x", "*");
    }

    @Test
    void rangeLabel_numbers_areIntervalsAndCategoriesCommonGroups() {
        Generalisation ages = Hierarchy.intervals(0, 100, 10).on(Column.of("age", List.of("7", "31", "12")));
        assertThat(ages.rangeLabel(0, 1)).isEqualTo("[7, 31]");
        assertThat(ages.rangeLabel(2, 2)).isEqualTo("12");
        Generalisation days = Hierarchy.dates().on(Column.of("day", List.of("2026-11-26", "2026-12-01")));
        assertThat(days.rangeLabel(0, 1)).isEqualTo("2026-11-26 to 2026-12-01");
        Generalisation jobs = WORK.on(Column.of("job", List.of("nurse", "clerk", "doctor")));
        assertThat(jobs.rangeLabel(0, 2)).isEqualTo("health");
        assertThat(jobs.rangeLabel(0, 1)).isEqualTo("*");
        Generalisation forest =
                Hierarchy.builder().path("a", "x").path("b", "y").build().on(Column.of("c", List.of("a", "b")));
        assertThat(forest.rangeLabel(0, 1)).isEqualTo("*");
    }

    @Test
    void dimension_categories_keepGroupsSideBySide() {
        Dimension jobs =
                WORK.on(Column.of("job", List.of("clerk", "doctor", "nurse"))).dimension();
        // in the order of the hierarchy: nurse, doctor, clerk
        assertThat(jobs.rank(2)).isZero();
        assertThat(jobs.rank(1)).isOne();
        assertThat(jobs.rank(0)).isEqualTo(2);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void levels_anyComputedHierarchy_areNested(long seed) {
        Random random = new Random(seed);
        nested(Hierarchy.intervals(-50, 77, 3, 6, 30), () -> String.valueOf(random.nextInt(-50, 77)));
        nested(Hierarchy.maskTrailing(4), () -> letters(random));
        nested(Hierarchy.maskLeading(4), () -> letters(random));
        nested(
                Hierarchy.dates(),
                () -> LocalDate.ofEpochDay(random.nextInt(-10_000, 30_000)).toString());
    }

    private static void nested(Hierarchy hierarchy, Supplier<String> values) {
        Column column = Column.of(
                "c", IntStream.range(0, 200).mapToObj(i -> values.get()).toList());
        Generalisation coded = hierarchy.on(column);
        for (int level = 0; level < hierarchy.height(); level++) {
            Map<String, String> next = new HashMap<>();
            for (int code = 0; code < column.size(); code++) {
                String value = column.values().get(code);
                String label = coded.label(level, coded.levels()[level][code]);
                assertThat(label).isEqualTo(hierarchy.generalise(value, level));
                String wider = hierarchy.generalise(value, level + 1);
                assertThat(next.computeIfAbsent(label, ignored -> wider)).isEqualTo(wider);
            }
        }
        assertThat(coded.size(hierarchy.height())).isOne();
    }

    static LongStream seeds() {
        return Seeds.few(10);
    }

    private static String letters(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }

    private static List<String> path(Hierarchy hierarchy, String value) {
        List<String> path = new ArrayList<>();
        for (int level = 0; level <= hierarchy.height(); level++) {
            path.add(hierarchy.generalise(value, level));
        }
        return path;
    }
}
