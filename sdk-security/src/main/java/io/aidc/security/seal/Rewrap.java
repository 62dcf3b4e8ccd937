package io.aidc.security.seal;

import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.ThreadLocks;
import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Replaces the recipients of sealed files without touching their content: after a rotation, to add or drop somebody, or to
 * move to another key service. Cost: four writes of some KiB and four flushes a file, whatever its length.
 *
 * {@snippet class="io.aidc.security.seal.SealSnippetsTest" region="rewrap"}
 *
 * <p>A crash at any instant leaves a file that opens, for the old recipients or the new ones; running once more finishes it,
 * and skips what is done. The order is: mark the file as changing, write the new recipients into its idle slot, erase the old
 * slot, remove the mark, each flushed before the next.
 *
 * <p>Copies of the file from before still open for the old recipients, and so may blocks that the medium kept. What shuts
 * them out is destroying the old key. Dropping a recipient does not change the data key: whoever opened the file before may
 * have kept it.
 *
 * <p><em>Thread-safe: threads of one program wait for each other; a file that another program is rewrapping fails.</em>
 */
public final class Rewrap {
    private static final Disk DISK = new Disk();
    private static final ThreadLocks THREADS = new ThreadLocks();

    /** A byte behind any content: where locks are mandatory, as on Windows, readers are not to be kept out. */
    private static final long LOCK_AT = 1L << 62;

    private final SealReader from;
    private final SealWriter to;
    private final Workers workers;
    private final Disk disk;
    private final BiConsumer<Path, String> asked;

