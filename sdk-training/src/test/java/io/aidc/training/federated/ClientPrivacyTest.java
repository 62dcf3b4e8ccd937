package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.dp.BatchSampler;
import io.aidc.training.dp.NoiseSource;
import io.aidc.training.federated.FederatedReport.StopReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientPrivacyTest {
    private static final BatchSampler EVERYBODY =
            population -> IntStream.range(0, population).toArray();
    private static final NoiseSource SILENT = (sum, deviation) -> {};

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(System.nanoTime()));
    }

    private static ClientPrivacy complete() {
        return ClientPrivacy.clip(1).noiseMultiplier(1).sampling(4, EVERYBODY).noise(SILENT);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void clip_ofAnyUpdate_holdsTheBound(long seed) {
        var random = new Random(seed);
        float[] update = new float[1 + random.nextInt(2000)];
        float scale = Math.scalb(1f, random.nextInt(40) - 20);
        for (int i = 0; i < update.length; i++) {
            update[i] = scale * (float) random.nextGaussian();
        }
        double bound = Math.scalb(1 + random.nextDouble(), random.nextInt(30) - 15);
        float[] before = update.clone();
        float[] clipped = Clip.to(bound, update);
        assertThat(update).isEqualTo(before);
        assertThat(Clip.norm(clipped)).isLessThanOrEqualTo(bound);
        double norm = Clip.norm(update);
        assertThat(Clip.norm(clipped)).isCloseTo(Math.min(bound, norm), within(2e-6 * bound));
        // and so does what a sum of it alone is before noise
        var sum = new ExactSum(clipped.length);
        sum.add(clipped, 1);
        assertThat(Clip.norm(sum.dividedBy(1))).isLessThanOrEqualTo(bound);
    }

    @Test
    void round_clipsAddsNoiseAndDividesByThePublicNumber() {
        List<Double> deviations = new ArrayList<>();
        List<float[]> sums = new ArrayList<>();
        FederatedResult result = FederatedRun.of(new float[2])
                .clients(List.of(
                        task -> Update.of(new float[] {30, 40}, 500), // norm 50, clipped to 2
                        task -> Update.of(new float[] {0.5f, 0}, 1)))
                .privacy(ClientPrivacy.clip(2)
                        .noiseMultiplier(1.5)
                        .sampling(10, EVERYBODY)
                        .noise((sum, deviation) -> {
                            deviations.add(deviation);
                            sums.add(sum.clone());
                            sum[0] += 100;
                        }))
                .rounds(1)
                .run();
        assertThat(deviations).containsExactly(3.0);
        assertThat((double) sums.get(0)[0]).isCloseTo(1.2 + 0.5, within(1e-5));
        assertThat((double) sums.get(0)[1]).isCloseTo(1.6, within(1e-5));
        assertThat((double) result.parameters()[0]).isCloseTo(101.7 / 10, within(1e-5));
        assertThat((double) result.parameters()[1]).isCloseTo(0.16, within(1e-6));
    }

    @Test
    void noise_onTheParameters_hasTheDeviationAskedFor() {
        var random = new Random(1);
        FederatedResult result = FederatedRun.of(new float[20_000])
                .clients(List.of(task -> Update.of(new float[20_000], 1)))
                .privacy(ClientPrivacy.clip(0.5)
                        .noiseMultiplier(4)
                        .sampling(8, EVERYBODY)
                        .noise((sum, deviation) -> {
                            for (int i = 0; i < sum.length; i++) {
                                sum[i] += (float) (deviation * random.nextGaussian());
                            }
                        }))
                .rounds(1)
                .run();
        double square = 0;
        for (float value : result.parameters()) {
            square += value * value;
        }
        // fixed seed; 4 * 0.5 / 8, known to 0.5 % from so many draws
        assertThat(Math.sqrt(square / 20_000)).isCloseTo(0.25, within(0.005));
    }

    @Test
    void gate_isAskedBeforeAnyoneIsDrawnOrAsked_forEveryAttempt() {
        List<String> order = new ArrayList<>();
        FederatedResult result = FederatedRun.of(new float[1])
                .clients(List.of(task -> {
                    order.add("train " + task.round());
                    if (task.round() == 2 && !order.contains("failed")) {
                        order.add("failed");
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[1], 1);
                }))
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(1)
                        .sampling(1, population -> {
                            order.add("draw");
                            return new int[] {0};
                        })
                        .noise((sum, deviation) -> order.add("noise"))
                        .onRound(round -> {
                            order.add("gate " + round);
                            return round < 3;
                        }))
                .minimumSurvivors(1)
                .rounds(5)
                .run();
        assertThat(order)
                .containsExactly(
                        "gate 1", "draw", "train 1", "noise", "gate 2", "draw", "train 2", "failed", "gate 2", "draw",
                        "train 2", "noise", "gate 3");
        assertThat(result.report().stopReason()).isEqualTo(StopReason.REFUSED);
        assertThat(result.report().rounds()).isEqualTo(2);
    }

    @Test
    void gate_thatThrows_endsTheRunAndItsMessageIsKept() {
        FederatedReport report = FederatedRun.of(new float[1])
                .clients(List.of(task -> Update.of(new float[1], 1)))
                .privacy(complete().onRound(round -> {
                    throw new IllegalStateException("ledger is full");
                }))
                .run()
                .report();
        assertThat(report.stopReason()).isEqualTo(StopReason.REFUSED);
        assertThat(report.stopDetail()).contains("ledger is full");
    }

    @Test
    void round_withoutAnybody_isNoisedAllTheSame() {
        FederatedResult result = FederatedRun.of(new float[2])
                .clients(List.of(task -> {
                    throw new AssertionError("nobody was drawn");
                }))
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(1)
                        .sampling(4, population -> new int[0])
                        .noise((sum, deviation) -> Arrays.fill(sum, 8)))
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(2, 2);
        assertThat(result.report().attempts().get(0).clients()).isEmpty();
    }

    @Test
    void malformedUpdate_addsNothingButTheDivisorStays() {
        FederatedResult result = FederatedRun.of(new float[1])
                .clients(List.of(
                        task -> Update.of(new float[] {Float.NaN}, 1), task -> Update.of(new float[] {0.5f}, 1)))
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(1)
                        .sampling(2, EVERYBODY)
                        .noise(SILENT))
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(0.25f);
    }

    @Test
    void privateReport_hasNoMetrics() {
        RoundReport round = FederatedRun.of(new float[1])
                .clients(List.of(task -> Update.of(new float[1], 1).metric("loss", 3)))
                .privacy(complete())
                .rounds(1)
                .run()
                .report()
                .attempts()
                .get(0);
        assertThat(round.metrics()).isEmpty();
        assertThat(round.clipNorm()).isEqualTo(1);
    }

    @Test
    void adaptiveClip_approachesTheQuantileOfTheNorms() {
        // ten clients whose updates have norms 1 to 10
        List<FederatedClient> clients = IntStream.rangeClosed(1, 10)
                .<FederatedClient>mapToObj(norm -> task -> Update.of(new float[] {0, norm}, 1))
                .toList();
        List<Double> deviations = new ArrayList<>();
        FederatedReport report = FederatedRun.of(new float[2])
                .clients(clients)
                .privacy(ClientPrivacy.clip(0.1)
                        .noiseMultiplier(0.6)
                        .sampling(10, EVERYBODY)
                        .noise((sum, deviation) -> deviations.add(deviation))
                        .adaptiveClip(0.5, 0.2, 0.5))
                .rounds(100)
                .run()
                .report();
        double last = report.attempts().get(99).clipNorm();
        assertThat(last).isBetween(4.9, 6.1);
        // one Gaussian of multiplier 0.6 in all: 1/0.6^2 = 1/z^2 + 1/(2 * 0.5)^2, so z = 0.75
        assertThat(deviations.get(0)).isCloseTo(0.75 * 0.1, within(1e-12));
        assertThat(deviations.get(1)).isEqualTo(0.5);
        // nobody within the first norm: it grows by exp(0.2 * 0.5)
        assertThat(report.attempts().get(1).clipNorm()).isCloseTo(0.1 * Math.exp(0.1), within(1e-6));
    }

    @Test
    void adaptiveClip_withTooLittleNoiseForTheCount_isRefused() {
        FederatedRun run = FederatedRun.of(new float[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.privacy(complete().adaptiveClip(0.5, 0.2, 0.5)))
                .withMessage("countDeviation must be more than half the noise multiplier, got 0.5 and 1.0");
    }

    @Test
    void sampler_withUnusableIndices_isRefused() {
        for (int[] drawn : new int[][] {{1}, {-1}, {0, 0}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FederatedRun.of(new float[1])
                            .clients(List.of(task -> Update.of(new float[1], 1)))
                            .privacy(ClientPrivacy.clip(1)
                                    .noiseMultiplier(1)
                                    .sampling(1, population -> drawn)
                                    .noise(SILENT))
                            .run())
                    .withMessageStartingWith("the sampler must draw distinct indices in [0, 1), got ");
        }
    }

    @Test
    void noise_thatIsNotFinite_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FederatedRun.of(new float[1])
                        .clients(List.of(task -> Update.of(new float[1], 1)))
                        .privacy(ClientPrivacy.clip(1)
                                .noiseMultiplier(1)
                                .sampling(1, EVERYBODY)
                                .noise((sum, deviation) -> sum[0] = Float.NaN))
                        .run())
                .withMessageStartingWith("the noised update must be finite");
    }

    @Test
    void options_thatBreakTheAccount_areRefused() {
        List<FederatedClient> one = List.of(task -> Update.of(new float[1], 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[1])
                        .clients(one)
                        .privacy(complete())
                        .weighting(Weighting.EXAMPLES)
                        .run())
                .withMessageStartingWith("weighting by examples does not go with privacy");
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[1])
                        .clients(one)
                        .privacy(complete())
                        .clientsPerRound(1)
                        .run());
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[1])
                        .clients(one)
                        .privacy(complete())
                        .aggregation(Aggregation.median())
                        .run());
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[1])
                        .clients(one)
                        .privacy(complete())
                        .overSelection(2)
                        .run());
    }

    @Test
    void description_thatIsIncomplete_isRefused() {
        FederatedRun run = FederatedRun.of(new float[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.privacy(ClientPrivacy.clip(1)))
                .withMessage("privacy lacks noiseMultiplier, sampling, noise");
        assertThatIllegalStateException().isThrownBy(() -> complete().noiseMultiplier(2));
        assertThatIllegalStateException().isThrownBy(() -> complete().noise(SILENT));
        assertThatIllegalStateException().isThrownBy(() -> complete().sampling(1, EVERYBODY));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-9, 1e9})
    void clipNorms_outOfRange_areRefused(double norm) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientPrivacy.clip(norm))
                .withMessage("clip norm must be in [1.0E-6, 1000000.0], got " + norm);
    }
}
