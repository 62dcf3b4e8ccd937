package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.federated.ClientOutcome.Status;
import io.aidc.training.federated.FederatedReport.StopReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecureAggregationTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private static FederatedClient moving(String name) {
        float first = NAMES.indexOf(name) + 1;
        return task -> Update.of(new float[] {first, -0.5f}, 100).metric("secret", 1);
    }

    private static MaskedClient masked(String name) {
        return MaskedClient.of(moving(name), PairwiseMasks::join);
    }

    @Test
    void sum_isThatOfThePlainMean_andNoSingleUpdateIsSeen() {
        var masks = new PairwiseMasks();
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(NAMES, SecureAggregationTest::masked)
                .secureAggregation(masks)
                .parallel(3)
                .rounds(2)
                .run();
        assertThat((double) result.parameters()[0]).isCloseTo(5, within(1e-5));
        assertThat((double) result.parameters()[1]).isCloseTo(-1, within(1e-5));
        assertThat(masks.seen).hasSize(16);
        for (int i = 0; i < NAMES.size(); i++) {
            long seen = ByteBuffer.wrap(masks.seen.get(NAMES.get(i) + "/1/0")).getLong();
            assertThat(Math.abs(seen / (double) (1 << 20) - (i + 1))).isGreaterThan(1e6);
        }
        assertThat(result.report().attempts().get(0).metrics()).isEmpty();
    }

    @Test
    void privateRound_withoutClients_saysHowManyAreNeeded() {
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(NAMES, SecureAggregationTest::masked)
                .secureAggregation(new PairwiseMasks())
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(1)
                        .sampling(2, population -> new int[0])
                        .noise((sum, deviation) -> {}))
                .retries(0)
                .run();
        assertThat(result.report().stopDetail())
                .isEqualTo("round 1 failed in 1 attempts; the last: 0 clients were drawn, 1 are needed");
        assertThat(result.report().hyperParameters()).containsEntry("minimumSurvivors", "1");
    }

    @Test
    void client_thatFailsToTrain_isLeftOutBeforeItSentAnything() {
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(
                        NAMES,
                        name -> name.equals("b")
                                ? MaskedClient.of(
                                        task -> {
                                            throw new IllegalStateException("no data");
                                        },
                                        PairwiseMasks::join)
                                : masked(name))
                .secureAggregation(new PairwiseMasks())
                .rounds(1)
                .run();
        assertThat((double) result.parameters()[0]).isCloseTo((1 + 3 + 4) / 3.0, within(1e-5));
        assertThat(result.report().attempts().get(0).clients())
                .extracting(ClientOutcome::toString)
                .containsExactly("a answered", "b failed: IllegalStateException: no data", "c answered", "d answered");
    }

    @Test
    void client_thatLeavesWhileMasksAreRemoved_failsTheRoundWhichIsTriedAgain() {
        var first = new AtomicInteger();
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(
                        NAMES,
                        name -> MaskedClient.of(moving(name), message -> {
                            Masking.Party party = PairwiseMasks.join(message);
                            return new Masking.Party() {
                                @Override
                                public byte[] answer(int step, byte[] request, float[] vector) {
                                    if (step == 1 && name.equals("c") && first.getAndIncrement() == 0) {
                                        throw new IllegalStateException("battery");
                                    }
                                    return party.answer(step, request, vector);
                                }

                                @Override
                                public void close() {
                                    party.close();
                                }
                            };
                        }))
                .secureAggregation(new PairwiseMasks())
                .rounds(1)
                .run();
        List<RoundReport> attempts = result.report().attempts();
        assertThat(attempts).hasSize(2);
        assertThat(attempts.get(0).reason()).isEqualTo("no sum was opened: a mask cannot be removed");
        assertThat(attempts.get(0).clients().get(2).status()).isEqualTo(Status.FAILED);
        assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
        assertThat((double) result.parameters()[0]).isCloseTo(2.5, within(1e-5));
    }

    @Test
    void privacy_isClippedByClientsAndNoisedByTheServer() {
        List<Double> deviations = new ArrayList<>();
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(
                        NAMES, name -> MaskedClient.of(task -> Update.of(new float[] {30, 40}, 1), PairwiseMasks::join))
                .secureAggregation(new PairwiseMasks())
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(2)
                        .sampling(
                                8, population -> IntStream.range(0, population).toArray())
                        .noise((sum, deviation) -> deviations.add(deviation)))
                .rounds(1)
                .run();
        assertThat(deviations).containsExactly(2.0);
        assertThat((double) result.parameters()[0]).isCloseTo(4 * 0.6 / 8, within(1e-5));
        assertThat((double) result.parameters()[1]).isCloseTo(4 * 0.8 / 8, within(1e-5));
    }

    @Test
    void parties_ofARoundThatIsOver_areClosed() {
        var open = new AtomicInteger();
        FederatedRun.of(new float[2])
                .maskedClients(
                        NAMES,
                        name -> MaskedClient.of(moving(name), message -> {
                            open.incrementAndGet();
                            Masking.Party party = PairwiseMasks.join(message);
                            return new Masking.Party() {
                                @Override
                                public byte[] answer(int step, byte[] request, float[] vector) {
                                    return party.answer(step, request, vector);
                                }

                                @Override
                                public void close() {
                                    open.decrementAndGet();
                                }
                            };
                        }))
                .secureAggregation(new PairwiseMasks())
                .rounds(3)
                .run();
        assertThat(open).hasValue(0);
    }

    @Test
    void maskedClient_askedOutOfOrder_leavesTheRound() {
        RoundTask task = RoundTask.of(1, 1, 0, new float[2]);
        byte[] hello = ByteBuffer.allocate(12).putInt(1).putInt(0).putInt(2).array();
        try (MaskedClient client = masked("a")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> client.answer(task, 1, new byte[0]))
                    .withMessage("step 1 does not come next, this client takes part in no round");
            assertThat(client.answer(task, 0, hello)).hasSize(16);
            assertThatIllegalStateException().isThrownBy(() -> client.answer(task, 2, new byte[0]));
            assertThatIllegalStateException().isThrownBy(() -> client.answer(task, 1, new byte[0]));
            assertThat(client.answer(task, 0, hello)).hasSize(16);
        }
    }

    @Test
    void options_thatNeedSingleUpdates_areRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[2])
                        .maskedClients(NAMES, SecureAggregationTest::masked)
                        .secureAggregation(new PairwiseMasks())
                        .weighting(Weighting.EXAMPLES)
                        .run())
                .withMessageStartingWith("weighting by examples does not go with secureAggregation");
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[2])
                        .maskedClients(NAMES, SecureAggregationTest::masked)
                        .secureAggregation(new PairwiseMasks())
                        .aggregation(Aggregation.median())
                        .run());
        assertThatIllegalStateException()
                .isThrownBy(() -> FederatedRun.of(new float[2])
                        .maskedClients(NAMES, SecureAggregationTest::masked)
                        .run());
    }

    /** A second sum with one client more would give away what that one sent. */
    @Test
    void round_whoseSumWasOpened_isNotTriedAgain() {
        FederatedResult result = FederatedRun.of(new float[2])
                .maskedClients(
                        NAMES,
                        name -> name.equals("b")
                                ? MaskedClient.of(
                                        task -> {
                                            throw new IllegalStateException("no data");
                                        },
                                        PairwiseMasks::join)
                                : masked(name))
                .secureAggregation(new PairwiseMasks())
                .minimumSurvivors(4)
                .retries(5)
                .rounds(1)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.TOO_FEW_CLIENTS);
        assertThat(result.report().attempts()).hasSize(1);
        assertThat(result.report().stopDetail())
                .isEqualTo(
                        "round 1: 3 of 4 clients are in the sum, 4 are needed; its sum was opened, so that it cannot be"
                                + " tried again");
    }
}
