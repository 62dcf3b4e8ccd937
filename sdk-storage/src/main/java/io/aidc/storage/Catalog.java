package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.RelativeName;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.Range;
import io.aidc.storage.metadata.RequestId;
import io.aidc.storage.metadata.Watch;
import io.aidc.storage.metadata.WatchEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Names in the metadata log.
 *
 * <p>{@code v/name@label} holds the id of a version's manifest, {@code a/name@alias} the label an alias points at, {@code
 * t/name@label@tag} nothing, {@code h/name@time-request} what was done to the name, {@code n/name} the request that last
 * moved an alias or set a tag of the name, {@code k/name} a small value.
 *
 * <p>A label is a version or an alias of its name, never both.
 */
final class Catalog {
    private static final int PAGE = 1_000;
    private static final String INCARNATION = "g/store";

    private final MetadataLog log;
    private final Clock clock;

    /** Where a version is found. */
    record Located(String name, String label, ChunkId manifest) {}

    Catalog(MetadataLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
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
        return submit(change().put("k/" + name, value));
    }

    CompletableFuture<Write> remove(String name) {
        return submit(change().delete("k/" + name));
    }

    Optional<byte[]> get(String name, ReadMode mode) throws IOException {
        return log.read(List.of("k/" + name), mode.maxAge()).stream()
                .findFirst()
                .map(Entry::value);
    }

    /** Makes a version visible if the lease that protects its chunks is still held, and ends the lease. */
    CompletableFuture<Write> publish(Publication.Request request, ChunkId manifest, String lease) {
        String name = request.name();
        String label = request.label();
        Transaction transaction = change();
        transaction = transaction
                .requirePresent(lease)
                .requireAbsent(version(name, label))
                .requireAbsent(alias(name, label))
                .put(version(name, label), manifest.toString())
                .delete(lease);
        for (String tag : request.tags()) {
            transaction = transaction.put(tagKey(name, label, tag), "");
        }
        String alias = request.alias();
        if (alias != null) {
            transaction = point(transaction, name, alias, label, request.onlyIf());
        }
        return submit(record(
                transaction, HistoryEntry.Action.PUBLISHED, request.provenance().by(), name, label, alias));
    }

    CompletableFuture<Write> move(AliasMove.Request request) {
        String name = request.name();
        Transaction transaction = point(
                change().requirePresent(version(name, request.label())),
                name,
                request.alias(),
                request.label(),
                request.onlyIf());
        return submit(
                record(transaction, HistoryEntry.Action.MOVED, request.by(), name, request.label(), request.alias()));
    }

    private static Transaction point(
            Transaction transaction, String name, String alias, String label, @Nullable String onlyIf) {
        Transaction longer = transaction
                .requireAbsent(version(name, alias))
                .put(alias(name, alias), label)
                .put("n/" + name, transaction.requestId().toString());
        return onlyIf == null ? longer : longer.requireEquals(alias(name, alias), onlyIf);
    }

    /** Removes an alias that points at {@code label}. */
    CompletableFuture<Write> unalias(String name, String alias, String label, String by) {
        Transaction transaction =
                change().requireEquals(alias(name, alias), label).delete(alias(name, alias));
        return submit(record(transaction, HistoryEntry.Action.UNALIASED, by, name, label, alias));
    }

    /** Deletes a version at which no alias points; an alias that is moved meanwhile makes the transaction fail. */
    CompletableFuture<Write> delete(String name, String label, String by) throws IOException {
        Transaction transaction = change();
        Optional<Entry> aliasMoves = log.read(List.of("n/" + name)).stream().findFirst();
        for (Map.Entry<String, String> alias :
                aliases(name, ReadMode.LINEARIZABLE).entrySet()) {
            if (alias.getValue().equals(label)) {
                String target = name + "@" + alias.getKey();
                return CompletableFuture.completedFuture(new Write.Rejected(transaction.requestId(), target, label));
            }
        }
        Transaction delete = transaction.requirePresent(version(name, label)).delete(version(name, label));
        delete = aliasMoves.isEmpty()
                ? delete.requireAbsent("n/" + name)
                : delete.requireEquals("n/" + name, text(aliasMoves.get()));
        for (Entry tag : all("t/" + name + "@" + label + "@", ReadMode.LINEARIZABLE)) {
            delete = delete.delete(tag.key());
        }
        return submit(record(delete, HistoryEntry.Action.DELETED, by, name, label, null));
    }

    /** Counts as a change of the name, so that a deletion that has not seen the tag fails. */
    CompletableFuture<Write> tag(String name, String label, String tag) {
        Transaction transaction = change();
        return submit(transaction
                .requirePresent(version(name, label))
                .put(tagKey(name, label, tag), "")
                .put("n/" + name, transaction.requestId().toString()));
    }

