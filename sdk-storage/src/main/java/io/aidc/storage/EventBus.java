package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.FlushFailedException;
import io.aidc.storage.internal.pack.PackEvents;
import io.aidc.storage.internal.replica.ReplicaEvents;
import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.metadata.Member;
import io.aidc.storage.ratis.RatisEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what happens inside to the store's listener, in order and on one thread of its own. */
final class EventBus implements ReplicaEvents, PackEvents, RatisEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedStore.class);

    private record Leader(@Nullable String id, long term) {}

    private final String node;
    private final Path directory;
    private final Consumer<StoreEvent> listener;
    private final ExecutorService thread = Threads.pool("events", 1);
    private final AtomicReference<@Nullable Leader> leader = new AtomicReference<>();
    private final AtomicReference<List<String>> known = new AtomicReference<>(List.of());

    private volatile Consumer<List<Member>> follower = members -> {};

    EventBus(String node, Path directory, Consumer<StoreEvent> listener) {
        this.node = node;
        this.directory = directory;
        this.listener = listener;
    }

    @Override
    public void leaderChanged(@Nullable String id, long term) {
        var next = new Leader(id, term);
        if (!Objects.equals(leader.getAndSet(next), next)) {
            LOG.info("Leader changed node={} leader={} term={}", node, id, term);
            publish(new StoreEvent.LeaderChanged(id, term));
        }
    }

    /** Says who besides the listener is told of members, at once and on the thread that noticed. */
    void membersTo(Consumer<List<Member>> follower) {
        this.follower = follower;
    }

    @Override
    public void membersChanged(List<Member> members) {
        follower.accept(members);
        List<String> ids = members.stream().map(Member::id).toList();
        if (!ids.equals(known.getAndSet(ids))) {
            publish(new StoreEvent.MembersChanged(ids));
        }
    }

    @Override
    public void logFailed(Throwable cause) {
        publish(new StoreEvent.FsyncFailed(directory.resolve("raft"), cause.toString()));
    }

    @Override
    public void damaged(String pack, long offset, long bytes) {
        LOG.warn("A pack is damaged node={} pack={} offset={} bytes={}", node, pack, offset, bytes);
        publish(new StoreEvent.PackDamaged(pack, offset, bytes));
    }

    @Override
    public void quarantined(ChunkId id, String reason) {
        LOG.warn("A chunk was put into quarantine node={} chunk={} reason={}", node, id, reason);
        publish(new StoreEvent.ChunkQuarantined(id.toString(), reason));
    }

    void drillFailed(String snapshot, String findings) {
        LOG.error("A backup could not be restored node={} snapshot={} findings={}", node, snapshot, findings);
        publish(new StoreEvent.DrillFailed(snapshot, findings));
    }

    void backupStale(String age) {
        publish(new StoreEvent.BackupStale(age));
    }

    void backupFailed(String reason) {
        LOG.warn("A backup failed node={} reason={}", node, reason);
        publish(new StoreEvent.BackupFailed(reason));
    }

    void backupCorrupt(String findings) {
        LOG.error("The backup is damaged node={} findings={}", node, findings);
        publish(new StoreEvent.BackupCorrupt(findings));
    }

    void divergence(String id, long revision) {
        LOG.error("Metadata differs between nodes node={} other={} revision={}", node, id, revision);
        publish(new StoreEvent.DivergenceDetected(id, revision));
    }

    void flushFailed(FlushFailedException failure) {
        publish(new StoreEvent.FsyncFailed(failure.path(), String.valueOf(failure.getCause())));
    }

    void directorySyncMissing(Path raft, String reason) {
        LOG.warn(
                "A power cut can take back this node's vote: the directory has no dirsync attribute directory={} reason={}",
                raft,
                reason);
        publish(new StoreEvent.DirectorySyncMissing(raft, reason));
    }

    @Override
    public void unreachable(String replica, String reason) {
        publish(new StoreEvent.ReplicaUnreachable(replica, reason));
    }

    @Override
    public void corrupt(String replica, ChunkId id) {
        publish(new StoreEvent.ChunkCorrupt(replica, id.toString()));
    }

    void lost(ChunkId id) {
        LOG.error("No node has an undamaged copy of a chunk node={} chunk={}", node, id);
        publish(new StoreEvent.ChunkLost(id.toString()));
    }

    @Override
    public void repaired(ChunkId id, String from) {
        publish(new StoreEvent.ChunkRepaired(id.toString(), from));
    }

    private void publish(StoreEvent event) {
        try {
            thread.execute(() -> tell(event));
        } catch (RejectedExecutionException e) {
            LOG.debug("An event came after close node={} event={}", node, event);
        }
    }

    private void tell(StoreEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("The listener failed node={} event={}", node, event, e);
        }
    }

    /** Tells what is left, then ends the thread. */
    @Override
    public void close() {
        Threads.finish(thread);
    }
}
