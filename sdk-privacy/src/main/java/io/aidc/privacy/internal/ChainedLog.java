package io.aidc.privacy.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of hash-chained lines, written by many threads with one device sync for all that wait.
 *
 * <p>Layout, one byte a character, lines ending in LF: a title line; two anchor lines of fixed width; then the records.
 *
 * <pre>
 * title
 * anchor 00000000000000000002 &lt;chain hash of record 2&gt; &lt;check&gt;
 * anchor 00000000000000000001 &lt;chain hash of record 1&gt; &lt;check&gt;
 * 1 first body &lt;chain hash&gt;
 * 2 second body &lt;chain hash&gt;
 * </pre>
 *
 * <p>The chain hash of a record is SHA-256 of the previous chain hash (for the first record, of the title line)
 * followed by the line up to its own hash. After records are safe, an anchor is overwritten in place with the last of
 * them, the two in turn, so that one survives a torn write. A file that does not reach its anchor has been cut. An
 * unfinished last line beyond the anchor is what a crash leaves behind: nobody was told that it was written.
 *
 * <p>An append puts a line into memory, in chain order. {@link #sync} makes it durable: the first thread to wait writes
 * and syncs everything appended so far, while those that come meanwhile gather for the next round. What is durable is
 * therefore always a prefix of what was appended.
 *
 * <p>A {@link RandomAccessFile} is used because interrupting a thread closes a channel under it. Thread-safe: one lock,
 * not held during writes.
 */
public final class ChainedLog implements AutoCloseable {
    /** The most bytes a record may have; what bounds the memory of reading. */
    static final int LONGEST_LINE = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ChainedLog.class);
    /** As many bytes may wait in memory. */
    private static final int PENDING_BYTES = 1 << 16;
    /** How often a writer lets others run first; each is far shorter than a sync. */
    private static final int GATHERING_TURNS = 8;

    private final Path path;
    private final String title;
    private final RandomAccessFile file;
    private final String unfinished;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roundOver = lock.newCondition();

    // touched by the writing thread only
    private long end;
    private int nextAnchor;

    // guarded by lock
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long sequence;
    private String head;
    private long durable;
    private int waiting;
    private int released;
    private boolean writing;
    private boolean closed;
    private @Nullable IOException failure;

    private ChainedLog(Path path, String title, RandomAccessFile file, LogReader found) {
        this.path = path;
        this.title = title;
        this.file = file;
        this.unfinished = found.unfinished();
        this.end = found.end();
        this.nextAnchor = 1 - found.anchorSlot();
        this.sequence = found.sequence();
        this.durable = sequence;
        this.head = found.head();
    }

    /**
     * Opens a log, or makes it; checks all of it.
     *
     * @param path the file
     * @param title the first line, without its end: the kind of log and its version
     * @param records is given the body of each record found, in order; what it throws ends the opening
     * @return the log, to be closed after use
     * @throws DamagedLogException if the file does not hold together
     * @throws IOException if it cannot be read or made
     */
    public static ChainedLog open(Path path, String title, Consumer<String> records) throws IOException {
        String firstLine = title + "\n";
        if (Files.notExists(path)) {
            create(path, firstLine);
        }
        return open(path, title, records, new RandomAccessFile(path.toFile(), "rw"));
    }

    /** Opens a log that is there; its records are written through the given file, which is closed with it. */
    static ChainedLog open(Path path, String title, Consumer<String> records, RandomAccessFile file)
            throws IOException {
        ChainedLog log = null;
        try {
            String firstLine = title + "\n";
            log = new ChainedLog(path, firstLine, file, LogReader.read(path, firstLine, records));
            return log;
        } finally {
            if (log == null) {
                file.close();
            }
        }
    }

    /**
     * Cuts off the unfinished line at the end, if there is one. Called before the first append.
     *
     * @return its text without the record number, empty if there is none or not even the number is whole
     * @throws IOException if the file cannot be cut
     */
    public String cutUnfinished() throws IOException {
        if (file.length() > end) {
            LOG.warn("unfinished record at the end of the log: file={} bytes={}", path, file.length() - end);
            file.setLength(end);
            file.getFD().sync();
        }
        String prefix = (sequence + 1) + " ";
        return unfinished.startsWith(prefix) ? unfinished.substring(prefix.length()) : "";
    }

    /**
     * Appends a record, which may be lost until a {@link #sync} of it or of a later one.
     *
     * <p>Blocks on the device only if much has piled up; if that fails, the record is not appended.
     *
     * @param body one line, ASCII
     * @return the number of the record, from 1
     * @throws IllegalArgumentException if the record is longer than a mebibyte
     * @throws IllegalStateException if the log is closed
     * @throws IOException if the log has failed
     */
    public long append(String body) throws IOException {
        if (body.length() > LONGEST_LINE - 128) {
            throw new IllegalArgumentException(
                    "a record has at most %d characters, got %d".formatted(LONGEST_LINE - 128, body.length()));
        }
        lock.lock();
        try {
            while (pending.size() > PENDING_BYTES) {
                oneRound();
            }
            requireUsable();
            String text = (sequence + 1) + " " + body + " ";
            String next = Sha256.hex(head + text);
            pending.writeBytes((text + next + "\n").getBytes(ISO_8859_1));
            head = next;
            return ++sequence;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a record is on the device, and with it all before it.
     *
     * @param record its number
     * @throws IllegalStateException if the log is closed and the record is not on the device
     * @throws IOException if writing fails, for this or an earlier caller
     */
    public void sync(long record) throws IOException {
        lock.lock();
        try {
            waiting++;
            while (durable < record) {
                oneRound();
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /**
     * Returns the chain hash of the newest record, once that is on the device.
     *
     * @return 64 hexadecimal digits
     * @throws IOException if writing fails
     */
    public String head() throws IOException {
        String newest;
        long record;
        lock.lock();
        try {
            newest = head;
            record = sequence;
        } finally {
            lock.unlock();
        }
        sync(record);
        return newest;
    }

    /** Syncs and closes; after a failure, only closes. Calling it again does nothing. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try (file) {
            while (!closed && failure == null && (writing || durable < sequence)) {
                oneRound();
            }
            if (!closed && failure == null) {
                // the last anchor
                file.getFD().sync();
            }
        } finally {
            closed = true;
            roundOver.signalAll();
            lock.unlock();
        }
    }

    /** Waits for the round that is going on, or makes one. */
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void oneRound() throws IOException {
        requireUsable();
        if (writing) {
            roundOver.awaitUninterruptibly();
        } else {
            writePending();
        }
    }

    private void requireUsable() throws IOException {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** Gives up the lock while writing. */
    private void writePending() throws IOException {
        writing = true;
        IOException problem = new IOException("writing was ended by an error");
        long written = durable;
        try {
            gather();
            byte[] batch = pending.toByteArray();
            pending.reset();
            var last = new Anchor(sequence, head);
            released = waiting;
            lock.unlock();
            try {
                write(batch, last);
            } finally {
                lock.lock();
            }
            written = last.sequence();
            problem = null;
        } catch (IOException e) {
            problem = e;
            throw e;
        } finally {
            writing = false;
            failure = problem;
            durable = written;
            roundOver.signalAll();
        }
    }

    /** Lets those that the last round let go come back first: a round with all of them costs the same as one with one. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint, on which only the speed depends
    private void gather() {
        for (int i = 0; i < GATHERING_TURNS && waiting < released; i++) {
            lock.unlock();
            Thread.yield();
            lock.lock();
        }
    }

    private void write(byte[] batch, Anchor last) throws IOException {
        if (file.length() != end) {
            throw new IOException(path + " was changed by somebody else");
        }
        file.seek(end);
        file.write(batch);
        end += batch.length;
        file.getFD().sync();
        file.seek(title.length() + (long) nextAnchor * Anchor.BYTES);
        file.write(last.line().getBytes(ISO_8859_1));
        nextAnchor = 1 - nextAnchor;
    }

    /** Makes the file under another name first, so that it is never seen half written. */
    private static void create(Path path, String firstLine) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        String anchor = new Anchor(0, Sha256.hex(firstLine)).line();
        try (var file = new RandomAccessFile(draft.toFile(), "rw")) {
            file.setLength(0);
            file.write((firstLine + anchor + anchor).getBytes(ISO_8859_1));
            file.getFD().sync();
        }
        try {
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, path);
        }
        syncDirectory(path);
    }

    private static void syncDirectory(Path path) {
        try (FileChannel directory = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // not every system opens directories; there the file's own sync has to do
            LOG.debug("directory not synced: path={}", path, e);
        }
    }
}
