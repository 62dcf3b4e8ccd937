package io.aidc.storage.metadata;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state that commands build: keys with values, and the outcomes of the latest 65,536 requests.
 *
 * <p>It has a time of its own: the latest wall time written into the log, which never goes back and is the same on every node
 * at the same revision.
 *
 * <p>Deterministic: the same commands in the same order give the same state and outcomes on every node. Each command that is
 * not a repetition has the next revision. A request so old that its outcome may have been forgotten changes nothing and is
 * answered {@link Outcome.Forgotten}: it may have been applied before, or been fenced.
 *
 * <p>Thread-safe: one lock.
 */
public final class MetadataState {
    /** How many outcomes are remembered. */
    public static final int REMEMBERED_OUTCOMES = 1 << 16;

    private static final int MAX_KEYS = 1_000;
    private static final int MAGIC = 0x4149_4D54;

    private final int remembered;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final LinkedHashMap<UUID, Outcome> outcomes = new LinkedHashMap<>();
    private final RecentChanges changes = new RecentChanges();
    private StateDigest digest = new StateDigest();
    private long lastIndex = -1;
    private long revision;
    private long millis;
    private long forgottenUpTo;

    /** Starts empty. */
    public MetadataState() {
        this(REMEMBERED_OUTCOMES);
    }

    MetadataState(int remembered) {
        this.remembered = remembered;
    }

    /**
     * Applies the commands of one log entry in order.
     *
     * @param index the entry's number in the log, larger than the last one's; numbers may be left out
     * @param entry a batch and when it was written
     * @return the outcomes, in the order of the commands
     */
    public synchronized List<Outcome> apply(long index, LogEntry entry) {
        if (!entry.hasOnlyBarriers()) {
            lastIndex = index;
        }
        millis = Math.max(millis, entry.millis());
        List<Outcome> results = new ArrayList<>(entry.commands().size());
        entry.commands().forEach(command -> results.add(apply(command)));
        notifyAll();
        return results;
    }

    /** Counts barriers that an archive left out. */
    synchronized void countUpTo(long known) {
        if (known < revision) {
            throw new IllegalArgumentException("revision %d follows %d".formatted(known, revision));
        }
        revision = known;
    }

    private Outcome apply(Command command) {
        if (command instanceof Command.Barrier) {
            digest.reached(++revision, millis);
            return new Outcome.Applied(revision);
        }
        UUID id = command.requestId();
        Outcome known = outcomes.get(id);
        if (known != null) {
            return known;
        }
        if (RequestId.revisionSeen(id) < forgottenUpTo) {
            return new Outcome.Forgotten();
        }
        revision++;
        Outcome outcome = command instanceof Command.Transaction transaction
                ? apply(transaction)
                : new Outcome.Abandoned(revision);
        outcomes.put(id, outcome);
        forgetOldest();
        digest.reached(revision, millis);
        return outcome;
    }

    private Outcome apply(Command.Transaction transaction) {
        for (Condition condition : transaction.conditions()) {
            Entry entry = entries.get(condition.key());
            if (!condition.holds(entry)) {
                return new Outcome.Refused(revision, condition.key(), entry == null ? null : entry.value());
            }
        }
        for (Change change : transaction.changes()) {
            if (change instanceof Change.Put put) {
                write(put.key(), put.value());
            } else {
                Entry removed = remove(change.key());
                if (change instanceof Change.Move move && removed != null) {
                    write(move.target(), removed.value());
                }
            }
        }
        return new Outcome.Applied(revision);
    }

    private void write(String key, byte[] value) {
        var entry = new Entry(key, value, revision);
        Entry before = entries.put(key, entry);
        if (before != null) {
            digest.toggle(before);
        }
        digest.toggle(entry);
        changes.add(key, value, revision);
    }

    private @Nullable Entry remove(String key) {
        Entry before = entries.remove(key);
        if (before != null) {
            digest.toggle(before);
            changes.add(key, null, revision);
        }
        return before;
    }

    private void forgetOldest() {
        if (outcomes.size() > remembered) {
            var oldest = outcomes.entrySet().iterator();
            forgottenUpTo = revisionOf(oldest.next().getValue());
            oldest.remove();
        }
    }

    private static long revisionOf(Outcome outcome) {
        if (outcome instanceof Outcome.Applied applied) {
            return applied.revision();
        }
        if (outcome instanceof Outcome.Refused refused) {
            return refused.revision();
        }
        return ((Outcome.Abandoned) outcome).revision();
    }

    /**
     * Returns what is stored under a key.
     *
     * @param key the key
     * @return the entry, or null if there is none
     */
    public synchronized @Nullable Entry get(String key) {
        return entries.get(key);
    }

