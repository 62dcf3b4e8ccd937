package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpeTest {
    private static final int SEEDS = 15;

    private static double median(String function, java.util.function.LongFunction<Sampler> sampler) {
        double[] best = new double[SEEDS];
        for (int seed = 0; seed < SEEDS; seed++) {
            Objective objective = Functions.all(seed).get(function);
            if (objective == null) {
                throw new AssertionError(function);
            }
            best[seed] = Search.minimise(objective)
                    .sampler(sampler.apply(seed))
                    .executor(Runnable::run)
                    .trials(60)
                    .run()
                    .best()
                    .orElseThrow()
                    .value()
                    .orElseThrow();
        }
        Arrays.sort(best);
        return best[SEEDS / 2];
    }

    /** Seeds are fixed, so there is no false alarm. */
    @ParameterizedTest
    @ValueSource(strings = {"branin", "mixed", "network"})
    void medians_areBetterThanOfRandomTrials(String function) {
        double random = median(function, RandomSampler::seeded);
        assertThat(median(function, Tpe::seeded)).isLessThan(random);
        assertThat(median(function, seed -> Tpe.seeded(seed).independent())).isLessThan(random);
    }

    private static Past past(int number, Past.State state, double loss, Object... namesAndNumbers) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            settings.put((String) namesAndNumbers[i], new Setting(new Domain.Real(0, 1, Domain.Scale.LINEAR), (Double)
                    namesAndNumbers[i + 1]));
        }
        return new Past(number, settings, state, loss, new TreeMap<>());
    }

    /** The part of 300 proposals that fall between two numbers. */
    private static double part(List<Past> past, double from, double to) {
        int inside = 0;
        for (int seed = 0; seed < 300; seed++) {
            double value = Tpe.seeded(seed).propose(past.size(), past).getOrDefault("x", Double.NaN);
            inside += value >= from && value <= to ? 1 : 0;
        }
        return inside / 300.0;
    }

    @Test
    void propose_staysNearGoodTrialsAndAwayFromRunningAndFailedOnes() {
        List<Past> past = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            past.add(past(i, Past.State.COMPLETED, Math.abs(i - 12), "x", i / 60.0));
        }
        double plain = part(past, 0.1, 0.2);
        assertThat(plain).isGreaterThan(0.3); // 0.1 by chance
        for (Past.State state : List.of(Past.State.RUNNING, Past.State.FAILED)) {
            List<Past> more = new ArrayList<>(past);
            for (int i = 0; i < 20; i++) {
                more.add(past(60 + i, state, Double.NaN, "x", 0.1 + i * 0.005));
            }
            assertThat(part(more, 0.1, 0.2)).as(state.name()).isLessThan(plain / 2);
        }
    }

    @Test
    void propose_drawsTogetherWhatOccursTogether() {
        assertThat(Together.groups(List.of(
                        past(0, Past.State.COMPLETED, 1, "model", 0.0, "rate", 0.1, "depth", 0.2),
                        past(1, Past.State.COMPLETED, 1, "model", 0.0, "decay", 0.1),
                        past(2, Past.State.FAILED, 1, "other", 0.0))))
                .extracting(Object::toString)
                .containsExactly("[model]", "[depth, rate]", "[decay]");
    }

    @Test
    void propose_followsARidgeThatSingleParametersDoNotShow() {
        List<Past> past = new ArrayList<>();
        var random = new SplittableRandom(1);
        for (int i = 0; i < 60; i++) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            past.add(past(i, Past.State.COMPLETED, Math.abs(x - y), "x", x, "y", y));
        }
        double distance = 0;
        for (int seed = 0; seed < 100; seed++) {
            Map<String, Double> drawn = Tpe.seeded(seed).propose(60, past);
            distance += Math.abs(drawn.getOrDefault("x", 9.0) - drawn.getOrDefault("y", 0.0)) / 100;
        }
        // 1/3 if both were drawn by themselves and evenly
        assertThat(distance).isLessThan(0.2);
    }

    @Test
    void mixture_isADensity() {
        var axis = Axis.of(new Domain.Real(1e-3, 10, Domain.Scale.LOG));
        ParzenMixture mixture = ParzenMixture.of(List.of(axis), new double[][] {{0.002}, {0.01}, {9}});
        int cells = 20_000;
        double sum = 0;
        for (int i = 0; i < cells; i++) {
            double position = axis.lower() + (i + 0.5) / cells * (axis.upper() - axis.lower());
            sum += Math.exp(mixture.logDensity(new double[] {axis.value(position)}))
                    * (axis.upper() - axis.lower())
                    / cells;
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void mixture_ofWholeNumbersAndOptions_sumsToOne() {
        List<Axis> axes = List.of(
                Axis.of(new Domain.Whole(1, 30, Domain.Scale.LOG)),
                Axis.of(new Domain.Choice(List.of("a", "b", "c"))),
                Axis.of(new Domain.Stepped(0, 1, 0.25)));
        ParzenMixture mixture = ParzenMixture.of(axes, new double[][] {{1, 0, 0.25}, {30, 2, 1}, {30, 2, 0.75}});
        double sum = 0;
        for (int whole = 1; whole <= 30; whole++) {
            for (int option = 0; option < 3; option++) {
                for (int step = 0; step <= 4; step++) {
                    sum += Math.exp(mixture.logDensity(new double[] {whole, option, step * 0.25}));
                }
            }
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    }

    /** Of 20 000 draws in 20 cells, 7 deviations are exceeded with a chance below 20 · 3e-12. */
    @Test
    void mixture_drawsAsItsDensitySays() {
        var axis = Axis.of(new Domain.Real(0, 1, Domain.Scale.LINEAR));
        ParzenMixture mixture = ParzenMixture.of(List.of(axis), new double[][] {{0.0}, {0.9}, {0.35}});
        int[] counts = new int[20];
        var random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            counts[(int) Math.min(19, mixture.draw(random)[0] * 20)]++;
        }
        for (int cell = 0; cell < 20; cell++) {
            double expected = 0;
            for (int i = 0; i < 100; i++) {
                expected += Math.exp(mixture.logDensity(new double[] {(cell + (i + 0.5) / 100) / 20})) / 20 / 100;
            }
            double deviation = Math.sqrt(20_000 * expected * (1 - expected));
            assertThat((double) counts[cell])
                    .isBetween(20_000 * expected - 7 * deviation, 20_000 * expected + 7 * deviation);
        }
    }

    /** Values of SciPy 1.17.1, {@code norm.sf}. */
    @Test
    void normal_isExactInTheTailsToo() {
        double[][] known = {
            {0, 0.5},
            {0.5, 0.3085375387259869},
            {1, 0.15865525393145707},
            {2.4999, 0.006211418374944587},
            {2.5, 0.006209665325776132},
            {3, 0.0013498980316300933},
            {6, 9.865876450376946e-10},
            {10, 7.61985302416047e-24},
            {30, 4.906713927148187e-198}
        };
        for (double[] pair : known) {
            assertThat(Normal.above(pair[0]))
                    .isCloseTo(pair[1], org.assertj.core.data.Percentage.withPercentage(1e-10));
        }
        assertThat(Normal.mass(-1, 1)).isCloseTo(0.6826894921370859, org.assertj.core.data.Offset.offset(1e-14));
        assertThat(Normal.mass(-7, -6)).isEqualTo(Normal.mass(6, 7));
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tpe.seeded(1).startupTrials(0))
                .withMessage("startupTrials must be >= 1, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Tpe.seeded(1).candidates(0));
        assertThat(Tpe.seeded(7).candidates(3).independent())
                .hasToString("tpe(seed=7, startupTrials=10, candidates=3, independent)");
    }
}
