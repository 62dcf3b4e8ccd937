package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ObjectChunks;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/**
 * Deletes packs from an object store that all nodes share.
 *
 * <p>A pack is retired by a key {@code g/retired/<pack>} in the metadata log. Each upload reads these keys after it has taken its
 * lease and before it asks what is stored, so one that began after the key was written counts on nothing in that pack; the
 * collector waits for the others. The key goes when the pack has gone: a collector that died leaves both to the next.
 */
final class SharedSweep implements Sweep {
    private static final String PREFIX = "g/retired/";
    private static final int KEYS_AT_ONCE = 1_000;

    private final MetadataLog log;
    private final ObjectChunks chunks;
    private Set<String> retired = Set.of();

    SharedSweep(MetadataLog log, ObjectChunks chunks) {
        this.log = log;
        this.chunks = chunks;
    }

    /** Prepares this node for an upload whose lease is held, or a restoration whose mark is set. */
    static void prepareUpload(MetadataLog log, ObjectChunks chunks) throws IOException {
        chunks.learnRetired(() -> retired(log));
    }

    private static Set<String> retired(MetadataLog log) throws IOException {
        Set<String> names = new TreeSet<>();
        Catalog.all(PREFIX, log::scan).forEach(entry -> names.add(entry.key().substring(PREFIX.length())));
        return names;
    }

    @Override
    public long condemn(long epoch, Set<ChunkId> needed) throws IOException {
        Set<String> names = retired(log);
        names.addAll(chunks.sparse(needed));
        inTransactions(names, epoch, (transaction, name) -> transaction.put(PREFIX + name, ""));
        retired = names;
        return names.stream()
                .mapToLong(name -> chunks.countUnneeded(name, needed))
                .sum();
    }

    @Override
    public long sweep(long epoch, Set<ChunkId> needed) throws IOException {
        prepareUpload(log, chunks); // what is copied must not go where it is removed
        long deleted = 0;
        for (String name : retired) {
            long unneeded = chunks.countUnneeded(name, needed);
            if (chunks.remove(name, retired, needed)) {
                inTransactions(List.of(name), epoch, (transaction, gone) -> transaction.delete(PREFIX + gone));
                deleted += unneeded;
            }
        }
        return deleted;
    }

    @Override
    public List<String> skipped() {
        return List.of();
    }

    private interface Step {
        Transaction with(Transaction transaction, String name);
    }

    private void inTransactions(Collection<String> names, long epoch, Step step) throws IOException {
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += KEYS_AT_ONCE) {
            Transaction transaction = Transaction.of(RequestId.next(log.revisionSeen()))
                    .requireEquals(GarbageCollector.EPOCH, Long.toString(epoch));
            for (String name : all.subList(from, Math.min(all.size(), from + KEYS_AT_ONCE))) {
                transaction = step.with(transaction, name);
            }
            submit(transaction);
        }
    }

    /** A refusal means that a later collector has taken over: it finds the keys as they are. */
    private void submit(Transaction transaction) throws IOException {
        try {
            if (log.submit(transaction).join() instanceof Outcome.Unanswered) {
                throw new NoMajorityException("no majority answered while garbage was collected", null);
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }
}
