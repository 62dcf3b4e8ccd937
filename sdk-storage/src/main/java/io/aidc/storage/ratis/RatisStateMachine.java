package io.aidc.storage.ratis;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.Batch;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.LogEntry;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.SnapshotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * Applies agreed log entries to a {@link MetadataState} and keeps its snapshots.
 *
 * <p>A snapshot is written without the store's fail-stop latch: nothing was promised about it, and Ratis may interrupt the
 * thread that writes it.
 */
final class RatisStateMachine extends BaseStateMachine {
    private final MetadataState state = new MetadataState();
    private final RatisSnapshots snapshots = new RatisSnapshots();
    private final RatisGroup group;
    private final RatisEvents events;
    private final RaftClient client;
    private final SnapshotPull pull;
    private final Executor puller;
    private @Nullable RaftServer raft;

    /** Pulls snapshots on {@code puller}. */
    RatisStateMachine(RatisGroup group, RatisEvents events, RaftClient client, Executor puller) {
        this.group = group;
        this.events = events;
        this.client = client;
        this.puller = puller;
        pull = new SnapshotPull(client, snapshots);
    }

    MetadataState state() {
        return state;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        raft = server;
        snapshots.init(storage);
        getLifeCycle().startAndTransition(this::loadLatestSnapshot, IOException.class);
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        loadLatestSnapshot();
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    /** A node that was removed may not know it, and could publish what only it has. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        TransactionContext.Builder context =
                TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
        try {
            SentBatch sent = SentBatch.decode(request.getMessage());
            byte[] entry = LogEntry.encode(Math.max(group.clock().millis(), 0), sent.batch());
            LogEntry.decode(entry);
            if (sent.batch().length > Command.MAX_BYTES + Long.BYTES) {
                throw new IOException("batch of %d bytes is too large".formatted(sent.batch().length));
            }
            if (!isMember(sent.sender())) {
                throw new IOException(
                        "node %s is no member: it was removed, or not added yet".formatted(sent.sender()));
            }
            return context.setLogData(ByteString.copyFrom(entry)).build();
        } catch (IllegalArgumentException e) {
            return context.build().setException(new IOException("not a batch of commands", e));
        } catch (IOException e) {
            return context.build().setException(e);
        }
    }

    private boolean isMember(String id) throws IOException {
        RaftServer server = Objects.requireNonNull(raft);
        return server.getDivision(group.id()).getRaftConf().getAllPeers().stream()
                .anyMatch(peer -> peer.getId().toString().equals(id));
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto logEntry = transaction.getLogEntry();
        byte[] entry = logEntry.getStateMachineLogEntry().getLogData().toByteArray();
        LogEntry decoded = LogEntry.decode(entry);
        if (!decoded.hasOnlyBarriers()) {
            archive(logEntry.getIndex(), entry);
        }
        byte[] outcomes = Batch.encodeOutcomes(state.apply(logEntry.getIndex(), decoded));
        updateLastAppliedTermIndex(logEntry.getTerm(), logEntry.getIndex());
        return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(outcomes)));
    }

    /** An entry that cannot be archived stops this node: its history would have a hole that nobody sees. */
    private void archive(long index, byte[] entry) {
        CommandArchive archive = group.archive();
        if (archive == null) {
            return;
        }
        try {
            archive.append(index, state.revision(), entry);
        } catch (IOException e) {
            events.logFailed(e);
            throw new UncheckedIOException("archiving entry " + index, e);
        }
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.failedFuture(new IOException("reads go through the log"));
    }

    @Override
    public CompletableFuture<Message> queryStale(Message request, long minIndex) {
        try {
            return CompletableFuture.completedFuture(PeerQuery.answer(request, state, snapshots));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last == null || last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        CommandArchive archive = group.archive();
        if (archive != null) {
            archive.flush();
        }
        Path file = snapshots.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        SnapshotFile.write(file, state.toSnapshot(), new DurableFiles(Disk.REAL, failed -> {}));
        snapshots.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, null), last));
        return last.getIndex();
    }

    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        RaftPeer leader =
                ProtoUtils.toRaftPeer(role.getFollowerInfo().getLeaderInfo().getId());
        return CompletableFuture.supplyAsync(() -> pull.tryFrom(leader, first), puller);
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        List<RaftPeer> peers = ProtoUtils.toRaftPeers(configuration.getPeersList());
        client.getClientRpc().addRaftPeers(peers);
        events.membersChanged(RaftPeers.members(peers));
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, @Nullable RaftPeerId leader) {
        long term = getLastAppliedTermIndex() == null ? 0 : currentTerm();
        events.leaderChanged(leader == null || leader.toString().isEmpty() ? null : leader.toString(), term);
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
        events.logFailed(cause);
    }

    private long currentTerm() {
        try {
            RaftServer server = getServer().getNow(null);
            return server == null
                    ? 0
                    : server.getDivision(getGroupId()).getInfo().getCurrentTerm();
        } catch (IOException e) {
            return 0; // the group is being closed: its last change of leader has no term to report
        }
    }

    private void loadLatestSnapshot() throws IOException {
        SingleFileSnapshotInfo latest = snapshots.loadLatestSnapshot();
        if (latest != null) {
            state.restore(SnapshotFile.read(latest.getFile().getPath()));
            setLastAppliedTermIndex(latest.getTermIndex());
        }
        CommandArchive archive = group.archive();
        if (archive != null) {
            archive.resume(state.lastIndex()); // Ratis counts entries of its own too
        }
    }
}
