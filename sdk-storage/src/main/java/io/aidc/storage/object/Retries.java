package io.aidc.storage.object;

import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what may pass, after waits drawn evenly between zero and a bound that doubles ("full jitter").
 *
 * @param attempts the most tries, ≥ 1
 * @param random gives numbers of [0, 1)
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential Backoff And
 *     Jitter</a>
 */
record Retries(int attempts, DoubleSupplier random, Sleeper sleeper) {
    static final Duration FIRST_BOUND = Duration.ofMillis(100);
    static final Duration LAST_BOUND = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /** Waits, or fails when there is no point in waiting any more. */
    interface Sleeper {
        void sleep(Duration wait) throws IOException;
    }

    /** One try, counted from 1. */
    interface Attempt<T> {
        T run(int number) throws IOException;
    }

    <T> T run(Attempt<T> attempt) throws IOException {
        for (int number = 1; ; number++) {
            try {
                return attempt.run(number);
            } catch (IOException e) {
                if (number == attempts || !mayPass(e)) {
                    throw e;
                }
                Duration wait = waitAfter(number);
                LOG.debug("request failed, tries again: attempt={} wait={} failure={}", number, wait, e.getMessage());
                sleeper.sleep(wait);
            }
        }
    }

    private static boolean mayPass(IOException failure) {
        return failure instanceof TransientException || (failure instanceof S3Exception answer && answer.mayPass());
    }

    private Duration waitAfter(int number) {
        long bound = LAST_BOUND.toNanos();
        if (number <= Long.numberOfLeadingZeros(FIRST_BOUND.toNanos())) {
            bound = Math.min(bound, FIRST_BOUND.toNanos() << (number - 1));
        }
        return Duration.ofNanos((long) (bound * random.getAsDouble()));
    }
}
