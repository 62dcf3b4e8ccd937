package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Table;
import java.io.StringReader;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CleaningTest {
    private static final GoldenJson GOLDEN = GoldenJson.read("prepare.json");

    private static Table table(String text) {
        return Table.read(new StringReader(text));
    }

    private static Table column(double[] numbers) {
        var text = new StringBuilder("x,row\n");
        for (int i = 0; i < numbers.length; i++) {
            text.append(Double.isNaN(numbers[i]) ? "" : Double.toString(numbers[i]))
                    .append(',')
                    .append(i)
                    .append('\n');
        }
        return table(text.toString());
    }

    private static double[] bounds(Outliers outliers) {
        FittedCleaning fitted = Cleaning.of().clipOutliers(outliers, "x").fit(column(GOLDEN.numbers("x")));
        var clip = (CleaningStep.Clip) fitted.steps().get(0);
        return new double[] {clip.low(), clip.high()};
    }

    @Test
    void outlierBounds_agreeWithNumpyAndScipy() {
        assertThat(bounds(Outliers.iqr(1.5))).containsExactly(GOLDEN.numbers("iqr"), within(1e-10));
        assertThat(bounds(Outliers.zScore(3))).containsExactly(GOLDEN.numbers("zScore"), within(1e-9));
        assertThat(bounds(Outliers.mad(3.5))).containsExactly(GOLDEN.numbers("mad"), within(1e-10));
        assertThat(bounds(Outliers.outside(-1, 2))).containsExactly(-1, 2);
    }

    @Test
    void imputedNumbers_agreeWithScikitLearn() {
        Table holes = column(GOLDEN.numbers("holes"));
        var mean = (CleaningStep.Fill)
                Cleaning.of().impute(Imputation.mean(), "x").fit(holes).steps().get(0);
        assertThat(Double.parseDouble(mean.text())).isCloseTo(GOLDEN.number("mean"), within(1e-12));
        var median = (CleaningStep.Fill) Cleaning.of()
                .impute(Imputation.median(), "x")
                .fit(holes)
                .steps()
                .get(0);
        assertThat(Double.parseDouble(median.text())).isCloseTo(GOLDEN.number("median"), within(1e-12));
    }

    @Test
    void impute_learnsOnTrainAndFillsOthers() {
        FittedCleaning fitted = Cleaning.of()
                .impute(Imputation.median(), "age")
                .impute(Imputation.mode(), "city")
                .impute(Imputation.constant("none"), "note")
                .fit(table("age,city,note\n10,Rome,a\n30,Paris,\n20,Paris,\n,,\n"));
        Cleaned cleaned = fitted.apply(table("age,city,note\n,,x\n7,Oslo,\n"));
        assertThat(cleaned.table().texts("age")).containsExactly("20.0", "7");
        assertThat(cleaned.table().texts("city")).containsExactly("Paris", "Oslo");
        assertThat(cleaned.table().texts("note")).containsExactly("x", "none");
        assertThat(cleaned.changedCells("age")).isEqualTo(1);
        assertThat(cleaned.changes()).extracting(Cleaned.Change::cells).containsExactly(1, 1, 1);
        assertThat(cleaned.droppedRows()).isZero();
    }

    @Test
    void mode_ofEquallyCommonTexts_isTheFirstInOrder() {
        FittedCleaning fitted = Cleaning.of().impute(Imputation.mode(), "x").fit(table("x\nb\na\nb\na\nc\n"));
        assertThat(fitted.steps()).containsExactly(new CleaningStep.Fill("x", "a"));
    }

    @Test
    void steps_workInOrderOnTheResultOfThoseBefore() {
        Table train = table("x,y\n1,a\n1,a\n2,b\n3,NA\n1000,c\n,d\n");
        Cleaned cleaned = Cleaning.of()
                .treatAsMissing("NA", "?")
                .dropDuplicates()
                .dropMissing("y")
                .dropOutliers(Outliers.outside(0, 100), "x")
                .impute(Imputation.mean(), "x")
                .fit(train)
                .apply(train);
        assertThat(cleaned.table().texts("x")).containsExactly("1", "2", "1.5");
        assertThat(cleaned.table().texts("y")).containsExactly("a", "b", "d");
        assertThat(cleaned.rowNumbers()).containsExactly(1, 3, 6);
        assertThat(cleaned.rowsBefore()).isEqualTo(6);
        assertThat(cleaned.droppedRows()).isEqualTo(3);
        assertThat(cleaned.changes())
                .extracting(Cleaned.Change::column, Cleaned.Change::cells, Cleaned.Change::rows)
                .containsExactly(
                        tuple("y", 1, 0), tuple("", 0, 1), tuple("y", 0, 1), tuple("x", 0, 1), tuple("x", 1, 0));
    }

    @Test
    void clip_movesNumbersToTheBoundTheyPassed() {
        Cleaned cleaned = Cleaning.of()
                .clipOutliers(Outliers.outside(0, 10), "x")
                .fit(table("x\n1\n"))
                .apply(table("x,z\n-1,\n5,\n11,\n,\n"));
        assertThat(cleaned.table().texts("x")).containsExactly("0.0", "5", "10.0", "");
        assertThat(cleaned.changedCells("x")).isEqualTo(2);
    }

    @Test
    void applyKeepingRows_dropsNone() {
        FittedCleaning fitted = Cleaning.of()
                .dropDuplicates()
                .dropMissing()
                .dropOutliers(Outliers.iqr(1.5), "x")
                .impute(Imputation.mean(), "x")
                .fit(table("x\n1\n2\n3\n"));
        Cleaned cleaned = fitted.applyKeepingRows(table("x,y\n1,a\n1,a\n999,b\n,c\n"));
        assertThat(cleaned.table().texts("x")).containsExactly("1", "1", "999", "2.0");
        assertThat(cleaned.rowNumbers()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void json_givesEveryStepBack() {
        FittedCleaning fitted = Cleaning.of()
                .treatAsMissing("NA", "é\"\n")
                .dropDuplicates()
                .dropMissing("x", "y")
                .dropOutliers(Outliers.mad(3), "x")
                .clipOutliers(Outliers.zScore(0.1), "x")
                .impute(Imputation.constant("\u0000ü"), "y")
                .fit(table("x,y\n0.1,a\n0.30000000000000004,b\n1e300,c\n"));
        assertThat(FittedCleaning.fromJson(fitted.toJson())).isEqualTo(fitted);
    }

    @Test
    void json_thatIsNotAsItMustBe_isRefusedByField() {
        String good = Cleaning.of()
                .clipOutliers(Outliers.outside(0, 1), "x")
                .fit(table("x\n1\n"))
                .toJson();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FittedCleaning.fromJson(good.replace("1.0", "\"1\"")))
                .withMessage("cleaning.steps[0].high must be a finite number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FittedCleaning.fromJson(good.replace("\"version\":1", "\"version\":2")))
                .withMessage("cleaning must be of format aidc-cleaning, version 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FittedCleaning.fromJson(good.replace("\"clip\"", "\"clap\"")))
                .withMessage("cleaning.steps[0].step is of no known kind");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FittedCleaning.fromJson(good.replace("\"low\":0.0", "\"low\":0.0,\"low\":0.0")))
                .withMessage("cleaning is not well-formed JSON");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FittedCleaning.fromJson(" ".repeat(Json.MAX_CHARACTERS + 1)))
                .withMessageContaining("must have at most 16777216 characters");
        assertThatIllegalArgumentException().isThrownBy(() -> FittedCleaning.fromJson("[".repeat(100_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> FittedCleaning.fromJson(""));
        assertThatIllegalArgumentException().isThrownBy(() -> FittedCleaning.fromJson("null"));
    }

    /** Whatever is changed in a document, it is read or refused as an argument. */
    @Test
    void json_fuzzed_isReadOrRefused() {
        String good = Cleaning.of()
                .treatAsMissing("NA")
                .dropMissing("x")
                .clipOutliers(Outliers.outside(0, 1), "x")
                .impute(Imputation.constant("1"), "x")
                .fit(table("x\n1\n"))
                .toJson();
        var random = new SplittableRandom(1);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            var text = new StringBuilder(good);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                text.setCharAt(random.nextInt(text.length()), "{}[]\",:0e-ntx\\".charAt(random.nextInt(14)));
            }
            try {
                FittedCleaning.fromJson(text.toString()).toJson();
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(600, 999);
    }

    @Test
    void cells_thatAreNotNumbers_areNamedButNotRepeated() {
        Cleaning cleaning = Cleaning.of().impute(Imputation.mean(), "x");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> cleaning.fit(table("x\n1\nMrs Smith\n")))
                .withMessage("row 2, column 'x': the cell is not a finite decimal number")
                .satisfies(e -> assertThat(e.row()).isEqualTo(2))
                .satisfies(e -> assertThat(e.column()).isEqualTo("x"));
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleaning.of().dropMissing("z").fit(table("x\n1\n")))
                .withMessage("the table has no column 'z'; it has [x]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleaning.of().impute(Imputation.mean(), "x").fit(table("x,y\n,1\n")))
                .withMessage("column 'x' has no numbers to learn from");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleaning.of().impute(Imputation.mode(), "x").fit(table("x,y\n,1\n")))
                .withMessage("column 'x' has no cells to learn from");
        assertThatIllegalArgumentException().isThrownBy(() -> Cleaning.of().impute(Imputation.mean()));
        assertThatIllegalArgumentException().isThrownBy(() -> Cleaning.of().treatAsMissing());
        assertThatIllegalArgumentException().isThrownBy(() -> Imputation.constant(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Outliers.iqr(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Outliers.zScore(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Outliers.mad(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Outliers.outside(2, 1));
    }

    @Test
    void anyCell_comesThroughCleaningUnchanged() {
        var random = new SplittableRandom(2);
        for (int i = 0; i < 200; i++) {
            var cell = new StringBuilder();
            for (int j = random.nextInt(8); j > 0; j--) {
                cell.append("a,\"\n\r \uFEFFé".charAt(random.nextInt(8)));
            }
            Table table = table("x\n\"" + cell.toString().replace("\"", "\"\"") + "\"\n");
            assertThat(Cleaning.of().fit(table).apply(table).table().texts("x")).containsExactly(cell.toString());
        }
    }

    @Test
    void cells_thatAreNoNumbers_areNamedByTheRowTheyStoodIn() {
        Table table = table("x,y\n,1\n2,2\n3,word\n");
        Cleaning cleaning = Cleaning.of().dropMissing("x");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> cleaning.clipOutliers(Outliers.iqr(1.5), "y").fit(table))
                .withMessage("row 3, column 'y': the cell is not a finite decimal number");
        for (CleaningStep step :
                new CleaningStep[] {new CleaningStep.Clip("y", 0, 1), new CleaningStep.DropOutside("y", 0, 1)}) {
            var fitted = new FittedCleaning(List.of(new CleaningStep.DropMissing(List.of("x")), step));
            assertThatExceptionOfType(UnreadableCellException.class)
                    .isThrownBy(() -> fitted.apply(table))
                    .matches(e -> e.row() == 3);
        }
    }

    @Test
    void apply_keepsTheNameThatErrorsUse() {
        Table table = Table.builder("patients.csv")
                .texts("age", List.of("61", "", "old"))
                .build();
        Table cleaned = Cleaning.of().dropMissing().fit(table).apply(table).table();
        assertThat(cleaned.source()).isEqualTo("patients.csv");
        assertThat(cleaned.texts("age")).containsExactly("61", "old");
    }

    @Test
    void markers_areComparedWithoutTheirBlanks() {
        Table table = table("x\n NA\n1\n");
        Table cleaned =
                Cleaning.of().treatAsMissing("NA ").fit(table).apply(table).table();
        assertThat(cleaned.texts("x")).containsExactly("", "1");
    }

    @Test
    void json_withMoreBehindIt_isRefused() {
        String json = new FittedCleaning(List.of(new CleaningStep.DropDuplicates())).toJson();
        assertThat(FittedCleaning.fromJson(json + " \n").steps()).hasSize(1);
        for (String more : new String[] {"{}", "]", "x", ","}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FittedCleaning.fromJson(json + more))
                    .withMessage("cleaning is not well-formed JSON");
        }
    }
}
