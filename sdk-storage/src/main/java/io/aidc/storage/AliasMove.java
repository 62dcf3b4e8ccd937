package io.aidc.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An alias about to be moved to a version that exists, for instance back to an earlier one.
 *
 * <p>Nothing is written before {@link #start()} or {@link #join()}. Confined: one thread at a time.
 */
public final class AliasMove {
    /** A snapshot of what was asked for. */
    record Request(
            String name,
            String alias,
            String label,
            @Nullable String onlyIf,
            String by) {}

    private final String name;
    private final String alias;
    private final Function<Request, CompletableFuture<Write>> move;
    private @Nullable String label;
    private @Nullable String onlyIf;
    private @Nullable String by;

    AliasMove(String name, String alias, Function<Request, CompletableFuture<Write>> move) {
        this.name = name;
        this.alias = alias;
        this.move = move;
    }

    /**
     * Sets the version the alias is to point at. Required.
     *
     * @param version a version of this name; if there is none, the write is {@link Write.Rejected}
     * @return this
     * @throws IllegalArgumentException if the label is not allowed
     * @throws IllegalStateException if a version was set before
     */
    public AliasMove to(String version) {
        refuseSecond("to", label);
        label = Catalog.checkLabel("version", version);
        return this;
    }

    /**
     * Moves only if the alias points at a certain version at that moment; otherwise the write is {@link Write.Rejected}.
     *
     * @param expectedVersion the version the alias must point at
     * @return this
     * @throws IllegalArgumentException if the label is not allowed
     * @throws IllegalStateException if a condition was set before
     */
    public AliasMove onlyIf(String expectedVersion) {
        refuseSecond("onlyIf", onlyIf);
        onlyIf = Catalog.checkLabel("expected version", expectedVersion);
        return this;
    }

    /**
     * Says who moves it, for the history of the name.
     *
     * @param who a person or program
     * @return this
     * @throws IllegalArgumentException if it has more than {@link Publication#MAX_BY} characters
     * @throws IllegalStateException if set before
     */
    public AliasMove by(String who) {
        refuseSecond("by", by);
        by = Publication.checkBy(who);
        return this;
    }

    /**
     * Moves the alias in the background, in one transaction; creates it if it does not exist.
     *
     * <p>{@link Write.Committed} means fsynced on a majority of the nodes.
     *
     * @return completes on a thread of the store, which must not be blocked, within the store's timeout; fails with a {@link
     *     StorageException} if the disk failed
     * @throws IllegalStateException if no version was set, or the store is closed
     * @throws IllegalArgumentException if version and alias are the same label
     */
    public CompletableFuture<Write> start() {
        if (label == null) {
            throw new IllegalStateException("a version is required: call to(version)");
        }
        if (label.equals(alias)) {
            throw new IllegalArgumentException("version and alias must differ, both are '%s'".formatted(label));
        }
        return move.apply(new Request(name, alias, label, onlyIf, by == null ? "" : by));
    }

    /**
     * Moves the alias and waits; see {@link #start()}.
     *
     * @return how it ended
     * @throws StorageException if the disk failed
     * @throws IllegalArgumentException if version and alias are the same label
     * @throws IllegalStateException if no version was set, or the store is closed
     */
    public Write join() {
        try {
            return start().join();
        } catch (CompletionException e) {
            throw Failures.ofFuture("moving %s@%s".formatted(name, alias), e);
        }
    }

    private static void refuseSecond(String option, @Nullable String first) {
        if (first != null) {
            throw new IllegalStateException("%s was already set to '%s'".formatted(option, first));
        }
    }
}
