package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All seeds are fixed where chance could matter. */
class MembershipInferenceTest {
    private static MembershipReport seeded(MembershipInference attack, Function<int[], IntToDoubleFunction> training) {
        try (RandomBits bits = SeededBits.of(3)) {
            return attack.run(training, bits);
        }
    }

    /** Rows differ in difficulty by far more than membership makes: e^−2 … e^2 times, against 30 %. */
    private static Function<int[], IntToDoubleFunction> memorising(double effect) {
        var random = new SplittableRandom(17);
        return in -> {
            boolean[] member = new boolean[4000];
            for (int row : in) {
                member[row] = true;
            }
            return row ->
                    Math.exp(4.0 * (row % 100) / 100 - 2 - (member[row] ? effect : 0) + 0.1 * random.nextGaussian());
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void run_modelsThatForget_areAtGuessing(int models) {
        MembershipReport report = seeded(MembershipInference.of(2000).models(models), memorising(0));
        assertThat(report.auc()).isBetween(0.48, 0.52);
        assertThat(report.caught())
                .allSatisfy(caught -> assertThat(caught.falsePositiveRate()).isBetween(caught.low(), caught.high()));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void run_modelsThatMemorise_areCaughtThoughRowsDiffer(int models) {
        MembershipReport report = seeded(MembershipInference.of(1000).models(models), memorising(0.3));
        assertThat(report.auc()).isGreaterThan(0.95);
        MembershipReport.Caught rarest = report.caught().get(0);
        assertThat(rarest.falsePositiveRate()).isEqualTo(0.001);
        // 0.3 is three deviations: Φ(3 − 3.09) = 0.46 at best, less with few models to fit
        assertThat(rarest.truePositiveRate()).isBetween(0.08, 0.5);
        assertThat(rarest.truePositiveRate()).isBetween(rarest.low(), rarest.high());
        assertThat(rarest.low()).isGreaterThan(0.05);
    }

    /** The definition, row by row and model by model. */
    @ParameterizedTest
    @CsvSource({"4, 20", "16, 30", "64, 10"})
    void run_smallNumbers_matchTheDefinition(int models, int rows) {
        List<boolean[]> member = new ArrayList<>();
        List<double[]> loss = new ArrayList<>();
        var random = new SplittableRandom(models);
        MembershipReport report = seeded(MembershipInference.of(rows).models(models), in -> {
            boolean[] mine = new boolean[rows];
            double[] losses = new double[rows];
            Arrays.stream(in).forEach(row -> mine[row] = true);
            Arrays.setAll(losses, row -> random.nextDouble() * (mine[row] ? 1 : 1.5));
            member.add(mine);
            loss.add(losses);
            return row -> losses[row];
        });
        List<Double> in = new ArrayList<>();
        List<Double> out = new ArrayList<>();
        for (int j = 0; j < models; j++) {
            for (int row = 0; row < rows; row++) {
                double score = logDensity(member, loss, j, row, true) - logDensity(member, loss, j, row, false);
                (member.get(j)[row] ? in : out).add(score);
            }
        }
        double wins = 0;
        for (double a : in) {
            for (double b : out) {
                wins += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        assertThat(report.auc()).isCloseTo(wins / in.size() / out.size(), within(1e-9));
        double[] sorted = out.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double threshold = sorted[sorted.length - 1 - sorted.length / 10];
        assertThat(report.caught().get(2).truePositiveRate())
                .isCloseTo((double) in.stream().filter(s -> s > threshold).count() / in.size(), within(1e-12));
    }

    private static double logDensity(List<boolean[]> member, List<double[]> loss, int model, int row, boolean side) {
        // one model is left out on either side: the attacked one, and the next one that is on the other
        int out = model;
        while (member.get(out)[row] != side) {
            out = (out + 1) % member.size();
        }
        int left = out;
        double[] others = IntStream.range(0, member.size())
                .filter(j -> j != left && member.get(j)[row] == side)
                .mapToDouble(j -> logit(loss.get(j)[row]))
                .toArray();
        double mean = Arrays.stream(others).average().orElseThrow();
        double variance;
        if (member.size() < 64) {
            double spread = 0;
            int rows = loss.get(0).length;
            for (int r = 0; r < rows; r++) {
                int at = r;
                double[] all = IntStream.range(0, member.size())
                        .filter(j -> member.get(j)[at] == side)
                        .mapToDouble(j -> logit(loss.get(j)[at]))
                        .toArray();
                spread += spread(all);
            }
            variance = spread / rows / (member.size() / 2.0 - 1);
        } else {
            variance = spread(others) / (others.length - 1);
        }
        double distance = logit(loss.get(model)[row]) - mean;
        return -distance * distance / (2 * variance) - Math.log(Math.sqrt(variance));
    }

    private static double spread(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    }

    private static double logit(double loss) {
        double p = Math.exp(-loss);
        return Math.log(p / (1 - p));
    }

    @Test
    void run_everyRow_isInHalfOfTheModels() {
        int[] times = new int[50];
        List<Integer> progress = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        MembershipInference.of(50).models(8).onTrained(progress::add).run(in -> {
            sizes.add(in.length);
            assertThat(in).isSorted();
            Arrays.stream(in).forEach(row -> times[row]++);
            return row -> 1;
        });
        assertThat(times).containsOnly(4);
        assertThat(progress).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        // all equal only if the halves were the same for all rows, or by chance of some 1e-4 a model
        assertThat(sizes.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void run_constantLoss_isExactlyGuessing() {
        MembershipReport report = MembershipInference.of(20).models(4).run(in -> row -> 1);
        assertThat(report.auc()).isEqualTo(0.5);
        assertThat(report.caught())
                .allSatisfy(caught -> assertThat(caught.truePositiveRate()).isZero());
        assertThat(report.curve())
                .containsExactly(new MembershipReport.RocPoint(0, 0), new MembershipReport.RocPoint(1, 1));
    }

    @Test
    void run_lossesZeroAndInfinite_areCertainty() {
        MembershipReport report = MembershipInference.of(40).models(4).run(in -> {
            boolean[] member = new boolean[40];
            Arrays.stream(in).forEach(row -> member[row] = true);
            return row -> member[row] ? 0 : Double.POSITIVE_INFINITY;
        });
        assertThat(report.auc()).isEqualTo(1);
        assertThat(report.caught())
                .allSatisfy(caught -> assertThat(caught.truePositiveRate()).isEqualTo(1));
    }

    @Test
    void auc_ties_countHalf() {
        assertThat(AttackScores.auc(new double[] {1, 2, 2, 5}, new double[] {0, 2, 7}))
                .isEqualTo((1 + 1.5 + 1.5 + 2) / 12);
        assertThat(AttackScores.auc(new double[] {3}, new double[] {3})).isEqualTo(0.5);
        assertThat(AttackScores.auc(new double[] {4}, new double[] {3})).isEqualTo(1);
        assertThat(AttackScores.auc(new double[] {2}, new double[] {3})).isZero();
    }

    /** For fair and unfair coins the chance of a wrong interval is a binomial tail. */
    @ParameterizedTest
    @CsvSource({"10, 0.025", "100, 0.01"})
    void meanInterval_everyMean_failsAsRarelyAsStated(int count, double significance) {
        for (double mean : new double[] {0.001, 0.1, 0.5, 0.9}) {
            var coins = new Binomial(count, mean, 1 - mean);
            double tooHigh = 0;
            double tooLow = 0;
            for (int k = 0; k <= count; k++) {
                double chance = Math.exp(coins.logProbability(k));
                tooHigh += MeanInterval.lower((double) k / count, count, significance) > mean ? chance : 0;
                tooLow += MeanInterval.upper((double) k / count, count, significance) < mean ? chance : 0;
            }
            assertThat(tooHigh).isLessThanOrEqualTo(significance);
            assertThat(tooLow).isLessThanOrEqualTo(significance);
        }
        assertThat(MeanInterval.lower(0, count, significance)).isZero();
        assertThat(MeanInterval.upper(1, count, significance)).isEqualTo(1);
    }

    @Test
    void curve_itsPoints_riseFromCornerToCorner() {
        List<MembershipReport.RocPoint> curve =
                seeded(MembershipInference.of(1000).models(16), memorising(0.1)).curve();
        assertThat(curve.get(0)).isEqualTo(new MembershipReport.RocPoint(0, 0));
        assertThat(curve.get(curve.size() - 1)).isEqualTo(new MembershipReport.RocPoint(1, 1));
        assertThat(curve).hasSizeBetween(100, 402);
        for (int i = 1; i < curve.size(); i++) {
            assertThat(curve.get(i).falsePositiveRate())
                    .isGreaterThanOrEqualTo(curve.get(i - 1).falsePositiveRate());
            assertThat(curve.get(i).truePositiveRate())
                    .isGreaterThanOrEqualTo(curve.get(i - 1).truePositiveRate());
        }
    }

    @Test
    void toHtml_page_isWellFormedAndComplete() throws Exception {
        String page =
                seeded(MembershipInference.of(1000).models(16), memorising(0.3)).toHtml();
        assertThat(page)
                .contains("16 models were trained on random halves of 1000 rows")
                .contains("<tr><td>0.1&#8239;%</td>")
                .contains("it does not prove that the data are safe")
                .doesNotContain("http")
                .doesNotContain("script")
                .doesNotContain("NaN");
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(1);
        assertThat(document.getElementsByTagName("tr").getLength()).isEqualTo(4);
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> MembershipInference.of(1)).hasMessage("rows must be >= 2, got 1");
        MembershipInference attack = MembershipInference.of(2);
        assertThatThrownBy(() -> attack.models(2)).hasMessage("models must be even and >= 4, got 2");
        assertThatThrownBy(() -> attack.models(5)).hasMessage("models must be even and >= 4, got 5");
        assertThatThrownBy(() -> attack.onTrained(null)).isInstanceOf(NullPointerException.class);
        attack.models(4).onTrained(count -> {});
        assertThatThrownBy(() -> attack.models(4)).hasMessage("models is already set to 4");
        assertThatThrownBy(() -> attack.onTrained(count -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("onTrained is already set");
        assertThatThrownBy(() -> attack.run(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> attack.run(in -> row -> -1)).hasMessage("the loss of row 0 must be >= 0, got -1.0");
        assertThatThrownBy(() -> attack.run(in -> row -> Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the loss of row 0 must be >= 0, got NaN");
    }
}
