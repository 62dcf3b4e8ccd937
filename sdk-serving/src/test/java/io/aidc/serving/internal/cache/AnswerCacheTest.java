package io.aidc.serving.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.Answer;
import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerCacheTest {
    private static final Answer.Shed SHED = new Answer.Shed(Answer.Reason.QUEUE_FULL, Duration.ofMillis(1));
    private final List<CompletableFuture<Answer>> asked = new ArrayList<>();
    private final AnswerCache cache = AnswerCache.ofAnswers("model", 100);

    @Test
    void answer_known_isNotAskedAgain() {
        Answer answer = ask(cache, row(1)).join();

        assertThat(ask(cache, row(1)).join()).isSameAs(answer);
        assertThat(asked).hasSize(1);
        assertThat(cache.hits()).isOne();
    }

    @Test
    void answer_anythingDifferent_isAsked() {
        float[] two = {1, 2};
        List<Map<String, Tensor>> different = List.of(
                Map.of("x", Tensor.of(two, 1, 2)),
                Map.of("y", Tensor.of(two, 1, 2)),
                Map.of("x", Tensor.of(two, 2, 1)),
                Map.of("x", Tensor.of(two, 2)),
                Map.of("x", Tensor.of(ElementType.INT32, Tensor.of(two, 2).bytes(), 1, 2)),
                Map.of("x", Tensor.of(new float[] {2, 1}, 1, 2)),
                Map.of("x", Tensor.of(two, 1, 2), "y", Tensor.of(two, 1, 2)),
                Map.of("x", Tensor.of(new float[] {0, 0}, 1, 2)),
                Map.of("x", Tensor.of(new float[] {0, -0f}, 1, 2)),
                Map.of("x", Tensor.of(new String[] {"?", "c"}, 1, 2)),
                Map.of("x", Tensor.of(new String[] {"\ud800", "c"}, 1, 2)),
                Map.of("x", Tensor.of(new String[] {"\udc00", "c"}, 1, 2)),
                Map.of("?", Tensor.of(two, 1, 2)),
                Map.of("\ud800", Tensor.of(two, 1, 2)),
                Map.of("x", Tensor.of(new String[] {"ab", "c"}, 1, 2)),
                Map.of("x", Tensor.of(new String[] {"a", "bc"}, 1, 2)));
        different.forEach(inputs -> ask(cache, inputs).join());

        assertThat(asked).hasSize(different.size());
        assertThat(cache.hits()).isZero();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void answer_randomRequests_areAskedOncePerDifferentOne(long seed) {
        Random random = new Random(seed);
        Set<Map<String, Tensor>> different = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Map<String, Tensor> inputs = Map.of(
                    "a", Tensor.of(new long[] {random.nextInt(3)}, 1),
                    "b", Tensor.of(new boolean[] {random.nextBoolean()}, 1));
            different.add(inputs);
            ask(cache, inputs).join();
        }
        assertThat(asked).hasSize(different.size());
    }

    @Test
    void answer_inProgress_isSharedAndCancellingHurtsNobody() {
        CompletableFuture<Answer> inProgress = new CompletableFuture<>();
        CompletableFuture<Answer> leader = cache.answer(row(1), () -> inProgress);
        CompletableFuture<Answer> follower = ask(cache, row(1));
        CompletableFuture<Answer> other = ask(cache, row(1));
        leader.cancel(true);
        other.cancel(true);
        Answer.Scored scored = scored(1);
        inProgress.complete(scored);

        assertThat(follower.join()).isSameAs(scored);
        assertThat(inProgress).isNotCancelled();
        assertThat(asked).isEmpty();
    }

    @Test
    void answer_allCancelled_cancelsTheRequestAndForgetsIt() {
        CompletableFuture<Answer> leader = cache.answer(row(1), this::pending);
        CompletableFuture<Answer> follower = cache.answer(row(1), this::pending);
        leader.cancel(false);
        assertThat(asked.get(0)).isNotDone();
        follower.cancel(false);

        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).isCancelled();
        assertThat(ask(cache, row(1)).join()).isInstanceOf(Answer.Scored.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void answer_followerComesAndLeavesWhileTheLeaderAsks_keepsTheRequest() {
        CompletableFuture<Answer> leader = cache.answer(row(1), () -> {
            cache.answer(row(1), this::pending).cancel(false);
            return pending();
        });

        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).isNotDone();
        asked.get(0).complete(scored(1));
        assertThat(leader.join()).isEqualTo(scored(1));
    }

    @Test
    void answer_cancelledAfterTheLeaderFailed_cancelsItsOwnRequest() {
        CompletableFuture<Answer> leader = cache.answer(row(1), this::pending);
        CompletableFuture<Answer> follower = cache.answer(row(1), this::pending);
        asked.get(0).complete(SHED);
        follower.cancel(false);

        assertThat(leader.join()).isSameAs(SHED);
        assertThat(asked).hasSize(2);
        assertThat(asked.get(1)).isCancelled();
    }

    @Test
    void answer_fails_isNotWrapped() {
        IllegalStateException failure = new IllegalStateException("native");
        List<CompletableFuture<Throwable>> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            seen.add(cache.answer(row(1), this::pending).handle((answer, thrown) -> thrown));
        }
        asked.get(0).completeExceptionally(failure);
        asked.get(1).completeExceptionally(failure);

        assertThat(seen).extracting(CompletableFuture::join).containsExactly(failure, failure);
    }

    @Test
    void answer_refusedOrFailed_isNotKeptAndFollowersAskForThemselves() {
        for (Runnable end : List.<Runnable>of(
                () -> asked.get(0).complete(SHED),
                () -> asked.get(0).completeExceptionally(new IllegalStateException("native")))) {
            asked.clear();
            CompletableFuture<Answer> leader = cache.answer(row(1), this::pending);
            CompletableFuture<Answer> follower = ask(cache, row(1));
            end.run();

            assertThat(leader).isDone();
            assertThat(follower.join()).isInstanceOf(Answer.Scored.class);
            assertThat(asked).hasSize(2);
            assertThat(cache.hits()).isZero();
        }
        ask(cache, row(1)).join();
        assertThat(asked).hasSize(3);
    }

    @Test
    void answer_askThrows_leavesNothingBehind() {
        assertThatThrownBy(() -> cache.answer(row(1), () -> {
                    throw new IllegalStateException("closed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(ask(cache, row(1)).join()).isInstanceOf(Answer.Scored.class);
    }

    @Test
    void ofAnswers_full_forgetsSome() {
        AnswerCache small = AnswerCache.ofAnswers("model", 2);
        for (int i = 0; i < 10; i++) {
            ask(small, row(i)).join();
        }
        for (int i = 0; i < 10; i++) {
            ask(small, row(i)).join();
        }
        assertThat(small.hits()).isLessThanOrEqualTo(2);
    }

    @Test
    void ofBytes_boundCountsOutputs() {
        AnswerCache none = AnswerCache.ofBytes("model", 259);
        AnswerCache one = AnswerCache.ofBytes("model", 260);
        for (AnswerCache each : List.of(none, one)) {
            ask(each, row(1)).join();
            ask(each, row(1)).join();
        }
        assertThat(none.hits()).isZero();
        assertThat(one.hits()).isOne();
    }

    @Test
    void bounds_belowOne_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnswerCache.ofAnswers("m", 0))
                .withMessage("answers must be >= 1, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> AnswerCache.ofBytes("m", -1));
    }

    private CompletableFuture<Answer> ask(AnswerCache from, Map<String, Tensor> inputs) {
        return from.answer(inputs, () -> {
            CompletableFuture<Answer> answer = pending();
            answer.complete(scored(asked.size()));
            return answer;
        });
    }

    private CompletableFuture<Answer> pending() {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    private static Answer.Scored scored(float value) {
        return new Answer.Scored("1", Map.of("y", Tensor.of(new float[] {value}, 1, 1)));
    }

    private static Map<String, Tensor> row(float value) {
        return Map.of("x", Tensor.of(new float[] {value}, 1, 1));
    }
}
