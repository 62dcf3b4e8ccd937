package io.aidc.storage.metadata;

/** A listener that is told of changes until it is closed. Thread-safe. */
public interface Watch extends AutoCloseable {
    /** Ends the watch; idempotent, does not wait for a call that is under way. */
    @Override
    void close();
}
