package io.aidc.storage;

import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases {@code l/<id>} in the metadata log: while one is held, nothing that its upload found stored is collected as garbage.
 *
 * <p>The value is when it ends, in milliseconds of the log's time. Whoever collects garbage removes leases that have ended; a
 * version is published only if its lease is still there.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-lease} renews.
 */
final class Leases implements AutoCloseable {
    static final Duration TERM = Duration.ofMinutes(10);
    static final String PREFIX = "l/";

    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedStore.class);

    private final MetadataLog log;
    private final Clock clock;
    private final ScheduledExecutorService timer = Threads.timer("lease");

    Leases(MetadataLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Blocks until a majority has the lease. */
    Lease open() throws IOException {
        var lease = new Lease(PREFIX + UUID.randomUUID());
        Outcome outcome = await(log.submit(transaction().put(lease.key, end())));
        if (!(outcome instanceof Outcome.Applied)) {
            throw new io.aidc.storage.metadata.NoMajorityException("no majority granted an upload lease", null);
        }
        lease.renewEvery(TERM.dividedBy(3));
        return lease;
    }

    private static Outcome await(CompletableFuture<Outcome> outcome) throws IOException {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }

    private Transaction transaction() {
        return Transaction.of(RequestId.next(log.revisionSeen()));
    }

    private String end() {
        return Long.toString(Math.max(log.state().millis(), clock.millis()) + TERM.toMillis());
    }

    @Override
    public void close() {
        Threads.finish(timer);
    }

    /** One upload's lease; closing it lets it go. */
    final class Lease implements AutoCloseable {
        private final String key;
        private Future<?> renewal = CompletableFuture.completedFuture(null);

        private Lease(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        private void renewEvery(Duration period) {
            renewal = timer.scheduleWithFixedDelay(
                    this::renew, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Never brings back a lease that was taken away. */
        private void renew() {
            ignoringFailure(transaction().requirePresent(key).put(key, end()));
        }

        private void ignoringFailure(Transaction transaction) {
            try {
                log.submit(transaction).exceptionally(failure -> {
                    LOG.debug("A lease was not renewed or let go; it ends by itself lease={}", key, failure);
                    return new Outcome.Unanswered();
                });
            } catch (IllegalStateException e) {
                LOG.debug("A lease ends by itself, the store is closed lease={}", key);
            }
        }

        @Override
        public void close() {
            renewal.cancel(false);
            ignoringFailure(transaction().requirePresent(key).delete(key));
        }
    }
}
