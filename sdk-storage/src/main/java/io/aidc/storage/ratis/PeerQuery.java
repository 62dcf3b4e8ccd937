package io.aidc.storage.ratis;

import io.aidc.storage.metadata.MetadataState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What one node asks another about its state machine, by Ratis' stale reads: its digests, and its latest snapshot in pieces.
 *
 * <p>Question: byte 1 for digests; byte 2, long term, long index, long offset for a piece of that snapshot, of the latest one if
 * the term is -1. Digests are answered as lines {@code revision digest}; a piece as long term, long index, long length of the
 * file, bytes; nothing if there is no such snapshot.
 */
final class PeerQuery {
    static final int PIECE_BYTES = 4 << 20;

    private static final byte DIGESTS = 1;
    private static final byte SNAPSHOT = 2;

    private PeerQuery() {}

    /** A part of a snapshot file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Piece(TermIndex snapshot, long length, byte[] bytes) {}

    static Message digests() {
        return message(ByteBuffer.allocate(1).put(DIGESTS));
    }

    static Message piece(TermIndex snapshot, long offset) {
        return message(ByteBuffer.allocate(1 + 3 * Long.BYTES)
                .put(SNAPSHOT)
                .putLong(snapshot.getTerm())
                .putLong(snapshot.getIndex())
                .putLong(offset));
    }

    static Message answer(Message question, MetadataState state, RatisSnapshots snapshots) throws IOException {
        ByteBuffer in = question.getContent().asReadOnlyByteBuffer();
        if (in.remaining() == 1 && in.get() == DIGESTS) {
            return digests(state.digests());
        }
        if (in.remaining() == 1 + 3 * Long.BYTES && in.get() == SNAPSHOT) {
            return piece(in.getLong(), in.getLong(), in.getLong(), snapshots);
        }
        throw new IOException("not a question that a node asks");
    }

    private static Message digests(NavigableMap<Long, String> digests) {
        var lines = new StringBuilder();
        digests.forEach((revision, digest) ->
                lines.append(revision).append(' ').append(digest).append('\n'));
        return Message.valueOf(ByteString.copyFromUtf8(lines.toString()));
    }

    static NavigableMap<Long, String> readDigests(Message answer) throws IOException {
        NavigableMap<Long, String> digests = new TreeMap<>();
        for (String line :
                answer.getContent().toString(StandardCharsets.UTF_8).lines().toList()) {
            String[] parts = line.split(" ", 2);
            try {
                digests.put(Long.parseLong(parts[0]), parts[1]);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("not a digest: " + line, e);
            }
        }
        return digests;
    }

    private static Message piece(long term, long index, long offset, RatisSnapshots snapshots) throws IOException {
        SingleFileSnapshotInfo latest = snapshots.getLatestSnapshot();
        TermIndex wanted =
                term < 0 && latest != null ? latest.getTermIndex() : TermIndex.valueOf(Math.max(term, 0), index);
        Path file =
                snapshots.getSnapshotFile(wanted.getTerm(), wanted.getIndex()).toPath();
        if (!java.nio.file.Files.isRegularFile(file)) {
            return message(ByteBuffer.allocate(0));
        }
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.max(0, Math.min(PIECE_BYTES, in.length() - offset))];
            in.seek(offset);
            in.readFully(bytes);
            return message(ByteBuffer.allocate(3 * Long.BYTES + bytes.length)
                    .putLong(wanted.getTerm())
                    .putLong(wanted.getIndex())
                    .putLong(in.length())
                    .put(bytes));
        }
    }

    static @Nullable Piece readPiece(Message answer) {
        ByteBuffer in = answer.getContent().asReadOnlyByteBuffer();
        if (in.remaining() < 3 * Long.BYTES) {
            return null;
        }
        TermIndex snapshot = TermIndex.valueOf(in.getLong(), in.getLong());
        long length = in.getLong();
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new Piece(snapshot, length, bytes);
    }

    private static Message message(ByteBuffer content) {
        return Message.valueOf(ByteString.copyFrom(content.flip()));
    }
}
