package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Workers;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log offline, with its public key alone: hashes every entry again, and compares every tile and the root with
 * what was signed.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="check"}
 *
 * <p>The failure names the first entry that is not what was signed. Cost: every file is read and every entry hashed once;
 * memory for some bundles a thread, and some 150 bytes for 65&nbsp;536 entries. Files of earlier sizes beside the last bundle and
 * tiles are checked too. Those beside full ones, which the log deletes and a crash may leave, are not: a log of its size does
 * not read them.
 *
 * <p>Without {@link #remembered} a log that was cut to an earlier checkpoint, or written anew with its key, passes.
 *
 * <p><em>Confined: one thread at a time; it starts further ones, which are gone when it returns.</em>
 */
public final class AuditCheck {
    private final LogFiles files;
    private final LogVerifier verifier;
    private @Nullable Checkpoint remembered;
    private @Nullable LongConsumer onProgress;
    private @Nullable Integer threads;

    private AuditCheck(LogFiles files, LogVerifier verifier) {
        this.files = files;
        this.verifier = verifier;
    }

    /**
     * Starts to say how to check a log.
     *
     * @param directory of the log, read only
     * @param verifier knows its key, and says how many witnesses must have cosigned
     * @return a check
     */
    public static AuditCheck of(Path directory, LogVerifier verifier) {
        return new AuditCheck(
                new LogFiles(Objects.requireNonNull(directory, "directory")),
                Objects.requireNonNull(verifier, "verifier"));
    }

    /**
     * Sets what the log must continue.
     *
     * @param checkpoint of this log that was kept elsewhere
     * @return this check
     * @throws IllegalStateException if there is one already
     */
    public AuditCheck remembered(Checkpoint checkpoint) {
        AuditLog.Builder.requireFirst("remembered", remembered);
        this.remembered = Objects.requireNonNull(checkpoint, "checkpoint");
        return this;
    }

    /**
     * Sets who is told how far the check is.
     *
     * @param taker takes how many entries are checked, after each 65&nbsp;536, on the checking threads, perhaps out of order
     * @return this check
     * @throws IllegalStateException if there is one already
     */
    public AuditCheck onProgress(LongConsumer taker) {
        AuditLog.Builder.requireFirst("onProgress", onProgress);
        this.onProgress = Objects.requireNonNull(taker, "taker");
        return this;
    }

    /**
     * Sets how many threads work; by default as many as there are processors.
     *
     * @param count the caller's included, &gt;= 1
     * @return this check
     * @throws IllegalArgumentException if it is less
     * @throws IllegalStateException if it is set already
     */
    public AuditCheck threads(int count) {
        AuditLog.Builder.requireFirst("threads", threads);
        if (count < 1) {
            throw new IllegalArgumentException("threads must be >= 1, got " + count);
        }
        this.threads = count;
        return this;
    }

    /**
     * Checks the log up to its checkpoint; it may be written meanwhile.
     *
     * @return the checkpoint, which every entry and tile agrees with; keep it for the next check
     * @throws AuditLogException if the checkpoint is not the log's, an entry or a tile is not what was signed, files are
     *     missing, or the log does not continue what is remembered
     * @throws VaultIoException if files cannot be read
     */
    public Checkpoint run() {
        Checkpoint checkpoint = verifiedCheckpoint();
        LongConsumer progress = onProgress == null ? entries -> {} : onProgress;
        int width = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        try (Workers workers = Workers.own("audit-check", width)) {
            new TreeCheck(files, checkpoint, progress).run(workers);
        }
        requireContinued(checkpoint);
        return checkpoint;
    }

    /**
     * Checks one entry, which costs a few files read.
     *
     * @param index of the entry, counted from 0
     * @return a proof that verifies, with the entry as its extra data unless that is empty
     * @throws AuditLogException if the checkpoint is not the log's, the entry is not what was signed, files are missing, or
     *     the log does not continue what is remembered
     * @throws VaultIoException if files cannot be read
     * @throws IllegalArgumentException if there is no such entry
     */
    public ProofFile verifyEntry(long index) {
        Checkpoint checkpoint = verifiedCheckpoint();
        long size = checkpoint.size();
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException(
                    "index must be >= 0 and < %d, the size of the log, got %d".formatted(size, index));
        }
        requireContinued(checkpoint);
        long n = index >>> 8;
        byte[] entry = files.bundle(n, LogFiles.width(0, n, size)).entry((int) (index & 0xff));
        ProofFile proof = new ProofFile(new TileTree(files, size).inclusion(index), checkpoint, entry);
        proof.inclusion().verify(TreeHash.ofEntry(entry), checkpoint);
        return proof;
    }

    private Checkpoint verifiedCheckpoint() {
        Checkpoint checkpoint = files.checkpoint();
        verifier.verify(checkpoint);
        return checkpoint;
    }

    private void requireContinued(Checkpoint checkpoint) {
        if (remembered != null) {
            new TileTree(files, checkpoint.size()).requireContinues(remembered, checkpoint);
        }
    }
}
