package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * Deletes chunks that no version needs, while others publish.
 *
 * <p>The order, and why nothing that is needed is lost:
 *
 * <ol>
 *   <li>The collector takes the next epoch {@code g/epoch}; nodes obey the highest epoch only.
 *   <li>Leases that have ended are deleted: their uploads cannot be published any more.
 *   <li>What no version needs is condemned: from then on it is answered for as missing, so an upload that begins stores it
 *       again. How, depends on where content is kept, see {@link Sweep}.
 *   <li>Uploads that were under way may have been told earlier that such a chunk is there: the collector waits until
 *       their leases are gone, published or not. The same goes for a restoration.
 *   <li>What versions published meanwhile need is left out; the rest is deleted where it is still condemned.
 * </ol>
 *
 * <p>A manifest that cannot be read ends the run: nobody knows what that version needs.
 *
 * <p>Confined: one run, on one thread.
 */
final class GarbageCollector {
    static final String EPOCH = "g/epoch";

    private final MetadataLog log;
    private final VersionReader versions;
    private final Sweep sweep;
    private final Map<ChunkId, Set<ChunkId>> chunksOfManifests = new HashMap<>();

    GarbageCollector(MetadataLog log, VersionReader versions, Sweep sweep) {
        this.log = log;
        this.versions = versions;
        this.sweep = sweep;
    }

    /**
     * Runs once.
     *
     * @param patience is asked before each look at the uploads still under way; pauses, and says whether to go on
     *     waiting
     */
    GarbageReport run(BooleanSupplier patience) throws IOException {
        Optional<Long> epoch = nextEpoch();
        if (epoch.isEmpty()) {
            return report(0, 0, GarbageReport.End.SUPERSEDED);
        }
        deleteEndedLeases();
        long condemned = sweep.condemn(epoch.get(), live());
        Set<String> uploads = uploads();
        while (!uploads.isEmpty()) {
            if (!patience.getAsBoolean()) {
                return report(condemned, 0, GarbageReport.End.UPLOADS_GOING_ON);
            }
            deleteEndedLeases();
            uploads.retainAll(uploads());
        }
        Set<ChunkId> live = live();
        if (!isLatest(epoch.get())) {
            return report(condemned, 0, GarbageReport.End.SUPERSEDED);
        }
        return report(condemned, sweep.sweep(epoch.get(), live), GarbageReport.End.DONE);
    }

    private Optional<Long> nextEpoch() throws IOException {
        Optional<String> last = epoch();
        long next = last.map(Long::parseLong).orElse(0L) + 1;
        Transaction transaction = transaction().put(EPOCH, Long.toString(next));
        transaction = last.isEmpty() ? transaction.requireAbsent(EPOCH) : transaction.requireEquals(EPOCH, last.get());
        Outcome outcome = submit(transaction);
        if (outcome instanceof Outcome.Applied) {
            return Optional.of(next);
        }
        if (outcome instanceof Outcome.Refused) {
            return Optional.empty();
        }
        throw new NoMajorityException("no majority granted an epoch for collecting garbage", null);
    }

    private Optional<String> epoch() throws IOException {
        return log.read(List.of(EPOCH)).stream().findFirst().map(GarbageCollector::text);
    }

    private boolean isLatest(long epoch) throws IOException {
        return epoch().equals(Optional.of(Long.toString(epoch)));
    }

    /** A lease that is renewed at the same moment stays. */
    private void deleteEndedLeases() throws IOException {
        submit(new Command.Barrier()); // the log's time stands still while nothing is written
        long now = log.state().millis();
        for (Entry lease : Catalog.all(Leases.PREFIX, log::scan)) {
            if (Long.parseLong(text(lease)) < now) {
                submit(transaction().requireEquals(lease.key(), text(lease)).delete(lease.key()));
            }
        }
    }

    private Set<String> uploads() throws IOException {
        Set<String> keys = new HashSet<>();
        Catalog.all(Leases.PREFIX, log::scan).forEach(lease -> keys.add(lease.key()));
        log.read(List.of(StoreRestore.MARKER)).forEach(restoration -> keys.add(restoration.key()));
        return keys;
    }

    /** What the versions need that exist when this begins. */
    private Set<ChunkId> live() throws IOException {
        Set<ChunkId> live = new HashSet<>();
        for (Catalog.Located version : Catalog.versionsIn(log::scan)) {
            if (live.add(version.manifest())) {
                live.addAll(chunks(version.manifest()));
            }
        }
        return live;
    }

    private Set<ChunkId> chunks(ChunkId manifest) throws IOException {
        Set<ChunkId> known = chunksOfManifests.get(manifest);
        if (known == null) {
            known = versions.manifest(manifest).chunkIds();
            chunksOfManifests.put(manifest, known);
        }
        return known;
    }

    private GarbageReport report(long condemned, long deleted, GarbageReport.End end) {
        return new GarbageReport(condemned, deleted, sweep.skipped(), end);
    }

    private Transaction transaction() {
        return Transaction.of(RequestId.next(log.revisionSeen()));
    }

    private Outcome submit(Command command) throws IOException {
        try {
            return log.submit(command).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }
}
