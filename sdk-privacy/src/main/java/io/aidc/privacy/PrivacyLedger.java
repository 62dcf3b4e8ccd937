package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Budgets in a file, one for each named scope, that outlive the process and cannot be overspent by crashing it.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="ledger"}
 *
 * <p>Every charge is written and synced to the device before any data is read for it; it is committed afterwards. A
 * charge found open on the next start counts as spent. The file is locked against other processes through a lock file
 * beside it, {@code <name>.lock}, which must not be deleted. Records are numbered, checksummed and hash-chained: an altered,
 * shortened or deleted file is refused, never reset.
 *
 * <p>Not detected: a file deleted together with its lock file, replaced by an older copy of itself, or rewritten from
 * the first altered record on by someone who knows the format. Keep {@link #head()} elsewhere to notice any of these. Do
 * not use it on a network file system without locks.
 *
 * <p>Cost: one device sync a charge. Thread-safe; charges of all scopes take turns.
 */
public final class PrivacyLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivacyLedger.class);

    private final Path path;
    private final LedgerLock lock;
    private final LedgerFile file;
    private final Map<String, PrivacyBudget> budgets = new LinkedHashMap<>();
    // guarded by file, which is locked after any budget
    private @Nullable IOException failure;
    private boolean closed;

    private PrivacyLedger(Path path, LedgerLock lock, LedgerFile file) {
        this.path = path;
        this.lock = lock;
        this.file = file;
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
     * Returns the chain hash of the newest record. Kept outside, it shows later that history was only added to.
     *
     * @return 64 hexadecimal digits
     */
    public String head() {
        synchronized (file) {
            return file.head();
        }
    }

    /**
     * Syncs and unlocks the file. Calling it again does nothing; charges through its budgets then fail.
     *
     * @throws LedgerIoException if the file cannot be written; it is unlocked all the same
     */
    @Override
    public void close() {
        synchronized (file) {
            if (closed) {
                return;
            }
            closed = true;
            try (lock) {
                if (failure == null) {
                    file.close();
                } else {
                    file.abandon();
                }
            } catch (IOException e) {
                throw new LedgerIoException(path, e);
            }
        }
    }

    private long write(String body, Durability durability) {
        synchronized (file) {
            if (closed) {
                throw new IllegalStateException("ledger " + path + " is closed");
            }
            if (failure != null) {
                throw new LedgerIoException(path, failure);
            }
            try {
                return durability == Durability.DEVICE ? file.appendDurably(body) : file.append(body);
            } catch (IOException e) {
                failure = e;
                throw new LedgerIoException(path, e);
            }
        }
    }

    private enum Durability {
        DEVICE,
        SYSTEM
    }

    /** Writes the charges of one scope. */
    private final class ScopeJournal implements Journal {
        private final String scope;

        ScopeJournal(String scope) {
            this.scope = scope;
        }

        @Override
        public long reserve(PrivacyEvent event) {
            return write("reserve " + scope + " " + EventText.write(event), Durability.DEVICE);
        }

        // losing one of the next two leaves the reservation open, which counts as spent

        @Override
        public void commit(long reservation) {
            write("commit " + reservation, Durability.SYSTEM);
        }

        @Override
        public void release(long reservation) {
            write("release " + reservation, Durability.SYSTEM);
        }
    }

    /** Collects the scopes of a ledger. Not thread-safe. */
    public static final class Builder {
        private final Path file;
        private final Map<String, Limits> scopes = new LinkedHashMap<>();
        private final Map<String, String> units = new LinkedHashMap<>();
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
         * Opens the ledger: locks the file, checks all of it, and counts what is open as spent.
         *
         * @return the ledger, to be closed after use
         * @throws IllegalArgumentException if the file has a scope with other limits than given here
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
            LedgerLock lock = LedgerLock.tryAcquire(path);
            if (lock == null) {
                throw new LedgerLockedException(path);
            }
            LedgerFile opened = null;
            PrivacyLedger ledger = null;
            try {
                if (lock.ledgerWasThere() && Files.notExists(path)) {
                    throw new CorruptLedgerException(path, 0, "the file is gone, its lock file says that it was there");
                }
                opened = LedgerFile.open(path);
                lock.noteLedger();
                ledger = recover(path, lock, opened);
                return ledger;
            } finally {
                if (ledger == null) {
                    try (lock) {
                        if (opened != null) {
                            opened.abandon();
                        }
                    }
                }
            }
        }

        private PrivacyLedger recover(Path path, LedgerLock lock, LedgerFile opened) throws IOException {
            var history = new LedgerHistory(path);
            for (String body : opened.recovered()) {
                history.apply(body);
            }
            for (Map.Entry<String, Limits> wanted : scopes.entrySet()) {
                history.requireSame(wanted.getKey(), wanted.getValue());
            }
            String unfinished = opened.cutUnfinished();
            if (history.isReservation(unfinished)) {
                String body = unfinished.substring(0, unfinished.lastIndexOf(' '));
                opened.appendDurably(body);
                history.apply(body);
            }
            for (Map.Entry<String, Limits> wanted : scopes.entrySet()) {
                if (!history.has(wanted.getKey())) {
                    String body = LedgerHistory.scopeRecord(wanted.getKey(), wanted.getValue());
                    opened.appendDurably(body);
                    history.apply(body);
                }
            }
            if (history.openReservations() > 0) {
                LOG.info("open reservations count as spent: file={} count={}", path, history.openReservations());
            }
            var ledger = new PrivacyLedger(path, lock, opened);
            history.spendings()
                    .forEach((name, spending) -> ledger.budgets.put(
                            name,
                            new PrivacyBudget(
                                    history.limits(name),
                                    spending,
                                    ledger.new ScopeJournal(name),
                                    randomness.getOrDefault(name, RandomBits::open))));
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
