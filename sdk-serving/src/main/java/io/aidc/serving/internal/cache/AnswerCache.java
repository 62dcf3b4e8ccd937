package io.aidc.serving.internal.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aidc.serving.Answer;
import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
     * <p>If the request in progress is refused or fails, those who waited for it ask for themselves.
     *
     * @param inputs the request
     * @param ask asks the model; called at most once, on this thread, or on the thread that ends the request in progress
     * @return the answer, or what {@code ask} fails with, not wrapped; cancelling it affects no one else, and cancels what
     *     {@code ask} returned when nobody waits for it any more
     */
    public CompletableFuture<Answer> answer(Map<String, Tensor> inputs, Supplier<CompletableFuture<Answer>> ask) {
        InputHash.Key key = hash.of(inputs);
        Shared mine = new Shared();
        // not get(key, function), which would run the model under a lock of the map
        CompletableFuture<Answer.Scored> known = answers.asMap().putIfAbsent(key, mine);
        return known == null ? lead(mine, ask) : follow((Shared) known, ask);
    }

    /**
     * Returns how many requests were answered without asking.
     *
     * @return since the cache was created
     */
    public long hits() {
        return hits.sum();
    }

    private CompletableFuture<Answer> lead(Shared shared, Supplier<CompletableFuture<Answer>> ask) {
        CompletableFuture<Answer> asked;
        try {
            asked = ask.get();
        } catch (Throwable e) {
            shared.cancel(false);
            throw e;
        }
        CompletableFuture<Answer> mine = shared.caller();
        onEnd(asked, (answer, failure) -> {
            // before the caller, whose leaving may be the last and would cancel it
            shared.end(answer);
            end(mine, answer, failure);
        });
        onEnd(shared, (answer, failure) -> asked.cancel(false));
        return asked.isDone() ? asked : mine;
    }

    private CompletableFuture<Answer> follow(Shared shared, Supplier<CompletableFuture<Answer>> ask) {
        CompletableFuture<Answer> mine = shared.follower();
        onEnd(shared, (answer, failure) -> {
            if (answer != null) {
                hits.increment();
                mine.complete(answer);
            } else if (!mine.isDone()) {
                askAlone(mine, ask);
            }
        });
        return mine;
    }

    private static void askAlone(CompletableFuture<Answer> mine, Supplier<CompletableFuture<Answer>> ask) {
        try {
            CompletableFuture<Answer> asked = ask.get();
            onEnd(asked, (answer, failure) -> end(mine, answer, failure));
            onEnd(mine, (answer, failure) -> asked.cancel(false));
        } catch (Throwable e) {
            mine.completeExceptionally(e);
        }
    }

    /** The stage that is dropped could only tell of a callback that throws, and none does. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static <T> void onEnd(
            CompletableFuture<T> future, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> callback) {
        future.whenComplete(callback);
    }

    /** By hand, because a dependent stage would wrap the failure. */
    private static void end(CompletableFuture<Answer> mine, @Nullable Answer answer, @Nullable Throwable failure) {
        if (failure == null) {
            mine.complete(answer);
        } else {
            mine.completeExceptionally(failure);
        }
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

    /** An answer that several callers may wait for; cancelled when the last of them leaves before it is there. */
    private static final class Shared extends CompletableFuture<Answer.Scored> {
        /** Starts with the one who asks, who counts before anybody else can come and leave. */
        private final AtomicInteger callers = new AtomicInteger(1);

        /** Counts one more caller; one who comes after the last has left finds this cancelled, or soon will. */
        CompletableFuture<Answer> follower() {
            callers.incrementAndGet();
            return caller();
        }

        /** Returns the future of a caller who is counted. */
        CompletableFuture<Answer> caller() {
            CompletableFuture<Answer> caller = new CompletableFuture<>();
            onEnd(caller, (answer, failure) -> {
                if (callers.decrementAndGet() == 0) {
                    cancel(false);
                }
            });
            return caller;
        }

        void end(@Nullable Answer answer) {
            if (answer instanceof Answer.Scored scored) {
                complete(scored);
            } else {
                // the one failure that Caffeine does not log
                cancel(false);
            }
        }
    }
}