    /** The two things a crash can come between; tests cut them short. */
    static class Disk {
        void write(FileChannel file, byte[] bytes, long position) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest, position + rest.position());
            }
        }

        void flush(FileChannel file) throws IOException {
            file.force(false);
        }
    }

    /** What became of a file. */
    public enum Outcome {
        /** Its recipients were replaced, or a replacement that had been interrupted was finished. */
        REWRAPPED,
        /** It had these recipients already and was not touched. */
        CURRENT,
        /** It did not change, or it is marked as changing and still opens; the failure says why. */
        FAILED
    }

    /**
     * The result for one file.
     *
     * @param file as it was named
     * @param outcome what became of it
     * @param failure what went wrong; empty unless it failed
     */
    public record Result(Path file, Outcome outcome, List<VaultException> failure) {
        /** Copies the list. */
        public Result {
            failure = List.copyOf(failure);
        }
    }

    private Rewrap(SealReader from, SealWriter to, Workers workers, Disk disk, BiConsumer<Path, String> asked) {
        this.from = from;
        this.to = to;
        this.workers = workers;
        this.disk = disk;
        this.asked = asked;
    }

    /**
     * Says who opens the files now, and for whom they are to be sealed.
     *
     * @param identities at least one that can open each file
     * @param recipients all who can open them afterwards
     * @return does the work
     * @throws IllegalArgumentException if there are no identities, or recipients as {@link SealWriter#to} refuses them
     */
    public static Rewrap of(List<Identity> identities, List<Recipient> recipients) {
        return new Rewrap(
                SealReader.as(identities), SealWriter.to(recipients), Workers.none(), DISK, (file, name) -> {});
    }

    Rewrap on(Disk other) {
        return new Rewrap(from, to, workers, other, asked);
    }

    /**
     * Works on several files at once.
     *
     * @param executor lends threads, and is never shut down here
     * @param threads how many files at once, &gt;= 1
     * @return another one
     * @throws IllegalArgumentException if the number is below 1
     */
    public Rewrap on(Executor executor, int threads) {
        return new Rewrap(from, to, Workers.on(executor, threads), disk, asked);
    }

    /**
     * Asks before a file is changed, when its header has been checked, so that the name is no claim.
     *
     * @param asked is given the file as it was named and the name that it is bound to, on the thread that works on it; what
     *     it throws fails that file, which then stays as it is
     * @return another one
     */
    public Rewrap asking(BiConsumer<Path, String> asked) {
        return new Rewrap(from, to, workers, disk, Objects.requireNonNull(asked, "asked"));
    }

    /**
     * Replaces the recipients of files. A file that fails does not keep the others from being done.
     *
     * @param files sealed files, of whatever name and context
     * @return one result a file, in order
     */
    public List<Result> files(Collection<Path> files) {
        List<Path> all = List.copyOf(files);
        Result[] results = new Result[all.size()];
        AtomicInteger next = new AtomicInteger();
        workers.run(
                () -> {
                    for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
                        results[i] = file(all.get(i));
                    }
                },
                IllegalStateException.class);
        return List.of(results);
    }

    private Result file(Path path) {
        try {
            ReentrantLock thread = THREADS.of(path);
            thread.lock();
            try {
                return new Result(path, locked(path), List.of());
            } finally {
                thread.unlock();
            }
        } catch (VaultException e) {
            return new Result(path, Outcome.FAILED, List.of(e));
        } catch (IOException e) {
            return failed(path, e);
        } catch (
                RuntimeException
                        e) { // of whoever was asked, or a key service's client: the other files are done all the same
            return failed(path, new IOException("somebody who was asked failed", e));
        }
    }

    private Outcome locked(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = file.tryLock(LOCK_AT, 1, false)) {
            if (lock == null) {
                throw new IOException("another program is changing it");
            }
            return rewrap(path, file);
        } catch (OverlappingFileLockException e) {
            throw new IOException("another thread is changing it", e);
        }
    }

    private static Result failed(Path path, IOException cause) {
        VaultException failure = new VaultIoException("Cannot rewrap sealed file " + path, cause);
        return new Result(path, Outcome.FAILED, List.of(failure));
    }

    private Outcome rewrap(Path path, FileChannel file) throws IOException {
        SealedHead head = SealReader.head(file);
        SealedHead.Opened opened = head.open(from.identities());
        try {
            asked.accept(path, head.header().binding().name());
            boolean current = to.wouldWrite(opened.slot());
            boolean alone = Slot.isZero(head.slot(1 - opened.index()));
            if (current && alone && !head.isChanging()) {
                return Outcome.CURRENT;
            }
            byte[] fresh = current ? new byte[0] : freshSlot(head, opened);
            mark(file, head);
            int live = opened.index();
            if (!current) {
                live = 1 - live;
                write(file, fresh, head.slotAt(live));
            }
            requireUntouched(file, head, live, current ? head.slot(live) : fresh);
            write(file, new byte[head.header().slotBytes()], head.slotAt(1 - live));
            write(file, new byte[SealedHead.MARK.length], head.markAt());
            return Outcome.REWRAPPED;
        } finally {
            Arrays.fill(opened.dataKey(), (byte) 0);
        }
    }

    private void mark(FileChannel file, SealedHead head) throws IOException {
        if (head.padding().length < SealedHead.MARK.length) {
            throw new IOException("its header has no room for the mark; seal it again");
        }
        if (!head.isChanging()) {
            write(file, SealedHead.MARK, head.markAt());
        }
    }

    /** Locks of files are advisory, and some file systems have none: before the old slot goes, both must be as expected. */
    private static void requireUntouched(FileChannel file, SealedHead head, int live, byte[] written)
            throws IOException {
        SealedHead now = SealReader.head(file);
        if (!now.isChanging()
                || !Arrays.equals(now.slot(live), written)
                || !Arrays.equals(now.slot(1 - live), head.slot(1 - live))) {
            throw new IOException("another program changed it meanwhile");
        }
    }

    private byte[] freshSlot(SealedHead head, SealedHead.Opened opened) throws IOException {
        long generation = opened.slot().generation();
        if (generation == Long.MAX_VALUE) { // a key holder wrote that to have the file spoilt
            throw new IOException("its generation cannot be followed by another; seal it again");
        }
        Slot slot = to.slot(generation + 1, opened.dataKey(), head.hash());
        int room = head.header().slotBytes();
        if (slot.bytes() > room) {
            throw new IOException("its header has %d bytes for recipients, and these take %d; seal it again"
                    .formatted(room, slot.bytes()));
        }
        byte[] bytes = slot.encode(room);
        HeaderMac.write(opened.dataKey(), head.prefix(), bytes);
        return bytes;
    }

    private void write(FileChannel file, byte[] bytes, long position) throws IOException {
        disk.write(file, bytes, position);
        disk.flush(file);
    }
}
