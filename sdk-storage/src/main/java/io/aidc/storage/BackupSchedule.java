package io.aidc.storage;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.CheckReport;
import io.aidc.storage.backup.CheckScope;
import io.aidc.storage.backup.Pruning;
import io.aidc.storage.backup.RetentionPolicy;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.Standing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes backups, checks them and drills restores when they are due, until it is closed.
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="schedule"}
 *
 * <p>Start it on every node of a cluster: the node that leads does the work. What was done last is in the repository and in the
 * store, under the small keys {@code checks/last} and {@code drills/<milliseconds>}; so another leader, and a node that was
 * restarted, go on from there. What goes wrong is told to the store's listener: {@link StoreEvent.BackupFailed}, {@link
 * StoreEvent.BackupStale}, {@link StoreEvent.BackupCorrupt}, {@link StoreEvent.DrillFailed}. What failed is tried again after a
 * quarter of its period.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-backup}.
 */
public final class BackupSchedule implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(20);
    private static final int TRIES = 4;
    private static final String LAST_CHECK = "checks/last";
    private static final Pattern CHECK = Pattern.compile("millis (\\d{1,15})\npart (\\d{1,3})\n");
    private static final String DRILLS = "k/drills/";
    private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");

    private final Plan plan;
    private final ScheduledExecutorService timer = Threads.timer("backup");
    private final Instant started;
    private Instant lastAttempt = Instant.EPOCH;
    private Instant nextCheck = Instant.EPOCH;
    private Instant nextDrill = Instant.EPOCH;
    private Instant lastStale = Instant.EPOCH;

    /** What was checked last. */
    private record Check(Instant at, int part) {}

    private BackupSchedule(Plan plan, Instant now) {
        this.plan = plan;
        started = now;
    }

    /** What is due when. Each option may be set once. Confined: one thread at a time. */
    public static final class Plan {
        private final StoreBackup backup;
        private @Nullable Duration every;
        private @Nullable Duration staleAfter;
        private @Nullable RetentionPolicy retention;
        private @Nullable Duration checkEvery;
        private int parts = 1;
        private @Nullable Duration drillEvery;
        private int files;
        private Path scratch = Path.of("");

        private Plan(StoreBackup backup) {
            this.backup = backup;
        }

        /**
         * Sets how often a backup is made; with archived commands, metadata of any second is restorable, content as of each backup.
         * Required.
         *
         * @param period &gt; 0; what is due is looked at every 20 seconds
         * @return this
         * @throws IllegalArgumentException if not positive
         * @throws IllegalStateException if set before
         */
        public Plan every(Duration period) {
            every = once("every", every, period);
            return this;
        }

        /**
         * Sets after how long without a backup {@link StoreEvent.BackupStale} is told, once a period. Where none was ever made, the
         * time is counted from the start. Default: twice {@link #every}.
         *
         * @param age &gt; 0
         * @return this
         * @throws IllegalArgumentException if not positive
         * @throws IllegalStateException if set before
         */
        public Plan staleAfter(Duration age) {
            staleAfter = once("staleAfter", staleAfter, age);
            return this;
        }

        /**
         * Forgets and prunes old backups after each new one. Default: all are kept.
         *
         * @param policy what is kept
         * @return this
         * @throws IllegalStateException if set before
         */
        public Plan keeping(RetentionPolicy policy) {
            if (retention != null) {
                throw new IllegalStateException("keeping was already set");
            }
            retention = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Checks the repository: its structure, and one part of its content after the other. The first check follows the first
         * backup.
         *
         * @param period between checks, &gt; 0
         * @param parts in how many checks all content is read, 1 to 256
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if set before
         */
        public Plan checkingEvery(Duration period, int parts) {
            if (parts < 1 || parts > 256) {
                throw new IllegalArgumentException("parts must be 1 to 256, got " + parts);
            }
            checkEvery = once("checkingEvery", checkEvery, period);
            this.parts = parts;
            return this;
        }

        /**
         * Restores a sample of the latest backup and compares it. The first drill follows the first backup; one that was made by
         * {@link StoreBackup#drill} counts too.
         *
         * @param period between drills, &gt; 0
         * @param files how many, &gt; 0
         * @param scratch a directory with room for them
         * @return this
         * @throws IllegalArgumentException if a number is not positive
         * @throws IllegalStateException if set before
         */
        public Plan drillingEvery(Duration period, int files, Path scratch) {
            if (files < 1) {
                throw new IllegalArgumentException("files must be > 0, got " + files);
            }
            drillEvery = once("drillingEvery", drillEvery, period);
            this.files = files;
            this.scratch = Objects.requireNonNull(scratch, "scratch");
            return this;
        }

        /**
         * Starts. The first backup is due when the latest one is old enough.
         *
         * @return to be closed before the store
         * @throws IllegalStateException if {@code every} is missing
         */
        public BackupSchedule start() {
            var schedule = prepare(Instant.now());
            schedule.run();
            return schedule;
        }

        BackupSchedule prepare(Instant now) {
            if (every == null) {
                throw new IllegalStateException("a period is required: call every(period)");
            }
            return new BackupSchedule(this, now);
        }

        private static Duration once(String option, @Nullable Duration first, Duration value) {
            if (first != null) {
                throw new IllegalStateException("%s was already set to %s".formatted(option, first));
            }
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("%s must be > 0, got %s".formatted(option, value));
            }
            return value;
        }

        private Duration period() {
            return Objects.requireNonNull(every);
        }

        private Duration limit() {
            return staleAfter == null ? period().multipliedBy(2) : staleAfter;
        }
    }

    /**
     * Starts a plan.
     *
     * @param backup of one store
     * @return nothing is due yet
     */
    public static Plan of(StoreBackup backup) {
        return new Plan(Objects.requireNonNull(backup, "backup"));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails is told to the listener
    private void run() {
        timer.scheduleWithFixedDelay(() -> runDue(Instant.now()), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does what is due; called by one thread. */
    void runDue(Instant now) {
        ReplicatedStore store = plan.backup.store();
        try {
            if (store.status().role() == Standing.Role.LEADER) {
                backUpIfDue(now);
                checkIfDue(now);
                drillIfDue(now);
            }
        } catch (Throwable e) { // thrown on, it would end the timer, and nobody would be told
            store.events().backupFailed(e.toString());
        }
    }

    private void backUpIfDue(Instant now) throws IOException {
        Optional<Instant> latest =
                plan.backup.latestSnapshot().map(Snapshot::time).map(time -> time.toInstant());
        tellIfStale(now, latest);
        boolean due = latest.isEmpty() || isDue(latest.get(), plan.period(), now);
        if (due && isDue(lastAttempt, plan.period().dividedBy(TRIES), now)) {
            lastAttempt = now;
            plan.backup.run(BackupKind.INCREMENTAL, Progress.NONE);
            forgetOld();
        }
    }

    private void tellIfStale(Instant now, Optional<Instant> latest) {
        boolean stale = isDue(latest.orElse(started), plan.limit(), now);
        if (stale && isDue(lastStale, plan.period(), now)) {
            lastStale = now;
            plan.backup
                    .store()
                    .events()
                    .backupStale(latest.map(Instant::toString).orElse("there is none"));
        }
    }

    private void forgetOld() throws IOException {
        if (plan.retention != null) {
            plan.backup.repository().forget(plan.retention);
            if (plan.backup.repository().prune() instanceof Pruning.Refused refused) {
                plan.backup.store().events().backupCorrupt(refused.findings().toString());
            }
        }
    }

    private void checkIfDue(Instant now) throws IOException {
        if (plan.checkEvery == null || now.isBefore(nextCheck)) {
            return;
        }
        Check last = lastCheck(now);
        nextCheck = last.at().plus(plan.checkEvery);
        if (now.isBefore(nextCheck)) {
            return;
        }
        nextCheck =
                now.plus(plan.checkEvery.dividedBy(TRIES)); // then what was kept is read again, or the check repeated
        int part = last.part() % plan.parts + 1;
        CheckReport report = plan.backup.repository().check(new CheckScope.PartOfData(part, plan.parts));
        if (!report.isClean()) {
            plan.backup.store().events().backupCorrupt(report.findings().toString());
        }
        String text = "millis %d\npart %d\nparts %d\nclean %s\n"
                .formatted(now.toEpochMilli(), part, plan.parts, report.isClean());
        plan.backup
                .store()
                .put(LAST_CHECK, text.getBytes(StandardCharsets.UTF_8))
                .join();
    }

    /** A time to come, by a clock that was wrong, does not count. */
    private Check lastCheck(Instant now) {
        String text = plan.backup
                .store()
                .get(LAST_CHECK)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
        var matcher = CHECK.matcher(text);
        if (!matcher.lookingAt()) {
            return new Check(Instant.EPOCH, 0);
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(matcher.group(1)));
        return new Check(at.isAfter(now) ? Instant.EPOCH : at, Integer.parseInt(matcher.group(2)));
    }

    private void drillIfDue(Instant now) throws IOException {
        if (plan.drillEvery == null || now.isBefore(nextDrill)) {
            return;
        }
        nextDrill = lastDrill(now).plus(plan.drillEvery);
        if (!now.isBefore(nextDrill) && plan.backup.latestSnapshot().isPresent()) {
            nextDrill = now.plus(plan.drillEvery.dividedBy(TRIES));
            plan.backup.drill(plan.files, plan.scratch, Progress.NONE);
        }
    }

    /** The latest of all drills up to now. */
    private Instant lastDrill(Instant now) throws IOException {
        long last = 0;
        for (Entry drill : Catalog.all(DRILLS, plan.backup.store().log()::scan)) {
            String name = drill.key().substring(DRILLS.length());
            long millis = MILLIS.matcher(name).matches() ? Long.parseLong(name) : 0;
            if (millis <= now.toEpochMilli()) {
                last = Math.max(last, millis);
            }
        }
        return Instant.ofEpochMilli(last);
    }

    private static boolean isDue(Instant last, Duration period, Instant now) {
        return !now.isBefore(last.plus(period));
    }

    /** Ends the thread after what it is doing. */
    @Override
    public void close() {
        Threads.finish(timer);
    }
}
