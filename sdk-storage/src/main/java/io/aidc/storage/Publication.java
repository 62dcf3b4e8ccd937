package io.aidc.storage;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A version about to be published: content first, then label, alias and conditions in any order.
 *
 * <p>Nothing is read or written before {@link #start()} or {@link #join()}. Confined: one thread at a time.
 */
public final class Publication {
    /** The most metadata: the bytes of all keys and values as UTF-8. */
    public static final int MAX_METADATA_BYTES = 1 << 20;

    /** The most tags that a version is published with. */
    public static final int MAX_TAGS = 100;

    /** The most characters of who did something. */
    public static final int MAX_BY = 1_000;

    /** A snapshot of what was asked for. */
    record Request(
            String name,
            Source source,
            String label,
            @Nullable String alias,
            @Nullable String onlyIf,
            Set<String> tags,
            Map<String, String> metadata,
            Provenance provenance,
            Progress progress) {}

    private final String name;
    private final Source source;
    private final Function<Request, CompletableFuture<Write>> publish;
    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, String> parameters = new TreeMap<>();
    private final Set<String> tags = new TreeSet<>();
    private @Nullable Progress progress;
    private @Nullable String by;
    private @Nullable String dataFingerprint;
    private @Nullable String label;
    private @Nullable String alias;
    private @Nullable String onlyIf;
    private int metadataBytes;

    Publication(String name, Source source, Function<Request, CompletableFuture<Write>> publish) {
        this.name = name;
        this.source = source;
        this.publish = publish;
    }

    /**
     * Sets the version's label. Required.
     *
     * @param version not yet a version or alias of this name, without {@code /} and {@code @}
     * @return this
     * @throws IllegalArgumentException if the label is not allowed
     * @throws IllegalStateException if a label was set before
     */
    public Publication as(String version) {
        refuseSecond("as", label);
        label = Catalog.checkLabel("version", version);
        return this;
    }

    /**
     * Moves an alias to this version in the same transaction; creates it if it does not exist.
     *
     * @param alias not a version of this name, without {@code /} and {@code @}
     * @return this
     * @throws IllegalArgumentException if the alias is not allowed
     * @throws IllegalStateException if an alias was set before
     */
    public Publication moving(String alias) {
        refuseSecond("moving", this.alias);
        this.alias = Catalog.checkLabel("alias", alias);
        return this;
    }

    /**
     * Publishes only if the alias points at a certain version at that moment; otherwise the write is {@link Write.Rejected}.
     *
     * @param expectedVersion the version the alias must point at
     * @return this
     * @throws IllegalArgumentException if the label is not allowed
     * @throws IllegalStateException if a condition was set before
     */
    public Publication onlyIf(String expectedVersion) {
        refuseSecond("onlyIf", onlyIf);
        onlyIf = Catalog.checkLabel("expected version", expectedVersion);
        return this;
    }

    /**
     * Adds a key and value that every reader of the version sees.
     *
     * @param key not empty, not beginning with {@code aidc.}
     * @param value any text
     * @return this
     * @throws IllegalArgumentException if the key is empty or reserved or all metadata together has more than 1 MiB
     * @throws IllegalStateException if the key was set before
     */
    public Publication metadata(String key, String value) {
        Objects.requireNonNull(value, "value");
        if (key.isEmpty() || key.startsWith(VersionText.RESERVED)) {
            throw new IllegalArgumentException(
                    "metadata key must not be empty or begin with '%s', got '%s'".formatted(VersionText.RESERVED, key));
        }
        count(key, value);
        refuseSecond("metadata '" + key + "'", metadata.putIfAbsent(key, value));
        return this;
    }

    private void count(String key, String value) {
        metadataBytes += 3 * (key.length() + value.length());
        if (metadataBytes > MAX_METADATA_BYTES) {
            throw new IllegalArgumentException(
                    "metadata and parameters must have at most %d bytes in all".formatted(MAX_METADATA_BYTES));
        }
    }

    /**
     * Marks the version, for instance {@code approved}; more can be added and taken away later.
     *
     * @param tag without {@code /} and {@code @}
     * @return this
     * @throws IllegalArgumentException if the tag is not allowed, or there are more than {@link #MAX_TAGS}
     */
    public Publication tag(String tag) {
        tags.add(Catalog.checkLabel("tag", tag));
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("at most %d tags".formatted(MAX_TAGS));
        }
        return this;
    }

    /**
     * Says who publishes, for the version's {@link Provenance} and the history of the name.
     *
     * @param who a person or program
     * @return this
     * @throws IllegalArgumentException if it has more than {@link #MAX_BY} characters
     * @throws IllegalStateException if set before
     */
    public Publication by(String who) {
        refuseSecond("by", by);
        by = checkBy(who);
        return this;
    }

    static String checkBy(String who) {
        if (who.length() > MAX_BY) {
            throw new IllegalArgumentException(
                    "by must have at most %d characters, got %d".formatted(MAX_BY, who.length()));
        }
        return who;
    }

    /**
     * Names the data the version was made from, for its {@link Provenance}.
     *
     * @param fingerprint such as a digest
     * @return this
     * @throws IllegalArgumentException if all metadata together has more than 1 MiB
     * @throws IllegalStateException if set before
     */
    public Publication fromData(String fingerprint) {
        refuseSecond("fromData", dataFingerprint);
        count("", fingerprint);
        dataFingerprint = fingerprint;
        return this;
    }

    /**
     * Adds something the version was made with, for its {@link Provenance}.
     *
     * @param key such as {@code learningRate}
     * @param value any text
     * @return this
     * @throws IllegalArgumentException if the key is empty or all metadata together has more than 1 MiB
     * @throws IllegalStateException if the key was set before
     */
    public Publication parameter(String key, String value) {
        Objects.requireNonNull(value, "value");
        if (key.isEmpty()) {
            throw new IllegalArgumentException("parameter key must not be empty");
        }
        count(key, value);
        refuseSecond("parameter '" + key + "'", parameters.putIfAbsent(key, value));
        return this;
    }

    /**
     * Registers who is told how many bytes enough nodes have stored.
     *
     * @param listener called on the thread of the store that uploads, which it holds up
     * @return this
     * @throws IllegalStateException if set before
     */
    public Publication progress(Progress listener) {
        if (progress != null) {
            throw new IllegalStateException("progress was already set");
        }
        progress = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Publishes in the background.
     *
     * <p>When the write is {@link Write.Committed} every byte is fsynced on as many nodes as the store's {@code copies}, and
     * version and alias are agreed by a majority. When the future fails nothing became visible.
     *
     * @return completes on a thread of the store, which must not be blocked; fails with a {@link StorageException}, {@link
     *     IllegalArgumentException} for content that cannot be published, or {@link IllegalStateException} if the store was
     *     closed
     * @throws IllegalStateException if no version label was set, or {@code onlyIf} without {@code moving}, or the store is
     *     closed
     * @throws IllegalArgumentException if version and alias are the same label
     */
    public CompletableFuture<Write> start() {
        if (label == null) {
            throw new IllegalStateException("a version label is required: call as(version)");
        }
        if (onlyIf != null && alias == null) {
            throw new IllegalStateException("onlyIf('%s') needs moving(alias)".formatted(onlyIf));
        }
        if (label.equals(alias)) {
            throw new IllegalArgumentException("version and alias must differ, both are '%s'".formatted(label));
        }
        var provenance =
                new Provenance(by == null ? "" : by, dataFingerprint == null ? "" : dataFingerprint, parameters);
        return publish.apply(new Request(
                name,
                source,
                label,
                alias,
                onlyIf,
                Set.copyOf(tags),
                Map.copyOf(metadata),
                provenance,
                progress == null ? Progress.NONE : progress));
    }

    /**
     * Publishes and waits; see {@link #start()}.
     *
     * @return how it ended
     * @throws StorageException if content could not be read or too few nodes stored it; nothing became visible
     * @throws IllegalArgumentException if the content cannot be published
     * @throws IllegalStateException if something required is missing, or the store is closed
     */
    public Write join() {
        try {
            return start().join();
        } catch (CompletionException e) {
            throw Failures.ofFuture("publishing " + name, e);
        }
    }

    private static void refuseSecond(String option, @Nullable String first) {
        if (first != null) {
            throw new IllegalStateException("%s was already set to '%s'".formatted(option, first));
        }
    }
}
