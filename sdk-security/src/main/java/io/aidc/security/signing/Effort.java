package io.aidc.security.signing;

import io.aidc.security.internal.Workers;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** On how many threads content is hashed, and who is told how much. */
record Effort(String chosen, Supplier<Workers> workers, LongConsumer progress) {
    static final Effort OF_THE_CALLER = new Effort("", Workers::none, bytes -> {});

    Effort threads(int threads) {
        requireFirst();
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be >= 1, got " + threads);
        }
        return new Effort("threads(%d)".formatted(threads), () -> Workers.own("hash", threads), progress);
    }

    Effort executor(Executor executor, int threads) {
        requireFirst();
        Workers borrowed = Workers.on(Objects.requireNonNull(executor, "executor"), threads);
        return new Effort("executor with %d threads".formatted(threads), () -> borrowed, progress);
    }

    Effort onProgress(LongConsumer listener) {
        return new Effort(chosen, workers, progress.andThen(Objects.requireNonNull(listener, "listener")));
    }

    Hashing hashing(ModelFiles files, ModelHash hash) {
        return new Hashing(files, hash, workers.get(), progress);
    }

    private void requireFirst() {
        if (!chosen.isEmpty()) {
            throw new IllegalStateException(chosen + " is chosen already");
        }
    }
}