    CompletableFuture<Write> untag(String name, String label, String tag) {
        return submit(change().delete(tagKey(name, label, tag)));
    }

    /** Tags by version label. */
    Map<String, List<String>> tags(String name, ReadMode mode) throws IOException {
        Map<String, List<String>> tags = new TreeMap<>();
        for (Entry entry : all("t/" + name + "@", mode)) {
            String[] parts = label(entry).split("@", 2);
            tags.computeIfAbsent(parts[0], label -> new ArrayList<>()).add(parts[1]);
        }
        return tags;
    }

    private Transaction record(
            Transaction transaction,
            HistoryEntry.Action action,
            String by,
            String name,
            String label,
            @Nullable String alias) {
        var entry = new HistoryEntry(clock.instant(), by, action, label, alias, transaction.requestId());
        return transaction.put(HistoryText.key(name, entry), HistoryText.write(entry));
    }

    List<HistoryEntry> history(String name, ReadMode mode) throws IOException {
        List<HistoryEntry> history = new ArrayList<>();
        for (Entry entry : all("h/" + name + "@", mode)) {
            history.add(HistoryText.read(text(entry)));
        }
        return history;
    }

    CompletableFuture<Write> settle(UUID requestId) {
        return submit(new Command.Fence(requestId));
    }

    /** An alias and its version are read one after the other, and again if the alias was moved and the version deleted meanwhile. */
    Optional<Located> locate(String name, String label, ReadMode mode) throws IOException {
        Entry last = null;
        while (true) {
            Optional<Entry> found = first(List.of(version(name, label), alias(name, label)), mode);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            if (found.get().key().startsWith("v/")) {
                return Optional.of(located(name, found.get()));
            }
            Optional<Entry> version = first(List.of(version(name, text(found.get()))), mode);
            if (version.isPresent()) {
                return Optional.of(located(name, version.get()));
            }
            if (last != null && last.revision() == found.get().revision()) {
                return Optional.empty(); // an old view, in which the alias points at nothing
            }
            last = found.get();
        }
    }

    private Optional<Entry> first(List<String> keys, ReadMode mode) throws IOException {
        return log.read(keys, mode.maxAge()).stream().findFirst();
    }

    private static Located located(String name, Entry version) {
        return new Located(name, label(version), ChunkId.parse(text(version)));
    }

    List<String> names(ReadMode mode) throws IOException {
        List<String> names = new ArrayList<>();
        String after = "";
        while (true) {
            List<Entry> next = log.scan(new Range("v/", after, 1), mode.maxAge());
            if (next.isEmpty()) {
                return names;
            }
            String key = next.get(0).key();
            names.add(key.substring(2, key.indexOf('@')));
            after = key.substring(0, key.indexOf('@')) + "A"; // '@' + 1: behind all versions of this name
        }
    }

    List<String> versions(String name, ReadMode mode) throws IOException {
        List<String> labels = new ArrayList<>();
        all(version(name, ""), mode).forEach(entry -> labels.add(label(entry)));
        return labels;
    }

    Map<String, String> aliases(String name, ReadMode mode) throws IOException {
        Map<String, String> aliases = new TreeMap<>();
        all(alias(name, ""), mode).forEach(entry -> aliases.put(label(entry), text(entry)));
        return aliases;
    }

    /** Reads a part of the keys. */
    interface Scan {
        List<Entry> scan(Range range) throws IOException;
    }

    /** All versions of all names. */
    List<Located> versions() throws IOException {
        return versionsIn(log::scan);
    }

    static List<Located> versionsIn(Scan scan) throws IOException {
        List<Located> versions = new ArrayList<>();
        for (Entry entry : all("v/", scan)) {
            String key = entry.key().substring(2);
            int at = key.indexOf('@');
            versions.add(new Located(key.substring(0, at), key.substring(at + 1), ChunkId.parse(text(entry))));
        }
        return versions;
    }

    private List<Entry> all(String prefix, ReadMode mode) throws IOException {
        return all(prefix, range -> log.scan(range, mode.maxAge()));
    }

    /** All entries with a prefix, page by page; each page is one point in the order. */
    static List<Entry> all(String prefix, Scan scan) throws IOException {
        List<Entry> all = new ArrayList<>();
        List<Entry> page = scan.scan(Range.of(prefix, PAGE));
        all.addAll(page);
        while (page.size() == PAGE) {
            page = scan.scan(new Range(prefix, page.get(PAGE - 1).key(), PAGE));
            all.addAll(page);
        }
        return all;
    }

    /**
     * Writes the entries of another store's metadata, in transactions as large as may be, while the mark of the restore is there.
     * Those written already are written again.
     */
    void importAll(List<Entry> entries, String mark) throws IOException {
        Transaction transaction = transaction().requireEquals(StoreRestore.MARKER, mark);
        int bytes = 0;
        for (Entry entry : entries) {
            int more = entry.key().length() * 3 + entry.value().length + 16;
            if (bytes + more > Command.MAX_BYTES / 2) {
                commit(transaction);
                transaction = transaction().requireEquals(StoreRestore.MARKER, mark);
                bytes = 0;
            }
            transaction = transaction.put(entry.key(), entry.value());
            bytes += more;
        }
        commit(transaction);
    }

