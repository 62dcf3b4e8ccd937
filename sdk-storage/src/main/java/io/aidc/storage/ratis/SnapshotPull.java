package io.aidc.storage.ratis;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a leader's snapshot when its log no longer reaches back to where this node is.
 *
 * <p>Ratis' own way writes the pieces without flushing them. Here the whole file is fetched and checked, then written aside,
 * flushed, renamed, and its directory flushed, before Ratis is told of it.
 */
final class SnapshotPull {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMetadataLog.class);
    private static final TermIndex LATEST = TermIndex.valueOf(-1, -1);
    private static final long MAX_BYTES = Integer.MAX_VALUE - 64;

    private final RaftClient client;
    private final RatisSnapshots snapshots;

    SnapshotPull(RaftClient client, RatisSnapshots snapshots) {
        this.client = client;
        this.snapshots = snapshots;
    }

    /** The leader has made none yet, or not kept the one that was begun: ordinary while a node joins. */
    private static final class NoneYetException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        NoneYetException(RaftPeerId leader) {
            super("%s has no snapshot to give".formatted(leader));
        }
    }

    /** Like {@link #from}; null if there is none yet, so that Ratis asks again. */
    @Nullable
    TermIndex tryFrom(RaftPeer leader, TermIndex first) {
        try {
            client.getClientRpc().addRaftPeers(List.of(leader));
            return from(leader.getId(), first);
        } catch (NoneYetException e) {
            LOG.debug("Fetching a snapshot is tried again reason={}", e.getMessage());
            return null;
        } catch (IOException e) {
            LOG.warn("Fetching a snapshot failed and is tried again leader={}", leader.getId(), e);
            return null;
        }
    }

    /** Returns which snapshot is on this node's disk now, at or after {@code first - 1}. */
    TermIndex from(RaftPeerId leader, TermIndex first) throws IOException {
        PeerQuery.Piece piece = ask(leader, LATEST, 0);
        TermIndex snapshot = piece.snapshot();
        if (snapshot.getIndex() + 1 < first.getIndex()) {
            throw new IOException("the latest snapshot of %s is of entry %d, its log begins at %d"
                    .formatted(leader, snapshot.getIndex(), first.getIndex()));
        }
        var content = new ByteArrayOutputStream();
        content.writeBytes(piece.bytes());
        while (content.size() < piece.length()) {
            byte[] next = ask(leader, snapshot, content.size()).bytes();
            if (next.length == 0) {
                throw new IOException("the snapshot of %s ended after %d bytes".formatted(leader, content.size()));
            }
            content.writeBytes(next);
        }
        Path file = snapshots
                .getSnapshotFile(snapshot.getTerm(), snapshot.getIndex())
                .toPath();
        byte[] checked = SnapshotFile.checked(file, content.toByteArray());
        SnapshotFile.write(file, checked, new DurableFiles(Disk.REAL, failed -> {}));
        snapshots.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new org.apache.ratis.server.storage.FileInfo(file, null), snapshot));
        return snapshot;
    }

    private PeerQuery.Piece ask(RaftPeerId leader, TermIndex snapshot, long offset) throws IOException {
        RaftClientReply reply = client.io().sendStaleRead(PeerQuery.piece(snapshot, offset), 0, leader);
        if (!reply.isSuccess()) {
            throw new IOException("%s gave no snapshot".formatted(leader), reply.getException());
        }
        Message answer = reply.getMessage();
        PeerQuery.Piece piece = PeerQuery.readPiece(answer);
        if (piece == null) {
            throw new NoneYetException(leader);
        }
        if (piece.length() > MAX_BYTES) {
            throw new IOException("the snapshot of %s has %d bytes".formatted(leader, piece.length()));
        }
        return piece;
    }
}
