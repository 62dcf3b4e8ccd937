package io.aidc.storage.backup;

import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.restic.PackedBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is being restored in place.
 *
 * <p>Thread-safe: several threads may write to different places.
 */
final class RestoredFile {
    /** Opens a file for reading and writing, and creates it if need be. */
    interface Opener {
        FileChannel open(Path file) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(RestoredFile.class);

    private final Path path;
    private final Instant modified;
    private final AtomicInteger pendingRuns = new AtomicInteger();
    private volatile long bytes;
    private volatile boolean finished;
    private @Nullable FileChannel channel;
    private long bytesBefore;

    RestoredFile(Path path, Instant modified) {
        this.path = path;
        this.modified = modified;
    }

    /** Sets how long it is to be and of how many runs it consists. */
    void expect(long length, int runs) {
        bytes = length;
        pendingRuns.set(runs);
    }

    /** Counts a run that is done; true for the last one, so that no file stays open longer than need be. */
    boolean isLastRun() {
        return pendingRuns.decrementAndGet() == 0;
    }

    boolean isFinished() {
        return finished;
    }

    synchronized FileChannel open(Opener opener) throws IOException {
        if (channel == null) {
            channel = opener.open(path);
            bytesBefore = channel.size();
        }
        return channel;
    }

    private synchronized FileChannel channel() {
        if (channel == null) {
            throw new IllegalStateException(path + " is not open");
        }
        return channel;
    }

    /** Says whether the blob's bytes are on disk already. */
    boolean holds(long at, PackedBlob blob) throws IOException {
        FileChannel source = channel();
        if (at + blob.plainLength() > bytesBefore) {
            return false;
        }
        ByteBuffer found = ByteBuffer.allocate(blob.plainLength());
        while (found.hasRemaining()) {
            if (source.read(found, at + found.position()) < 0) {
                return false;
            }
        }
        return blob.id().matches(found.array());
    }

    void write(DurableFiles files, long at, byte[] content) throws IOException {
        files.refuseAfterFailure();
        ByteBuffer source = ByteBuffer.wrap(content);
        FileChannel sink = channel();
        while (source.hasRemaining()) {
            sink.write(source, at + source.position());
        }
    }

    /** Cuts the file to its length, sets its time, flushes and closes it. */
    synchronized void finish(DurableFiles files, Opener opener) throws IOException {
        FileChannel open = open(opener);
        open.truncate(bytes);
        Files.setLastModifiedTime(path, FileTime.from(modified));
        files.force(open, path);
        close();
        finished = true;
    }

    synchronized void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Whatever mattered was flushed before, or the restore has failed anyway.
                LOG.debug("File was not closed. path={} reason={}", path, e.toString());
            }
            channel = null;
        }
    }
}
