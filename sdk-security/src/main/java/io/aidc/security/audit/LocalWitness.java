package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/**
 * A witness whose memory is a file, best on a disk which those who write the log cannot change. Its cosignatures are
 * timestamped Ed25519 ({@code cosignature/v1}).
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="witness"}
 *
 * <p>One program at a time may use the file. It holds the last checkpoint that was cosigned; where it is missing, the witness
 * starts afresh and trusts the first checkpoint that it sees.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
public final class LocalWitness implements Witness {
    private final Path memory;
    private final LogSigner key;
    private final LogVerifier log;
    private final Clock clock;
    private Checkpoint last;

    private LocalWitness(Path memory, LogSigner key, LogVerifier log, Clock clock, Checkpoint last) {
        this.memory = memory;
        this.key = key;
        this.log = log;
        this.clock = clock;
        this.last = last;
    }

    /**
     * Opens a witness of one log.
     *
     * @param memory its file; need not exist, its directory must
     * @param key what it cosigns with; not the key of the log, and the caller's to close
     * @param log knows the log's key
     * @return the witness
     * @throws AuditLogException if the file holds no checkpoint of the log
     * @throws VaultIoException if it cannot be read
     */
    public static LocalWitness open(Path memory, LogSigner key, LogVerifier log) {
        return open(memory, key, log, Clock.systemUTC());
    }

    static LocalWitness open(Path memory, LogSigner key, LogVerifier log, Clock clock) {
        Objects.requireNonNull(key, "key");
        return new LocalWitness(memory, key, log, clock, remembered(memory, log));
    }

    private static Checkpoint remembered(Path memory, LogVerifier log) {
        if (!Files.exists(memory)) {
            return new Checkpoint(log.origin(), 0, TreeHash.ofNothing(), List.of(), List.of());
        }
        try (InputStream in = Files.newInputStream(memory)) {
            return log.verify(in.readNBytes(Checkpoint.MAX_BYTES + 1));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read the memory of a witness, " + memory, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws AuditLogException if the log did not sign the checkpoint, or it does not continue what is remembered
     * @throws VaultIoException if it cannot be remembered
     * @throws IllegalStateException if the key is closed
     */
    @Override
    public synchronized Answer cosign(Checkpoint checkpoint, ConsistencyProof proof) {
        log.verify(checkpoint);
        if (proof.from() != last.size()) {
            return new Conflict(last.size());
        }
        proof.verify(last, checkpoint);
        NoteSignature signature = key.cosign(checkpoint, clock.instant());
        AtomicFile.replace(memory, AtomicFile.Access.UMASK, out -> out.write(checkpoint.note()));
        last = checkpoint;
        return new Cosigned(signature);
    }
}
