package io.aidc.storage;

import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.internal.file.FlushFailedException;
import io.aidc.storage.internal.replica.ChunkUnavailableException;
import io.aidc.storage.internal.replica.TooFewCopiesException;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.NoMajorityException;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Turns what goes wrong inside into the exceptions of the front door. */
final class Failures {
    private Failures() {}

    static StorageException of(String what, IOException e) {
        String message = what + ": " + e.getMessage();
        if (e instanceof FlushFailedException) {
            return new DurabilityLostException(message, e);
        }
        if (e instanceof NoMajorityException || e instanceof TooFewCopiesException) {
            return new QuorumLostException(message, e);
        }
        if (e instanceof ChunkUnavailableException unavailable) {
            return unavailable.everyNodeAnswered()
                    ? new CorruptBlockException(message, e)
                    : new QuorumLostException(message, e);
        }
        return e instanceof DamagedLogException || e instanceof DamagedBackupException
                ? new CorruptBlockException(message, e)
                : new StorageIoException(message, e);
    }

    /** The exception that a future of ours fails with. */
    static RuntimeException ofFuture(String what, Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof IOException io) {
            return of(what, io);
        }
        return cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
    }
}
