package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class SavedStateTest {
    private static FederatedRun run(ServerOptimizer optimizer, int rounds) {
        return FederatedRun.of(new float[12])
                .clients(
                        IntStream.range(0, 12).mapToObj(i -> "c" + i).toList(),
                        name -> new SoftmaxClient(
                                SoftmaxClient.blobs(15, 3, name.hashCode() % 3, 0.8, name.hashCode()),
                                new SoftmaxClient.Schedule(1, 5, 0.1)))
                .clientsPerRound(5)
                .optimizer(optimizer)
                .rounds(rounds);
    }

    @ParameterizedTest
    @MethodSource("io.aidc.training.federated.ServerTest#optimizers")
    void run_resumedFromAnyRound_goesOnAsIfNothingHadHappened(ServerOptimizer optimizer) {
        List<byte[]> states = new ArrayList<>();
        float[] whole = run(optimizer, 6).seed(5).saveTo(states::add).run().parameters();
        assertThat(states).hasSize(6);
        for (int from : new int[] {1, 4, 6}) {
            FederatedResult rest =
                    run(optimizer, 6).resumeFrom(states.get(from - 1)).run();
            assertThat(rest.parameters()).isEqualTo(whole);
            assertThat(rest.report().rounds()).isEqualTo(6);
            assertThat(rest.report().attempts()).hasSize(6 - from);
            assertThat(rest.report().seed()).isEqualTo(5);
        }
    }

    @Test
    void clipNorm_thatAdapted_isResumed() {
        List<byte[]> states = new ArrayList<>();
        List<RoundReport> whole = adaptive(states, null);
        List<RoundReport> rest = adaptive(new ArrayList<>(), states.get(2));
        assertThat(rest.get(0).round()).isEqualTo(4);
        assertThat(rest.get(0).clipNorm()).isEqualTo(whole.get(3).clipNorm()).isNotEqualTo(1);
    }

    private static List<RoundReport> adaptive(List<byte[]> states, byte @Nullable [] from) {
        FederatedRun run = FederatedRun.of(new float[1])
                .clients(List.of(task -> Update.of(new float[] {9}, 1)))
                .privacy(ClientPrivacy.clip(1)
                        .noiseMultiplier(1)
                        .sampling(1, population -> new int[] {0})
                        .noise((sum, deviation) -> {})
                        .adaptiveClip(0.5, 0.2, 4))
                .saveTo(states::add)
                .rounds(5);
        return (from == null ? run : run.resumeFrom(from)).run().report().attempts();
    }

    private static byte[] state() {
        List<byte[]> states = new ArrayList<>();
        run(ServerOptimizer.adam(0.1), 1).seed(5).saveTo(states::add).run();
        return states.get(0);
    }

    @Test
    void state_ofAnotherRun_isRefused() {
        byte[] state = state();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run(ServerOptimizer.yogi(0.1), 2).resumeFrom(state).run())
                .withMessageStartingWith("the saved state is of a run with Adam[");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(ServerOptimizer.adam(0.1), 2)
                        .seed(6)
                        .resumeFrom(state)
                        .run())
                .withMessage("the saved state has seed 5, not 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FederatedRun.of(new float[11])
                        .clients(List.of(task -> Update.of(new float[11], 1)))
                        .optimizer(ServerOptimizer.adam(0.1))
                        .resumeFrom(state)
                        .run())
                .withMessage("the saved state must have 11 numbers of parameters, got 12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FederatedRun.of(new float[12])
                        .clients(List.of(task -> Update.of(new float[12], 1)))
                        .optimizer(ServerOptimizer.adam(0.1))
                        .privacy(ClientPrivacy.clip(1)
                                .noiseMultiplier(1)
                                .sampling(1, population -> new int[0])
                                .noise((sum, deviation) -> {}))
                        .resumeFrom(state)
                        .run())
                .withMessage("the saved state is of a run that is not private, this one is");
    }

    @Test
    void state_withAnyByteChangedOrCutOff_isRefused() {
        byte[] state = state();
        var random = new Random(2);
        for (int i = 0; i < 500; i++) {
            byte[] damaged =
                    random.nextBoolean() ? Arrays.copyOf(state, random.nextInt(state.length)) : flipped(state, random);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SavedState.read(damaged, ServerOptimizer.adam(0.1), 12));
        }
    }

    private static byte[] flipped(byte[] state, Random random) {
        byte[] damaged = state.clone();
        damaged[random.nextInt(state.length)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }

    @Test
    void state_withAForgedDigest_neverBreaksTheReader() throws Exception {
        byte[] state = state();
        var random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] forged = flipped(flipped(state, random), random);
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(Arrays.copyOf(forged, forged.length - 32));
            System.arraycopy(digest, 0, forged, forged.length - 32, 32);
            try {
                SavedState read = SavedState.read(forged, ServerOptimizer.adam(0.1), 12);
                assertThat(Objects.requireNonNull(read).server().parameters()).hasSize(12);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("saved state");
            }
        }
    }
}
