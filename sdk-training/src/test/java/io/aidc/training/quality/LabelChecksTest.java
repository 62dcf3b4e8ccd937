package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LabelChecksTest {
    /** Fleiss 1971, Table 1: 30 patients, 6 psychiatrists, 5 diagnoses. */
    private static final String DIAGNOSES =
            "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
                    + "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006";

    static List<GoldenJson> pairs() {
        return GoldenJson.read("quality.json").objects("cohen");
    }

    private static int[][] digits(String table) {
        return Arrays.stream(table.split(" ", -1))
                .map(row -> row.chars().map(c -> c - '0').toArray())
                .toArray(int[][]::new);
    }

    @Test
    void fleissKappa_ofHisDiagnoses_isAsPublished() {
        Kappa kappa = LabelChecks.fleissKappa(digits(DIAGNOSES));
        assertThat(kappa.value()).isCloseTo(0.430, within(5e-4));
        assertThat(kappa.observed()).isCloseTo(0.5556, within(5e-5));
        assertThat(kappa.expected()).isCloseTo(0.2199, within(2e-4));
        // R's package irr gives z = 17.7 for these data.
        assertThat(kappa.value() / kappa.standardError()).isCloseTo(17.7, within(0.05));
    }

    @Test
    void fleissKappa_agreesWithStatsmodels() {
        for (GoldenJson golden : GoldenJson.read("quality.json").objects("fleiss")) {
            int[][] counts = Arrays.stream(golden.rows("counts"))
                    .map(row -> Arrays.stream(row).mapToInt(x -> (int) x).toArray())
                    .toArray(int[][]::new);
            assertThat(LabelChecks.fleissKappa(counts).value()).isCloseTo(golden.number("kappa"), within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void cohenKappa_agreesWithScikitLearnAndStatsmodels(GoldenJson golden) {
        int[] first = golden.integers("first");
        int[] second = golden.integers("second");
        int classes = (int) golden.number("classes");
        for (Kappa.Weights weights : Kappa.Weights.values()) {
            Kappa kappa = LabelChecks.cohenKappa(first, second, classes, weights);
            assertThat(kappa.value()).isCloseTo(golden.number(weights.name()), within(1e-12));
            assertThat(kappa.standardError()).isCloseTo(golden.number(weights + "-error"), within(1e-12));
        }
    }

    @Test
    void cohenKappa_ofOneAgreement_isOneAndOfChanceZero() {
        int[] labels = {0, 1, 2, 1};
        assertThat(LabelChecks.cohenKappa(labels, labels, 3, Kappa.Weights.LINEAR))
                .satisfies(kappa -> assertThat(kappa.value()).isCloseTo(1, within(1e-15)))
                .satisfies(kappa -> assertThat(kappa.standardError()).isCloseTo(0, within(1e-7)));
        Kappa chance =
                LabelChecks.cohenKappa(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1}, 2, Kappa.Weights.UNWEIGHTED);
        assertThat(chance.value()).isZero();
    }

    @Test
    void kappa_whereAllIsOneClass_isNaN() {
        int[] labels = {1, 1};
        assertThat(LabelChecks.cohenKappa(labels, labels, 2, Kappa.Weights.QUADRATIC)
                        .value())
                .isNaN();
        assertThat(LabelChecks.fleissKappa(new int[][] {{3, 0}, {3, 0}}).value())
                .isNaN();
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> LabelChecks.cohenKappa(new int[] {0, 2}, new int[] {0, 1}, 2, Kappa.Weights.UNWEIGHTED))
                .withMessage("first: label of row 1 must be in [0, 2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.cohenKappa(new int[] {0}, new int[] {0, 1}, 2, Kappa.Weights.UNWEIGHTED))
                .withMessageContaining("got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.cohenKappa(new int[1], new int[1], 1, Kappa.Weights.UNWEIGHTED))
                .withMessage("classes must be in [2, 10000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.fleissKappa(new int[][] {{2, 1}, {2, 2}}))
                .withMessageContaining("row 1 has 4 labels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.fleissKappa(new int[][] {{2, 1}, {2}}))
                .withMessageContaining("row 1 has 1 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelChecks.fleissKappa(new int[][] {{3, -1}}))
                .withMessage("counts: row 0, class 1 must be >= 0, got -1");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelChecks.fleissKappa(new int[][] {{1, 0}}));
        assertThatIllegalArgumentException().isThrownBy(() -> LabelChecks.fleissKappa(new int[0][]));
    }
}
