package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.replica.AntiEntropy;
import io.aidc.storage.internal.replica.Scrubber;
import io.aidc.storage.internal.replica.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after this node's chunks in the background: each minute it fetches what the node lacks, and it reads what the
 * node has, a little each second, in a pass that begins at most once a day and goes on after a restart.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-scrub} does the work.
 */
final class Scrubbing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedStore.class);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration PASS = Duration.ofDays(1);
    private static final long UNLIMITED = 64L << 20;

    /** Looks at what the versions need. */
    interface Live {
        LiveChunks look() throws IOException;
    }

    private final Live live;
    private final AntiEntropy peers;
    private final Scrubber scrubber;
    private final ScrubCursor cursor;
    private final EventBus events;
    private final ScheduledExecutorService timer = Threads.timer("scrub");
    private volatile boolean closed;

    // the rest is the timer thread's
    private @Nullable LiveChunks known;
    private long lastLook;
    private long allowance;
    private boolean resting;
    private long lastPass;

    Scrubbing(Live live, AntiEntropy peers, Scrubber scrubber, ScrubCursor cursor, EventBus events) {
        this.live = live;
        this.peers = peers;
        this.scrubber = scrubber;
        this.cursor = cursor;
        this.events = events;
    }

    /** Begins the background work; 0 bytes a second is none. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails is logged and tried again
    void start(long bytesPerSecond) {
        if (bytesPerSecond > 0) {
            timer.scheduleWithFixedDelay(
                    () -> {
                        try {
                            tick(System.nanoTime(), bytesPerSecond);
                        } catch (IOException | RuntimeException e) {
                            LOG.debug("Scrubbing failed and is tried again", e);
                        }
                    },
                    1,
                    1,
                    TimeUnit.SECONDS);
        }
    }

    /** Does a second's work. */
    private void tick(long now, long bytesPerSecond) throws IOException {
        LiveChunks look = known;
        if (look == null || now - lastLook >= LOOK.toNanos()) {
            lastLook = now;
            look = live.look();
            known = look;
            peers.fill(look.bytes().keySet());
        }
        if (resting && now - lastPass < PASS.toNanos()) {
            return;
        }
        resting = false;
        allowance = Math.min(bytesPerSecond, allowance + bytesPerSecond);
        while (allowance > 0 && !resting && !closed) {
            Scrubber.Slice slice = scrubber.slice(look.bytes().navigableKeySet(), cursor.last(), allowance);
            cursor.moveTo(slice.last());
            allowance -= Math.max(1, slice.bytes());
            reportLost(slice.lost());
            if (slice.last() == null) {
                resting = true;
                lastPass = now;
            }
        }
    }

    /** Runs a whole pass on the scrubbing thread, as fast as it goes. */
    CompletableFuture<ScrubReport> runNow(Progress progress) {
        var result = new CompletableFuture<ScrubReport>();
        try {
            timer.execute(() -> {
                try {
                    result.complete(pass(progress));
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the store is closed", e);
        }
        return result;
    }

    private ScrubReport pass(Progress progress) throws IOException {
        LiveChunks all = live.look();
        long total = all.totalBytes();
        long done = 0;
        var report =
                new ScrubReport(0, peers.fill(all.bytes().keySet()).stored().size(), 0, 0);
        progress.at(done, total);
        ChunkId last = null;
        do {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            Scrubber.Slice slice = scrubber.slice(all.bytes().navigableKeySet(), last, UNLIMITED);
            done += all.bytesBetween(last, slice.last());
            last = slice.last();
            report = report.plus(new ScrubReport(
                    slice.chunks(),
                    slice.repaired().size(),
                    reportLost(slice.lost()),
                    slice.unavailable().size()));
            progress.at(done, total);
        } while (last != null);
        return report;
    }

    /**
     * Tells of chunks that are needed and nowhere; a version may have been deleted, and its garbage, since the last
     * look.
     */
    private int reportLost(Set<ChunkId> ids) throws IOException {
        if (ids.isEmpty()) {
            return 0;
        }
        Set<ChunkId> lost = new HashSet<>(ids);
        lost.retainAll(live.look().bytes().keySet());
        lost.forEach(events::lost);
        return lost.size();
    }

    @Override
    public void close() {
        closed = true;
        Threads.finish(timer);
        try {
            cursor.save();
        } catch (IOException e) {
            LOG.debug("The place of the scrub was not saved; it begins further back", e);
        }
    }
}
