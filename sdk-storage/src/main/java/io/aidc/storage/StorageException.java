package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A failure of the store's disks, peers or network that the caller could not have avoided. */
public abstract sealed class StorageException extends RuntimeException
        permits CorruptBlockException,
                DurabilityLostException,
                QuorumLostException,
                StorageIoException,
                StoreDirectoryException,
                UnderReplicatedException,
                VersionNotFoundException {
    @Serial
    private static final long serialVersionUID = 1L;

    StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
