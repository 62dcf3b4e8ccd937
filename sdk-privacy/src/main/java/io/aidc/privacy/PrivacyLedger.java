package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.internal.ChainedLog;
import io.aidc.privacy.internal.DamagedLogException;
import io.aidc.privacy.internal.LogLock;
import io.aidc.privacy.noise.RandomBits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Budgets in a file, one for each named scope, that outlive the process and cannot be overspent by crashing it.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="ledger"}
 *
 * <p>Every charge is written and synced to the device before any data is read for it; it is committed afterwards,
 * without waiting. Threads that charge at the same time share one sync. A charge found open on the next start counts as
 * spent. The file is locked against other processes through a lock file beside it, {@code <name>.lock}, which must not
 * be deleted. Records are numbered, checksummed and hash-chained: an altered, shortened or deleted file is refused,
 * never reset.
 *
 * <p>Not detected: a file deleted together with its lock file, replaced by an older copy of itself, or rewritten from
 * the first altered record on by someone who knows the format. Keep {@link #head()} elsewhere to notice any of these.
 * Do not use it on a network file system without locks, nor through several hard links; and open no {@code .lock} file
 * in a process that has its ledger open, for on POSIX systems closing it gives the lock up.
 *
 * <p>After a failure to write, every further charge throws {@link LedgerIoException}, and what was being reserved
 * counts as spent. {@link PrivacyBudget#spent()} is the odometer, valid at any time; admission is the filter.
 *
 * <p>Cost: the wait for one device sync a charge, shared by those that wait; some microseconds of work. The file grows
 * by about 200 bytes a charge and is never rewritten. Thread-safe.
 */
public final class PrivacyLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivacyLedger.class);
    private static final String TITLE = "aidc-privacy-ledger 1";

    private final Path path;
    private final LogLock lock;
    private final ChainedLog log;
    private final Map<String, PrivacyBudget> budgets = new LinkedHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private PrivacyLedger(Path path, LogLock lock, ChainedLog log) {
        this.path = path;
        this.lock = lock;
        this.log = log;
    }

    /**
     * Starts a ledger.
     *
     * @param file the ledger file, made on opening if it is not there; its folder must exist
     * @return a builder without scopes
     */
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /**
     * Returns the budget of a scope.
     *
     * @param name a scope given to the builder, or found in the file
     * @return the budget, the same object every time
     * @throws IllegalArgumentException if there is no such scope
     */
    public PrivacyBudget scope(String name) {
        PrivacyBudget budget = budgets.get(Objects.requireNonNull(name, "name"));
        if (budget == null) {
            throw new IllegalArgumentException("no scope named " + name + ", there are " + scopes());
        }
        return budget;
    }

    /**
     * Returns what one unit of a scope is.
     *
     * @param name a scope given to the builder, or found in the file
     * @return the word given to {@link Builder#unit}, {@code record} if there was none
     * @throws IllegalArgumentException if there is no such scope
     */
    public String unit(String name) {
        return scope(name).limits().unit();
    }

    /**
     * Returns the names of all scopes.
     *
     * @return those given to the builder and those found in the file, sorted
     */
    public Set<String> scopes() {
        return new TreeSet<>(budgets.keySet());
    }

    /**
     * Returns the chain hash of the newest record, once that is on the device. Kept outside, it shows later that
     * history was only added to.
     *
     * @return 64 hexadecimal digits
     * @throws LedgerIoException if the file cannot be written
     */
    public String head() {
        try {
            return log.head();
        } catch (IOException e) {
            throw new LedgerIoException(path, e);
        }
    }

    /**
     * Syncs and unlocks the file. Calling it again does nothing; charges through its budgets then fail.
     *
     * @throws LedgerIoException if the file cannot be written; it is unlocked all the same
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (lock;
                log) {
            LOG.debug("closing ledger: file={}", path);
        } catch (IOException e) {
            throw new LedgerIoException(path, e);
        }
    }

    /** Writes the charges of one scope, or of some groups of it. */
    private final class ScopeJournal implements Journal {
        private final String scope;
        private final Set<String> groups;

        ScopeJournal(String scope, Set<String> groups) {
            this.scope = scope;
            this.groups = groups;
        }

        @Override
        public long reserve(PrivacyEvent event) {
            return append("reserve " + scope() + " " + EventText.write(event));
        }

        @Override
        public void await(long reservation) {
            try {
                log.sync(reservation);
            } catch (IOException e) {
                throw new LedgerIoException(path, e);
            }
        }

        // losing one of the next two leaves the reservation open, which counts as spent

        @Override
        public void commit(long reservation) {
            append("commit " + reservation);
        }

        @Override
        public void release(long reservation) {
            append("release " + reservation);
        }

        @Override
        public String head() {
            return PrivacyLedger.this.head();
        }

        @Override
        public String scope() {
            return LedgerHistory.target(scope, groups);
        }

        @Override
        public Journal only(Set<String> some) {
            return new ScopeJournal(scope, some);
        }

        private long append(String body) {
            try {
                return log.append(body);
            } catch (IOException e) {
                throw new LedgerIoException(path, e);
            }
        }
    }

    /** Collects the scopes of a ledger. Not thread-safe. */
    public static final class Builder {
        private final Path file;
        private final Map<String, Limits> scopes = new LinkedHashMap<>();
        private final Map<String, String> units = new LinkedHashMap<>();
        private final Map<String, Set<String>> groups = new LinkedHashMap<>();
        private final Map<String, Supplier<RandomBits>> randomness = new LinkedHashMap<>();
        private @Nullable String newest;

        private Builder(Path file) {
            this.file = Objects.requireNonNull(file, "file");
        }

        /**
         * Adds a scope: something that has a budget of its own, such as a data set for one purpose.
         *
         * @param name 1 to 64 letters, digits, dots, dashes or underscores
         * @param limits what the scope may spend; if the file has the scope already, the same as there
         * @return this builder
         * @throws IllegalArgumentException if the name is not of that form
         * @throws IllegalStateException if the scope is there already, or the limits lack something
         */
        public Builder scope(String name, PrivacyBudget.Builder limits) {
            Checks.word(name, "scope name");
            Checks.once(scopes.get(name), "scope " + name);
            scopes.put(name, limits.limits());
            randomness.put(name, limits.randomness());
            newest = name;
            return this;
        }

        /**
         * Says what one unit of the scope added last is, such as {@code patient}; {@code record} by default.
         *
         * <p>It is kept in the file for whoever reads the ledger. Nothing checks that queries have that unit.
         *
         * @param unit 1 to 64 letters, digits, dots, dashes or underscores; if the file has the scope already, the same
         *     as there
         * @return this builder
         * @throws IllegalArgumentException if the unit is not of that form
         * @throws IllegalStateException if there is no scope yet, or its unit was set before
         */
        public Builder unit(String unit) {
            Checks.word(unit, "unit");
            if (newest == null) {
                throw new IllegalStateException("unit(" + unit + ") needs a scope before it");
            }
            Checks.once(units.putIfAbsent(newest, unit), "unit of scope " + newest);
            scopes.computeIfPresent(newest, (name, limits) -> limits.withUnit(unit));
            return this;
        }

        /**
         * Divides the scope added last into disjoint groups, such as regions or blocks of data, each with the whole
         * limits for itself.
         *
         * {@snippet class="io.aidc.privacy.SnippetsTest" region="groups"}
         *
         * <p>By parallel composition the limits then hold for every unit, <em>if</em> each unit's data is in one group
         * only and stays there: a patient seen in two quarters makes quarters no groups of patients. Under
         * {@link io.aidc.privacy.accounting.Neighbours#REPLACE_ONE} a unit is replaced by one of the same group.
         * Nothing here can check that. Which groups there are, and which of them a query asks about, must not depend on
         * the data other than through released answers.
         *
         * <p>{@link PrivacyBudget#group} of the scope's budget charges some groups; the scope's own budget charges all
         * that the file then has. Groups may be added when the ledger is opened again; those on file stay. A new one
         * starts unspent: its units must not have been in data that was queried before.
         *
         * @param names 1 to 64 letters, digits, dots, dashes or underscores each
         * @return this builder
         * @throws IllegalArgumentException if a name is not of that form, is there twice, or there is none
         * @throws IllegalStateException if there is no scope yet, or its groups were set before
         * @see <a href="https://doi.org/10.1145/1559845.1559850">McSherry 2009, Theorem 4</a> for parallel composition
         */
        public Builder groups(String... names) {
            if (newest == null) {
                throw new IllegalStateException("groups(...) needs a scope before it");
            }
            if (names.length == 0) {
                throw new IllegalArgumentException("groups(...) needs at least one name");
            }
            Set<String> distinct = new TreeSet<>();
            for (String name : names) {
                if (!distinct.add(Checks.word(name, "group"))) {
                    throw new IllegalArgumentException("group " + name + " is there twice");
                }
            }
            Checks.once(groups.putIfAbsent(newest, distinct), "groups of scope " + newest);
            return this;
        }

        /**
         * Opens the ledger: locks the file, checks all of it, and counts what is open as spent.
         *
         * <p>Cost: about a microsecond a record. Memory does not grow with the file, only with what is open and how
         * many different events there are.
         *
         * @return the ledger, to be closed after use
         * @throws IllegalArgumentException if the file has a scope with other limits than given here, or one to be
         *     divided into groups was charged as a whole
         * @throws LedgerLockedException if the file is in use
         * @throws CorruptLedgerException if the file does not hold together, or is gone but its lock file is not
         * @throws LedgerIoException if the file cannot be read or written
         */
        public PrivacyLedger open() {
            try {
                return openLocked(realPath(file));
            } catch (IOException e) {
                throw new LedgerIoException(file, e);
            }
        }

        private PrivacyLedger openLocked(Path path) throws IOException {
            LogLock lock = LogLock.tryAcquire(path);
            if (lock == null) {
                throw new LedgerLockedException(path);
            }
            ChainedLog log = null;
            PrivacyLedger ledger = null;
            try {
                if (lock.logWasThere() && Files.notExists(path)) {
                    throw new CorruptLedgerException(path, 0, "the file is gone, its lock file says that it was there");
                }
                var history = new LedgerHistory(path);
                log = ChainedLog.open(path, TITLE, history::apply);
                lock.noteLog();
                complete(log, history);
                ledger = ledger(path, lock, log, history);
                return ledger;
            } catch (DamagedLogException e) {
                throw new CorruptLedgerException(path, e.record(), e.problem());
            } finally {
                if (ledger == null) {
                    try (lock) {
                        if (log != null) {
                            log.close();
                        }
                    }
                }
            }
        }

        /** Writes what a crash left unfinished and what is asked for but not on file. */
        private void complete(ChainedLog log, LedgerHistory history) throws IOException {
            String unfinished = log.cutUnfinished();
            if (history.isReservation(unfinished)) {
                write(log, history, unfinished.substring(0, unfinished.lastIndexOf(' ')));
            }
            // only now is it known whether a scope was charged as a whole
            scopes.forEach((name, limits) -> history.requireSame(name, limits, groupsOf(name)));
            List<String> bodies = new ArrayList<>();
            scopes.forEach((name, limits) -> {
                if (!history.has(name)) {
                    bodies.add(LedgerHistory.scopeRecord(name, limits));
                }
                groupsOf(name).stream()
                        .filter(group -> !history.has(name, group))
                        .forEach(group -> bodies.add(LedgerHistory.groupRecord(name, group)));
            });
            for (String body : bodies) {
                write(log, history, body);
            }
        }

        /** Writes nothing that does not make sense after what is there. */
        private static void write(ChainedLog log, LedgerHistory history, String body) throws IOException {
            history.apply(body);
            log.sync(log.append(body));
        }

        private Set<String> groupsOf(String scope) {
            return groups.getOrDefault(scope, Set.of());
        }

        private PrivacyLedger ledger(Path path, LogLock lock, ChainedLog log, LedgerHistory history) {
            if (history.openReservations() > 0) {
                LOG.info("open reservations count as spent: file={} count={}", path, history.openReservations());
            }
            var ledger = new PrivacyLedger(path, lock, log);
            for (String name : history.scopes()) {
                Account account = history.account(name, ledger.new ScopeJournal(name, Set.of()));
                ledger.budgets.put(name, new PrivacyBudget(account, randomness.getOrDefault(name, RandomBits::open)));
            }
            return ledger;
        }

        private static Path realPath(Path file) throws IOException {
            // a link to a file that is gone fails here
            if (Files.exists(file) || Files.isSymbolicLink(file)) {
                return file.toRealPath();
            }
            Path absolute = file.toAbsolutePath().normalize();
            Path parent = absolute.getParent();
            return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
        }
    }
}
