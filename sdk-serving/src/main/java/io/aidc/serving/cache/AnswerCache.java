package io.aidc.serving.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aidc.serving.Answer;
import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Keeps the answers of one model, and lets equal requests that arrive together share one run.
 *
 * <p>Requests are equal when names, types, shapes and bytes are: 0.0 and -0.0 differ, as do two NaNs with other bits.
 * Only scored answers are kept; refusals and failures are not. A cached answer is as personal as the request it answers.
 *
 * <p>Thread-safe: any thread may ask.
 */
public final class AnswerCache {
    private static final int ENTRY_BYTES = 256;

    private final AsyncCache<InputHash.Key, Answer.Scored> answers;
    private final InputHash hash;
    private final LongAdder hits = new LongAdder();

    private AnswerCache(AsyncCache<InputHash.Key, Answer.Scored> answers, String model) {
        this.answers = answers;
        this.hash = new InputHash(model);
    }

    /**
     * Creates a cache bounded by number.
     *
     * @param model the digest and version of the model that gives the answers
     * @param answers how many to keep, &ge; 1; those that are asked for least go first
     * @return an empty cache
     * @throws IllegalArgumentException if {@code answers} is below 1
     */
    public static AnswerCache ofAnswers(String model, long answers) {
        return new AnswerCache(
                caffeine().maximumSize(atLeastOne("answers", answers)).buildAsync(), model);
    }

    /**
     * Creates a cache bounded by size.
     *
     * @param model the digest and version of the model that gives the answers
     * @param bytes how much to keep, &ge; 1; an answer counts its output bytes plus {@value #ENTRY_BYTES}
     * @return an empty cache
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public static AnswerCache ofBytes(String model, long bytes) {
        return new AnswerCache(
                caffeine()
                        .maximumWeight(atLeastOne("bytes", bytes))
                        .<InputHash.Key, Answer.Scored>weigher((key, answer) -> weight(answer))
                        .buildAsync(),
                model);
    }

    /**
     * Answers from the cache, from a request in progress, or by asking.
     *
     * <p>If the request in progress is refused, fails or is cancelled, those who waited for it ask for themselves.
     *
     * @param inputs the request
     * @param ask asks the model; called at most once, on this thread, or on the thread that ends the request in progress
     * @return the answer; cancelling it affects no one else
     */
    public CompletableFuture<Answer> answer(Map<String, Tensor> inputs, Supplier<CompletableFuture<Answer>> ask) {
        InputHash.Key key = hash.of(inputs);
        CompletableFuture<Answer.Scored> promise = new CompletableFuture<>();
        // not get(key, function), which would run the model under a lock of the map
        CompletableFuture<Answer.Scored> known = answers.asMap().putIfAbsent(key, promise);
        if (known == null) {
            return lead(promise, ask);
        }
        return known.thenApply(this::hit).exceptionallyCompose(failure -> ask.get());
    }

    /**
     * Returns how many requests were answered without asking.
     *
     * @return since the cache was created
     */
    public long hits() {
        return hits.sum();
    }

    private CompletableFuture<Answer> lead(
            CompletableFuture<Answer.Scored> promise, Supplier<CompletableFuture<Answer>> ask) {
        CompletableFuture<Answer> asked;
        try {
            asked = ask.get();
        } catch (RuntimeException | Error e) {
            promise.cancel(false);
            throw e;
        }
        CompletableFuture<Answer> settled = asked.whenComplete((answer, failure) -> {
            if (answer instanceof Answer.Scored scored) {
                promise.complete(scored);
            } else {
                // the one failure that Caffeine does not log
                promise.cancel(false);
            }
        });
        // a copy, because a stage that its caller cancels does not run its function
        return asked.isDone() ? asked : settled.copy();
    }

    private Answer hit(Answer.Scored scored) {
        hits.increment();
        return scored;
    }

    private static Caffeine<Object, Object> caffeine() {
        return Caffeine.newBuilder().executor(Runnable::run);
    }

    private static int weight(Answer.Scored answer) {
        long bytes = ENTRY_BYTES;
        for (Tensor output : answer.outputs().values()) {
            if (output.type() == ElementType.STRING) {
                for (String text : output.strings()) {
                    bytes += 2L * text.length();
                }
            } else {
                bytes += output.bytes().remaining();
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static long atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be >= 1, got %d".formatted(name, value));
        }
        return value;
    }
}
