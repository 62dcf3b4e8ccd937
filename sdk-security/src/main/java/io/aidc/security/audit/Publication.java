package io.aidc.security.audit;

import io.aidc.security.UnwitnessedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a batch of entries to a checkpoint that is durable, cosigned and handed out. <em>Confined: one thread at a time.</em> */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final LogFiles files;
    private final LogWriter writer;
    private final Witnesses witnesses;
    private final int required;
    private final Consumer<Checkpoint> onCheckpoint;
    private volatile Checkpoint latest;

    Publication(
            LogFiles files,
            LogWriter writer,
            Checkpoint latest,
            Witnesses witnesses,
            int required,
            Consumer<Checkpoint> onCheckpoint) {
        this.files = files;
        this.writer = writer;
        this.latest = latest;
        this.witnesses = witnesses;
        this.required = required;
        this.onCheckpoint = onCheckpoint;
    }

    /** The last checkpoint that is durable; any thread may ask. */
    Checkpoint latest() {
        return latest;
    }

    /** Appends, and returns why the entries do not count as recorded although they are in the log, if they do not. */
    Optional<Supplier<UnwitnessedException>> append(List<byte[]> entries) throws IOException {
        Checkpoint checkpoint = writer.append(entries);
        int cosigned = 0;
        if (witnesses.count() > 0) {
            TileTree tree = new TileTree(files, checkpoint.size());
            List<NoteSignature> cosignatures = witnesses.cosign(checkpoint, tree::consistency);
            cosigned = cosignatures.size();
            if (cosigned > 0) {
                checkpoint = checkpoint.signed(cosignatures);
                writer.publish(checkpoint);
            }
        }
        latest = checkpoint;
        handOut(checkpoint);
        int count = cosigned;
        return count < required
                ? Optional.of(() -> new UnwitnessedException(count, required, latest.size()))
                : Optional.empty();
    }

    @SuppressWarnings("IllegalCatch") // the caller's code; what it was told is durable whatever it does
    private void handOut(Checkpoint checkpoint) {
        try {
            onCheckpoint.accept(checkpoint);
        } catch (Throwable e) {
            LOG.warn("The taker of checkpoints failed, size={}", checkpoint.size(), e);
        }
    }
}
