package io.aidc.training;

import io.aidc.training.internal.GroupBrokenException;
import io.aidc.training.torch.NativeThreads;
import io.aidc.training.torch.internal.GlooGroup;
import io.aidc.training.torch.internal.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the workers as threads of this JVM, joined by Gloo over the loopback interface.
 *
 * <p>A worker that fails leaves the group, which ends the others' next exchange at once. A worker that neither fails nor
 * returns is given up after the timeout of the others' exchange and a short grace, or after as long once another worker has
 * done all steps, unless it writes a checkpoint; it is interrupted, and if that does not end it, its daemon thread and native
 * memory stay until its code returns.
 */
final class WorkerThreads {
    /** How long the others may take to notice a failure. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Plan plan;
    private final Dataset data;
    private final BlockingQueue<Rank> ended = new LinkedBlockingQueue<>();
    private volatile boolean stop;

    WorkerThreads(Plan plan, Dataset data) {
        this.plan = plan;
        this.data = data;
    }

    Outcome run() {
        NativeThreads.Limit limit = NativeThreads.limit(Math.max(1, NativeThreads.count() / plan.workers()));
        Path directory = MeetingDirectory.make();
        List<Rank> ranks = new ArrayList<>();
        try {
            for (int i = 0; i < plan.workers(); i++) {
                ranks.add(new Rank(i, directory.resolve("group")));
            }
            ranks.forEach(Rank::start);
            return outcome(ranks, await(ranks));
        } finally {
            ranks.forEach(Rank::leave);
            MeetingDirectory.delete(directory);
            limit.close();
        }
    }

    /**
     * Waits for all workers, for the next only a while once one has ended: the timeout and the grace, or after a failure the
     * grace. Gives those that ended, in that order.
     */
    private List<Rank> await(List<Rank> ranks) {
        List<Rank> arrived = new ArrayList<>();
        Duration limit = null;
        boolean interrupted = false;
        while (arrived.size() < ranks.size()) {
            try {
                Rank rank = limit == null ? ended.take() : ended.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
                if (rank == null) {
                    boolean hasFailure = GRACE.equals(limit);
                    if (!hasFailure && ranks.stream().anyMatch(Rank::isSaving)) {
                        continue;
                    }
                    break;
                }
                arrived.add(rank);
                if (rank.failure != null) {
                    limit = GRACE;
                } else if (limit == null) {
                    limit = plan.patience().worker().plus(GRACE);
                }
            } catch (InterruptedException e) {
                interrupted = true;
                stop = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return arrived;
    }

    private Outcome outcome(List<Rank> ranks, List<Rank> arrived) {
        if (arrived.size() < ranks.size() || arrived.stream().anyMatch(rank -> rank.failure != null)) {
            ranks.forEach(Rank::giveUp);
            throw failure(ranks, arrived);
        }
        Outcome kept = null;
        for (Rank rank : ranks) {
            Outcome outcome = rank.outcome;
            if (outcome != null && rank.number == 0) {
                kept = outcome;
            } else if (outcome != null) {
                outcome.close();
            }
        }
        if (kept == null) {
            throw new AssertionError("worker 0 ended without an outcome or a failure");
        }
        return kept;
    }

    /** Names the culprit: a worker that failed by itself, else one that never answered, else the first witness. */
    private RuntimeException failure(List<Rank> ranks, List<Rank> arrived) {
        for (Rank rank : ranks) {
            Throwable failure = rank.failure;
            if (failure instanceof TrainingException e) {
                return e;
            }
            if (failure instanceof LinkageError e) {
                throw e;
            }
        }
        for (Rank rank : ranks) {
            Throwable failure = rank.failure;
            if (failure != null && !(failure instanceof GroupBrokenException)) {
                return new WorkerLostException(rank.number, rank.step(), failure.toString(), failure);
            }
        }
        Rank witness = arrived.stream()
                .filter(rank -> rank.failure != null)
                .findFirst()
                .orElse(arrived.get(0));
        for (Rank rank : ranks) {
            if (!arrived.contains(rank)) {
                String reason = "it did not answer within " + plan.patience().worker();
                return new WorkerLostException(rank.number, rank.step(), reason, witness.failure);
            }
        }
        String reason = String.valueOf(witness.failure);
        return new WorkerLostException(witness.number, witness.step(), reason, witness.failure);
    }

    /**
     * One worker's thread. How it ended and whether it was given up are settled under its lock, so that either the caller
     * sees what it made or it sees that nobody waits any more, and exactly one of them frees it.
     */
    private final class Rank implements Runnable {
        private final int number;
        private final Path meetingFile;
        private final Thread thread;
        private volatile @Nullable Group group;
        private volatile @Nullable Worker worker;
        private volatile @Nullable Outcome outcome;
        private volatile @Nullable Throwable failure;
        private volatile boolean stalled;

        Rank(int number, Path meetingFile) {
            this.number = number;
            this.meetingFile = meetingFile;
            this.thread = new Thread(this, "aidc-training-rank-" + number);
            thread.setDaemon(true);
        }

        void start() {
            thread.start();
        }

        @Override
        public void run() {
            Outcome made = null;
            Throwable thrown = null;
            try {
                Group joined = GlooGroup.join(
                        "file:" + meetingFile,
                        number,
                        plan.workers(),
                        plan.patience().worker());
                group = joined;
                made = train(joined);
            } catch (Throwable e) {
                // Also an Error must reach the caller and free the other workers.
                thrown = e;
            }
            boolean abandoned = settle(made, thrown);
            try {
                if (abandoned || thrown != null) {
                    closeGroup();
                }
                if (abandoned) {
                    closeReplica();
                }
            } finally {
                ended.add(this);
            }
        }

        private Outcome train(Group joined) throws Worker.RegroupException {
            try (var own = new Worker(plan, data, () -> stop)) {
                worker = own;
                own.enter(joined);
                return own.run();
            }
        }

        /** Puts down how the worker ended; true if it had been given up. */
        private synchronized boolean settle(@Nullable Outcome made, @Nullable Throwable thrown) {
            outcome = made;
            failure = thrown;
            return stalled;
        }

        /** Gives the worker up unless it has ended; true if it is given up. */
        private synchronized boolean abandon() {
            stalled = outcome == null && failure == null;
            return stalled;
        }

        int step() {
            Worker own = worker;
            return own == null ? 0 : own.step();
        }

        boolean isSaving() {
            Worker own = worker;
            return own != null && own.isSaving();
        }

        /** Leaves the group unless the thread may still be inside an exchange. */
        void leave() {
            if (!stalled) {
                closeGroup();
            }
        }

        /** Ends a worker after another has failed: frees what it made, or interrupts it if it has not returned. */
        void giveUp() {
            if (abandon()) {
                thread.interrupt();
            } else {
                closeReplica();
            }
        }

        private void closeGroup() {
            Group joined = group;
            if (joined != null) {
                joined.close();
            }
        }

        private void closeReplica() {
            Outcome made = outcome;
            if (made != null) {
                made.close();
            }
        }
    }
}
