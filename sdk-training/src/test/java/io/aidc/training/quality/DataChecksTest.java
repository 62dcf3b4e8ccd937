package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Table;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DataChecksTest {
    private static final Table TABLE = table("id,age,city\n1,30,Rome\n2,,Rome\n3,-5,Paris\n3,200,\n5,old,Paris\n");

    private static Table table(String text) {
        return Table.read(new StringReader(text));
    }

    private static Table column(String... cells) {
        var text = new StringBuilder("x,row\n");
        for (int i = 0; i < cells.length; i++) {
            text.append(cells[i]).append(',').append(i).append('\n');
        }
        return table(text.toString());
    }

    private static CheckResult one(DataChecks checks, Table table) {
        List<CheckResult> results = checks.run(table).results();
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private static void passes(DataChecks checks, Table table) {
        assertThat(one(checks, table).passed()).isTrue();
    }

    private static CheckResult fails(DataChecks checks, Table table) {
        CheckResult result = one(checks, table);
        assertThat(result.passed()).isFalse();
        return result;
    }

    @Test
    void completeness_countsBlankCells() {
        assertThat(fails(DataChecks.of().isComplete("age"), TABLE))
                .isEqualTo(new CheckResult("isComplete", "age", false, 0.8, ">= 1.0", 1, List.of(2)));
        passes(DataChecks.of().hasCompleteness("age", 0.8), TABLE);
        fails(DataChecks.of().hasCompleteness("age", 0.81), TABLE);
        passes(DataChecks.of().isComplete("id"), TABLE);
    }

    @Test
    void uniqueness_countsCellsThatStandOnce() {
        CheckResult result = fails(DataChecks.of().isUnique("id"), TABLE);
        assertThat(result.measured()).isEqualTo(0.6);
        assertThat(result.rows()).containsExactly(3, 4);
        passes(DataChecks.of().hasUniqueness("id", 0.6), TABLE);
        passes(DataChecks.of().isUnique("x"), column("1", "", "", "2"));
    }

    @Test
    void primaryKey_isOfSeveralColumnsAndComplete() {
        passes(DataChecks.of().isPrimaryKey("id", "age"), table("id,age\n1,1\n1,2\n2,1\n"));
        CheckResult result = fails(DataChecks.of().isPrimaryKey("id", "city"), TABLE);
        assertThat(result.column()).isEqualTo("id,city");
        assertThat(result.rows()).containsExactly(4);
        assertThat(fails(DataChecks.of().isPrimaryKey("city"), TABLE).offenders())
                .isEqualTo(5);
    }

    @Test
    void ranges_countNumbersOutsideAndCellsThatAreNone() {
        CheckResult result = fails(DataChecks.of().isInRange("age", 0, 120), TABLE);
        assertThat(result.measured()).isEqualTo(0.25);
        assertThat(result.rows()).containsExactly(3, 4, 5);
        assertThat(fails(DataChecks.of().isNonNegative("age"), TABLE).rows()).containsExactly(3, 5);
        assertThat(fails(DataChecks.of().isNumeric("age"), TABLE).rows()).containsExactly(5);
        passes(DataChecks.of().isInRange("x", -1, 1), column("-1", " 1.0 ", "", "-1e-3"));
    }

    @Test
    void texts_areComparedAsTheyStand() {
        assertThat(fails(DataChecks.of().isContainedIn("city", List.of("Rome")), TABLE)
                        .rows())
                .containsExactly(3, 5);
        passes(DataChecks.of().isContainedIn("city", List.of("Rome", "Paris")), TABLE);
        passes(DataChecks.of().matchesPattern("city", Pattern.compile("[A-Z][a-z]+")), TABLE);
        assertThat(fails(DataChecks.of().matchesPattern("city", Pattern.compile("Ro")), TABLE)
                        .offenders())
                .isEqualTo(4);
        assertThat(fails(DataChecks.of().satisfies("city", "short", city -> city.length() < 5), TABLE)
                        .rows())
                .containsExactly(3, 5);
    }

    @Test
    void statistics_areMeasuredOverNumbersThatAreThere() {
        Table numbers = column("2", "4", "", "9");
        assertThat(one(DataChecks.of().hasMin("x", 2, 2), numbers).measured()).isEqualTo(2);
        assertThat(one(DataChecks.of().hasMax("x", 0, 9), numbers).passed()).isTrue();
        assertThat(one(DataChecks.of().hasMean("x", 5, 5), numbers).passed()).isTrue();
        assertThat(one(DataChecks.of().hasStandardDeviation("x", 0, 3), numbers).measured())
                .isCloseTo(Math.sqrt(13), within(1e-12));
        fails(DataChecks.of().hasMean("x", 5.1, 6), numbers);
        assertThat(fails(DataChecks.of().hasMean("age", 0, 100), TABLE).rows()).containsExactly(5);
        assertThat(fails(DataChecks.of().hasMin("x", 0, 1), column("", "")).measured())
                .isNaN();
    }

    @Test
    void size_isBounded() {
        passes(DataChecks.of().hasSize(5, 5), TABLE);
        assertThat(fails(DataChecks.of().hasSize(6, 9), TABLE).measured()).isEqualTo(5);
    }

    @Test
    void emptyTable_passesSharesAndFailsStatistics() {
        Table empty = table("x\n");
        passes(DataChecks.of().isComplete("x"), empty);
        passes(DataChecks.of().isUnique("x"), empty);
        passes(DataChecks.of().isInRange("x", 0, 1), empty);
        fails(DataChecks.of().hasMean("x", 0, 1), empty);
        fails(DataChecks.of().hasNoDrift("x", column("1"), DriftLimit.populationStability(1)), empty);
    }

    @Test
    void absentColumn_failsItsCheckOnly() {
        CheckReport report = DataChecks.of()
                .isComplete("weight")
                .isPrimaryKey("weight")
                .isComplete("id")
                .run(TABLE);
        assertThat(report.failures()).extracting(CheckResult::column).containsExactly("weight", "weight");
        assertThat(report.failures().get(0).measured()).isNaN();
    }

    @Test
    void offenders_areNamedUpToTwenty() {
        String[] cells = new String[30];
        Arrays.fill(cells, "-1");
        CheckResult result = fails(DataChecks.of().isNonNegative("x"), column(cells));
        assertThat(result.offenders()).isEqualTo(30);
        assertThat(result.rows()).hasSize(CheckResult.MAX_EXAMPLES).startsWith(1, 2, 3);
    }

    private static Table sequence(int rows, double shift, String word) {
        var text = new StringBuilder("number,word\n");
        for (int i = 0; i < rows; i++) {
            text.append(i % 50 + shift)
                    .append(',')
                    .append(i % 3 == 0 ? word : "b")
                    .append('\n');
        }
        return table(text.toString());
    }

    @Test
    void drift_ofTheSameData_passesByEveryMeasure() {
        Table reference = sequence(200, 0, "a");
        passesAll(driftOf(reference), sequence(100, 0, "a"));
    }

    @Test
    void drift_ofMovedData_failsByEveryMeasure() {
        CheckReport report = driftOf(sequence(200, 0, "a")).run(sequence(200, 30, "c"));
        assertThat(report.results()).hasSize(10).noneMatch(CheckResult::passed);
    }

    private static void passesAll(DataChecks checks, Table table) {
        CheckReport report = checks.run(table).requirePassed();
        assertThat(report.results()).hasSize(10).allMatch(CheckResult::passed);
    }

    private static DataChecks driftOf(Table reference) {
        return DataChecks.of()
                .hasNoDrift("number", reference, DriftLimit.populationStability(0.1))
                .hasNoDrift("number", reference, DriftLimit.jensenShannon(0.1))
                .hasNoDrift("number", reference, DriftLimit.totalVariation(0.1))
                .hasNoDrift("number", reference, DriftLimit.chiSquare(1e-6))
                .hasNoDrift("number", reference, DriftLimit.wasserstein(1))
                .hasNoDrift("number", reference, DriftLimit.kolmogorovSmirnov(1e-6))
                .hasNoDrift("word", reference, DriftLimit.chiSquare(1e-6))
                .hasNoDrift("word", reference, DriftLimit.totalVariation(0.1))
                .hasNoDrift(reference, 0.1);
    }

    @Test
    void drift_seesCellsThatBeginToBeMissing() {
        Table reference = column("1", "2", "3", "4");
        DataChecks checks = DataChecks.of().hasNoDrift("x", reference, DriftLimit.populationStability(0.2));
        fails(checks, column("1", "2", "", ""));
        CheckResult words = fails(checks, column("1", "2", "3", "x"));
        assertThat(words.rows()).containsExactly(4);
    }

    @Test
    void drift_againstAUselessReference_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataChecks.of().hasNoDrift("x", column(""), DriftLimit.chiSquare(0.01)))
                .withMessage("reference column 'x' has no cells");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataChecks.of().hasNoDrift("x", column("a"), DriftLimit.wasserstein(1)))
                .withMessage("WASSERSTEIN needs numbers, but reference column 'x' has other cells");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DriftLimit.kolmogorovSmirnov(1))
                .withMessage("bound of KOLMOGOROV_SMIRNOV must be in [0, 1), got 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> DriftLimit.wasserstein(Double.NaN));
    }

    @Test
    void requirePassed_namesAllFailuresAndNoCell() {
        CheckReport report = DataChecks.of()
                .isComplete("age")
                .isInRange("age", 0, 120)
                .hasMax("id", 0, 4)
                .isContainedIn("city", List.of("Berlin"))
                .run(TABLE);
        assertThatExceptionOfType(FailedChecksException.class)
                .isThrownBy(report::requirePassed)
                .withMessage("4 of 4 checks failed: isComplete of 'age' must be >= 1.0, broken by 1 rows, first [2]; "
                        + "isInRange of 'age' must be in [0.0, 120.0], broken by 3 rows, first [3, 4, 5]; "
                        + "hasMax of 'id' must be in [0.0, 4.0]; "
                        + "isContainedIn of 'city' must be one of 1 values, broken by 4 rows, first [1, 2, 3, 5]")
                .satisfies(e -> assertThat(e.failures()).isEqualTo(report.failures()));
    }

    @Test
    void badBounds_areNamed() {
        DataChecks checks = DataChecks.of();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checks.hasCompleteness("x", 1.5))
                .withMessage("atLeast must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checks.isInRange("x", 2, 1))
                .withMessage("bounds must be in order, got 2.0 and 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> checks.hasMean("x", Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> checks.isContainedIn("x", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> checks.hasSize(3, 2));
        assertThatIllegalArgumentException().isThrownBy(checks::isPrimaryKey);
        assertThat(checks.run(TABLE).results()).isEmpty();
    }
}
