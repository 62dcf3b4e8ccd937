package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.RelativeName;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Names in the metadata log: {@code v/name@label} holds the id of a version's manifest, {@code a/name@label} the label an
 * alias points at, {@code k/name} a small value.
 *
 * <p>A label is a version or an alias of its name, never both.
 */
final class Catalog {
    private static final int MAX_LISTED = 10_000;

    private final MetadataLog log;
    private final Executor callbacks;

    /** Where a version is found. */
    record Located(String name, String label, ChunkId manifest) {}

    Catalog(MetadataLog log, Executor callbacks) {
        this.log = log;
        this.callbacks = callbacks;
    }

    static String checkName(String name) {
        RelativeName.check("name", name);
        if (name.indexOf('@') >= 0) {
            throw new IllegalArgumentException("name must not contain '@', got '%s'".formatted(name));
        }
        return name;
    }

    static String checkLabel(String what, String label) {
        RelativeName.check(what, label);
        if (label.indexOf('@') >= 0 || label.indexOf('/') >= 0) {
            throw new IllegalArgumentException("%s must not contain '@' or '/', got '%s'".formatted(what, label));
        }
        return label;
    }

    CompletableFuture<Write> put(String name, byte[] value) {
        return submit(transaction().put("k/" + name, value));
    }

    CompletableFuture<Write> remove(String name) {
        return submit(transaction().delete("k/" + name));
    }

    Optional<byte[]> get(String name) throws IOException {
        return log.read(List.of("k/" + name)).stream().findFirst().map(Entry::value);
    }

    CompletableFuture<Write> publish(
            String name, String label, ChunkId manifest, @Nullable String alias, @Nullable String onlyIf) {
        Command.Transaction transaction = transaction()
                .requireAbsent(version(name, label))
                .requireAbsent(alias(name, label))
                .put(version(name, label), manifest.toString());
        if (alias != null) {
            transaction = transaction.requireAbsent(version(name, alias)).put(alias(name, alias), label);
        }
        if (alias != null && onlyIf != null) {
            transaction = transaction.requireEquals(alias(name, alias), onlyIf);
        }
        return submit(transaction);
    }

    CompletableFuture<Write> move(String name, String alias, String label, @Nullable String onlyIf) {
        Command.Transaction transaction = transaction()
                .requirePresent(version(name, label))
                .requireAbsent(version(name, alias))
                .put(alias(name, alias), label);
        return submit(onlyIf == null ? transaction : transaction.requireEquals(alias(name, alias), onlyIf));
    }

    CompletableFuture<Write> settle(UUID requestId) {
        return submit(new Command.Fence(requestId));
    }

    Optional<Located> locate(String name, String label) throws IOException {
        for (Entry entry : log.read(List.of(version(name, label), alias(name, label)))) {
            if (entry.key().startsWith("v/")) {
                return Optional.of(new Located(name, label, ChunkId.parse(text(entry))));
            }
            return locate(name, text(entry));
        }
        return Optional.empty();
    }

    List<String> versions(String name) throws IOException {
        List<String> labels = new ArrayList<>();
        log.scan(version(name, ""), MAX_LISTED).forEach(entry -> labels.add(label(entry)));
        return labels;
    }

    Map<String, String> aliases(String name) throws IOException {
        Map<String, String> aliases = new TreeMap<>();
        log.scan(alias(name, ""), MAX_LISTED).forEach(entry -> aliases.put(label(entry), text(entry)));
        return aliases;
    }

    private Command.Transaction transaction() {
        return Command.Transaction.of(RequestId.next(log.revisionSeen()));
    }

    private CompletableFuture<Write> submit(Command command) {
        return log.submit(command)
                .handleAsync(
                        (outcome, failure) -> {
                            if (failure != null) {
                                throw Failures.ofFuture("write " + command.requestId(), failure);
                            }
                            return write(command.requestId(), outcome);
                        },
                        callbacks);
    }

    private static Write write(UUID id, Outcome outcome) {
        if (outcome instanceof Outcome.Applied applied) {
            return new Write.Committed(id, applied.revision());
        }
        if (outcome instanceof Outcome.Refused refused) {
            byte @Nullable [] found = refused.found();
            return new Write.Rejected(
                    id, refused.key().substring(2), found == null ? null : new String(found, StandardCharsets.UTF_8));
        }
        return outcome instanceof Outcome.Abandoned
                ? new Write.Rejected(id, "request " + id, null)
                : new Write.Unknown(id);
    }

    private static String version(String name, String label) {
        return "v/" + name + "@" + label;
    }

    private static String alias(String name, String label) {
        return "a/" + name + "@" + label;
    }

    private static String label(Entry entry) {
        return entry.key().substring(entry.key().indexOf('@') + 1);
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }
}
