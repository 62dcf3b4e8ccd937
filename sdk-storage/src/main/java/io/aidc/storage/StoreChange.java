package io.aidc.storage;

import org.jspecify.annotations.Nullable;

/** What a watcher of a store is told. */
public sealed interface StoreChange {
    /**
     * Returns the place in the order of all writes up to which the watcher has been told everything.
     *
     * @return a revision
     */
    long revision();

    /**
     * A version became visible.
     *
     * @param name as published
     * @param version its label
     * @param revision of the write
     */
    record Published(String name, String version, long revision) implements StoreChange {}

    /**
     * A version was deleted.
     *
     * @param name as published
     * @param version its label
     * @param revision of the write
     */
    record Deleted(String name, String version, long revision) implements StoreChange {}

    /**
     * An alias points elsewhere, or was removed.
     *
     * @param name as published
     * @param alias which
     * @param version where it points, or null if it was removed
     * @param revision of the write
     */
    record AliasMoved(String name, String alias, @Nullable String version, long revision) implements StoreChange {}

    /**
     * A small key was written or removed; {@link ReplicatedStore#get} reads it.
     *
     * @param name of the key
     * @param revision of the write
     */
    record KeyWritten(String name, long revision) implements StoreChange {}

    /**
     * Changes up to a revision were too many to be remembered; the watcher reads anew.
     *
     * @param revision changes after this one will be told
     */
    record Missed(long revision) implements StoreChange {}
}