    /** Says whether an entry is about one of these versions, given as {@code name@label}, or is an alias that points at one. */
    static boolean concerns(Entry entry, List<String> versions) {
        String key = entry.key().substring(2);
        return switch (entry.key().charAt(0)) {
            case 'v' -> versions.contains(key);
            case 't' -> versions.contains(key.substring(0, key.lastIndexOf('@')));
            case 'a' -> versions.contains(key.substring(0, key.indexOf('@') + 1) + text(entry));
            default -> false;
        };
    }

    /** Tells this store from those that were restored from its backups; drawn when it is first asked for. */
    String incarnation() throws IOException {
        for (Entry known : log.read(List.of(INCARNATION))) {
            return text(known);
        }
        String drawn = UUID.randomUUID().toString();
        Write write = submit(transaction().requireAbsent(INCARNATION).put(INCARNATION, drawn))
                .join();
        String other = write instanceof Write.Rejected rejected ? rejected.found() : null;
        if (other == null && !(write instanceof Write.Committed)) {
            throw new NoMajorityException("no majority took the name of this incarnation", null);
        }
        return other == null ? drawn : other;
    }

    void mark(String key, String value) throws IOException {
        commit(transaction().put(key, value));
    }

    /** Moves a restore on; null is no restore. */
    void markRestore(@Nullable String from, @Nullable String to) throws IOException {
        String key = StoreRestore.MARKER;
        Transaction transaction =
                from == null ? transaction().requireAbsent(key) : transaction().requireEquals(key, from);
        commit(to == null ? transaction.delete(key) : transaction.put(key, to));
    }

    /** What the mark of a restore says; null for none. */
    @Nullable
    String restoring() throws IOException {
        return log.read(List.of(StoreRestore.MARKER)).stream()
                .findFirst()
                .map(Catalog::text)
                .orElse(null);
    }

    private void commit(Transaction transaction) throws IOException {
        Write write = submit(transaction).join();
        if (write instanceof Write.Rejected) {
            throw new IllegalStateException("another restore into this store goes on, or has ended");
        }
        if (!(write instanceof Write.Committed)) {
            throw new NoMajorityException("no majority answered", null);
        }
    }

    Watch watch(String name, long after, Consumer<StoreChange> listener) {
        return log.watch("", after, event -> {
            StoreChange change = change(name, event);
            if (change != null) {
                listener.accept(change);
            }
        });
    }

    private static @Nullable StoreChange change(String name, WatchEvent event) {
        if (!(event instanceof WatchEvent.Changed changed)) {
            return new StoreChange.Missed(event.revision());
        }
        String key = changed.key().substring(2);
        int at = key.indexOf('@');
        String changedName = at < 0 ? key : key.substring(0, at);
        if (!changedName.equals(name)) {
            return null;
        }
        byte @Nullable [] value = changed.value();
        String label = key.substring(at + 1);
        return switch (changed.key().charAt(0)) {
            case 'v' ->
                value == null
                        ? new StoreChange.Deleted(name, label, changed.revision())
                        : new StoreChange.Published(name, label, changed.revision());
            case 'a' -> new StoreChange.AliasMoved(name, label, value == null ? null : text(value), changed.revision());
            case 'k' -> new StoreChange.KeyWritten(name, changed.revision());
            default -> null;
        };
    }

    /** What callers write is refused while a backup is brought in. */
    private Transaction change() {
        return transaction().requireAbsent(StoreRestore.MARKER);
    }

    private Transaction transaction() {
        return Transaction.of(RequestId.next(log.revisionSeen()));
    }

    private CompletableFuture<Write> submit(Command command) {
        return log.submit(command).handle((outcome, failure) -> {
            if (failure != null) {
                throw Failures.ofFuture("write " + command.requestId(), failure);
            }
            return write(command.requestId(), outcome);
        });
    }

    private static Write write(UUID id, Outcome outcome) {
        if (outcome instanceof Outcome.Applied applied) {
            return new Write.Committed(id, applied.revision());
        }
        if (outcome instanceof Outcome.Refused refused) {
            byte @Nullable [] found = refused.found();
            return new Write.Rejected(id, refused.key().substring(2), found == null ? null : text(found));
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

    private static String tagKey(String name, String label, String tag) {
        return "t/" + name + "@" + label + "@" + tag;
    }

    private static String label(Entry entry) {
        return entry.key().substring(entry.key().indexOf('@') + 1);
    }

    private static String text(Entry entry) {
        return text(entry.value());
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