    /**
     * Returns the entries of the keys that exist.
     *
     * @param keys at most 1,000, in any order
     * @return in the order of {@code keys}
     * @throws IllegalArgumentException if there are more keys
     */
    public synchronized List<Entry> get(List<String> keys) {
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("at most %d keys, got %d".formatted(MAX_KEYS, keys.size()));
        }
        List<Entry> found = new ArrayList<>();
        for (String key : keys) {
            Entry entry = entries.get(key);
            if (entry != null) {
                found.add(entry);
            }
        }
        return found;
    }

    /**
     * Returns the entries of a range.
     *
     * @param range which
     * @return in order of keys
     */
    public synchronized List<Entry> scan(Range range) {
        boolean fromStart = range.after().compareTo(range.prefix()) < 0;
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.tailMap(fromStart ? range.prefix() : range.after(), fromStart)
                .values()) {
            if (!entry.key().startsWith(range.prefix()) || found.size() == range.limit()) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    /**
     * Returns the number of the latest entry applied that had more than barriers.
     *
     * @return as given to {@link #apply}, -1 before the first
     */
    public synchronized long lastIndex() {
        return lastIndex;
    }

    /**
     * Returns the state's time.
     *
     * @return milliseconds since 1970 of the latest entry's writer, never going back; 0 before the first
     */
    public synchronized long millis() {
        return millis;
    }

    /**
     * Returns the digest of all entries at some of the latest revisions, the same revisions on every node.
     *
     * @return 64 hex digits by revision, a few hundred
     */
    public synchronized NavigableMap<Long, String> digests() {
        return digest.trail();
    }

    /**
     * Returns the digest of all entries at this moment.
     *
     * @return 64 hex digits
     */
    public synchronized String digest() {
        return digest.value(revision, millis);
    }

    /**
     * Returns what changed after a revision.
     *
     * @param after the last revision that is known
     * @return in order; one {@link WatchEvent.Missed} if that is no longer known
     */
    public synchronized List<WatchEvent> changesAfter(long after) {
        return changes.after(after, revision);
    }

    /**
     * Returns the number of commands applied, repetitions not counted.
     *
     * @return ≥ 0
     */
    public synchronized long revision() {
        return revision;
    }

    /**
     * Waits until a revision is applied.
     *
     * @param wanted the revision
     * @param deadline {@link System#nanoTime()} at which to give up
     * @return false if it was not applied in time
     * @throws InterruptedException if the thread is interrupted
     */
    public synchronized boolean awaitRevision(long wanted, long deadline) throws InterruptedException {
        while (revision < wanted) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /**
     * Writes the whole state.
     *
     * <p>Form: {@code AIMT}, long number of the latest entry with more than barriers, long revision, long milliseconds of its time,
     * long last revision forgotten, the entries, the outcomes with their ids.
     *
     * @return a snapshot
     */
    public synchronized byte[] toSnapshot() {
        var out = new Encoder()
                .int32(MAGIC)
                .int64(lastIndex)
                .int64(revision)
                .int64(millis)
                .int64(forgottenUpTo)
                .int32(entries.size());
        entries.values().forEach(entry -> entry.writeTo(out));
        out.int32(outcomes.size());
        for (Map.Entry<UUID, Outcome> outcome : outcomes.entrySet()) {
            Batch.write(outcome.getValue(), out.uuid(outcome.getKey()));
        }
        return out.toBytes();
    }

    /**
     * Replaces the whole state by a snapshot.
     *
     * @param snapshot what {@link #toSnapshot()} wrote
     * @throws IllegalArgumentException if it is not a snapshot; the state is then unchanged
     */
    public void restore(byte[] snapshot) {
        MetadataState other = Decoder.whole(snapshot, this::readFrom);
        synchronized (this) {
            lastIndex = other.lastIndex;
            revision = other.revision;
            millis = other.millis;
            forgottenUpTo = other.forgottenUpTo;
            entries.clear();
            entries.putAll(other.entries);
            digest = new StateDigest();
            entries.values().forEach(digest::toggle);
            changes.restart(revision);
            outcomes.clear();
            outcomes.putAll(other.outcomes);
            notifyAll();
        }
    }

    private MetadataState readFrom(ByteBuffer in) {
        if (in.getInt() != MAGIC) {
            throw new IllegalArgumentException("not a snapshot: it does not begin with AIMT");
        }
        var state = new MetadataState(remembered);
        state.lastIndex = in.getLong();
        state.revision = in.getLong();
        state.millis = in.getLong();
        state.forgottenUpTo = in.getLong();
        Decoder.list(in, Entry::readFrom).forEach(entry -> state.entries.put(entry.key(), entry));
        Decoder.list(in, buffer -> Map.entry(Decoder.uuid(buffer), Batch.readOutcome(buffer)))
                .forEach(outcome -> state.outcomes.put(outcome.getKey(), outcome.getValue()));
        return state;
    }
}
