package io.aidc.storage.ratis;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.Batch;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.MetadataState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
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
import org.jspecify.annotations.Nullable;

/**
 * Applies agreed log entries to a {@link MetadataState} and keeps its snapshots.
 *
 * <p>A snapshot file is the state's snapshot followed by its CRC-32C. It is written without the store's fail-stop latch:
 * nothing was promised about it, and Ratis may interrupt the thread that writes it.
 */
final class RatisStateMachine extends BaseStateMachine {
    private final MetadataState state = new MetadataState();
    private final SimpleStateMachineStorage snapshots = new SimpleStateMachineStorage();
    private final RatisEvents events;

    RatisStateMachine(RatisEvents events) {
        this.events = events;
    }

    MetadataState state() {
        return state;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        snapshots.init(storage);
        loadLatestSnapshot();
    }

    @Override
    public void reinitialize() throws IOException {
        loadLatestSnapshot();
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        TransactionContext context = super.startTransaction(request);
        byte[] batch = request.getMessage().getContent().toByteArray();
        try {
            Batch.decode(batch);
        } catch (IllegalArgumentException e) {
            context.setException(new IOException("not a batch of commands", e));
        }
        if (batch.length > Command.MAX_BYTES + Long.BYTES) {
            context.setException(new IOException("batch of %d bytes is too large".formatted(batch.length)));
        }
        return context;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        byte[] batch = entry.getStateMachineLogEntry().getLogData().toByteArray();
        byte[] outcomes = Batch.encodeOutcomes(state.apply(Batch.decode(batch)));
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(message(outcomes));
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last == null || last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        byte[] snapshot = state.toSnapshot();
        byte[] content = ByteBuffer.allocate(snapshot.length + Integer.BYTES)
                .put(snapshot)
                .putInt(crc(snapshot, snapshot.length))
                .array();
        Path file = snapshots.getSnapshotFile(last.getTerm(), last.getIndex()).toPath();
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "directory of snapshots");
        new DurableFiles(Disk.REAL, failed -> {}).write(file, directory, content);
        snapshots.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, null), last));
        return last.getIndex();
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
        if (latest == null) {
            return;
        }
        Path file = latest.getFile().getPath();
        byte[] content = Files.readAllBytes(file);
        int length = content.length - Integer.BYTES;
        if (length < 0 || ByteBuffer.wrap(content).getInt(length) != crc(content, length)) {
            throw new DamagedLogException(file, "the snapshot fails its checksum", null);
        }
        state.restore(java.util.Arrays.copyOf(content, length));
        setLastAppliedTermIndex(latest.getTermIndex());
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static Message message(byte[] content) {
        return Message.valueOf(ByteString.copyFrom(content));
    }
}
