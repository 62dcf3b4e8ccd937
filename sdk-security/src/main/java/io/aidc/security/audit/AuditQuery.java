package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds events in a log, without its key, also while it is written: up to the checkpoint that stands when the search starts.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="query"}
 *
 * <p>A query believes what the files say. {@link AuditCheck} says whether they are what was signed, and
 * {@link AuditCheck#verifyEntry} whether one entry is. Entries that are not events of this module are passed over. What
 * somebody asked for and then did makes two, a decision ({@code ALLOWED}) and the deed ({@code DONE}): count by outcome.
 *
 * <p>Cost: a time range is found by binary search; inside it every entry is read, 256 at a time, in constant memory.
 *
 * <p><em>Confined: one thread at a time.</em>
 */
public final class AuditQuery {
    private final LogFiles files;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private AuditEvent.@Nullable Outcome outcome;
    private @Nullable Instant from;
    private @Nullable Instant to;
    private @Nullable Long limit;
    private boolean newestFirst;

    /** A text, or the beginning of one, and the bytes that an entry must hold to match. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Wanted(String text, boolean isPrefix, byte[] needle) {
        static Wanted of(String pattern) {
            boolean isPrefix = pattern.endsWith("*");
            String text = isPrefix ? pattern.substring(0, pattern.length() - 1) : pattern;
            String quoted = new Json.Text(text).text();
            String needle = quoted.substring(1, quoted.length() - 1);
            return new Wanted(text, isPrefix, needle.getBytes(StandardCharsets.US_ASCII));
        }

        boolean matches(String value) {
            int quote = value.indexOf("::\"");
            return fits(value)
                    || (quote > 0 && value.endsWith("\"") && fits(value.substring(quote + 3, value.length() - 1)));
        }

        private boolean fits(String value) {
            return isPrefix ? value.startsWith(text) : value.equals(text);
        }
    }

    /** What is fixed when a search starts. */
    private record Range(long size, long firstBundle, long endBundle) {}

    private AuditQuery(LogFiles files) {
        this.files = files;
    }

    /**
     * Starts a query over the directory of a log.
     *
     * @param directory read only
     * @return a query without conditions
     */
    public static AuditQuery over(Path directory) {
        return new AuditQuery(new LogFiles(Objects.requireNonNull(directory, "directory")));
    }

    /**
     * Keeps events of a principal.
     *
     * @param pattern the name, or its beginning and a {@code *}; {@code alice} finds {@code User::"alice"} too
     * @return this query
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery principal(String pattern) {
        return want("principal", pattern);
    }

    /**
     * Keeps events of an action.
     *
     * @param pattern the name, or its beginning and a {@code *}; {@code unseal} finds {@code Action::"unseal"} too
     * @return this query
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery action(String pattern) {
        return want("action", pattern);
    }

    /**
     * Keeps events on a resource.
     *
     * @param pattern the name, or its beginning and a {@code *}, such as {@code models/fraud/*}, which finds
     *     {@code Resource::"models/fraud/7"} too
     * @return this query
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery resource(String pattern) {
        return want("resource", pattern);
    }

    private AuditQuery want(String name, String pattern) {
        Wanted fresh = Wanted.of(Objects.requireNonNull(pattern, "pattern"));
        Wanted before = wanted.putIfAbsent(name, fresh);
        AuditLog.Builder.requireFirst(name, before == null ? null : before.text());
        return this;
    }

    /**
     * Keeps events with an outcome.
     *
     * @param outcome how they ended
     * @return this query
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery outcome(AuditEvent.Outcome outcome) {
        AuditLog.Builder.requireFirst("outcome", this.outcome);
        this.outcome = Objects.requireNonNull(outcome, "outcome");
        return this;
    }

    /**
     * Keeps events of a time.
     *
     * @param from the first moment
     * @param to the first moment after
     * @return this query
     * @throws IllegalArgumentException if the end is before the beginning
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery between(Instant from, Instant to) {
        AuditLog.Builder.requireFirst("between", this.from);
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to must not be before %s, got %s".formatted(from, to));
        }
        this.from = from;
        this.to = to;
        return this;
    }

    /**
     * Returns the last events first.
     *
     * @return this query
     */
    public AuditQuery newestFirst() {
        newestFirst = true;
        return this;
    }

    /**
     * Keeps the first events found.
     *
     * @param count &gt;= 0
     * @return this query
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it is set already
     */
    public AuditQuery limit(long count) {
        AuditLog.Builder.requireFirst("limit", limit);
        if (count < 0) {
            throw new IllegalArgumentException("limit must be >= 0, got " + count);
        }
        limit = count;
        return this;
    }

    /**
     * Searches.
     *
     * @return the events, by index
     * @throws AuditLogException if there is no log, or files are missing or cut
     * @throws VaultIoException if files cannot be read
     */
    public List<AuditEntry> list() {
        return stream().toList();
    }

    /**
     * Searches, and reads files as the stream is consumed. It holds none open and need not be closed.
     *
     * @return the events, by index; consuming it throws {@link AuditLogException} if files are missing or cut, and
     *     {@link VaultIoException} if they cannot be read
     * @throws AuditLogException if there is no log, or files are missing or cut
     * @throws VaultIoException if files cannot be read
     */
    public Stream<AuditEntry> stream() {
        Range range = range();
        boolean backwards = newestFirst;
        long last = range.endBundle() - 1;
        Stream<AuditEntry> found = LongStream.range(range.firstBundle(), range.endBundle())
                .map(n -> backwards ? last - (n - range.firstBundle()) : n)
                .boxed()
                .flatMap(n -> matches(n, range.size(), backwards).stream());
        return limit == null ? found : found.limit(limit);
    }

    private Range range() {
        long size = files.checkpoint().size();
        long bundles = (size + 255) >>> 8;
        if (from == null || to == null) {
            return new Range(size, 0, bundles);
        }
        long first = Math.max(0, firstBundleAt(from, bundles, size) - 1);
        return new Range(size, first, Math.max(first, firstBundleAt(to, bundles, size)));
    }

    /** The first bundle whose first event is not before a time, since times never go down; the number of bundles if none. */
    private long firstBundleAt(Instant time, long bundles, long size) {
        long low = 0;
        long high = bundles;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (firstTime(middle, bundles, size).isBefore(time)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Instant firstTime(long from, long bundles, long size) {
        for (long n = from; n < bundles; n++) {
            EntryBundle bundle = files.bundle(n, LogFiles.width(0, n, size));
            for (int i = 0; i < bundle.count(); i++) {
                Optional<AuditEntry> entry = EventJson.read(n << 8, bundle.entry(i));
                if (entry.isPresent()) {
                    return entry.get().time();
                }
            }
        }
        return Instant.MAX;
    }

    private List<AuditEntry> matches(long n, long size, boolean backwards) {
        EntryBundle bundle = files.bundle(n, LogFiles.width(0, n, size));
        List<AuditEntry> matches = new ArrayList<>();
        for (int i = 0; i < bundle.count(); i++) {
            if (mayMatch(bundle, i)) {
                EventJson.read((n << 8) + i, bundle.entry(i))
                        .filter(this::matches)
                        .ifPresent(matches::add);
            }
        }
        if (backwards) {
            Collections.reverse(matches);
        }
        return matches;
    }

    /** Spares most entries the parser. */
    private boolean mayMatch(EntryBundle bundle, int i) {
        return wanted.values().stream().allMatch(each -> bundle.contains(i, each.needle()));
    }

    private boolean matches(AuditEntry entry) {
        AuditEvent event = entry.event();
        return matches("principal", event.principal())
                && matches("action", event.action())
                && matches("resource", event.resource())
                && (outcome == null || outcome == event.outcome())
                && (from == null || !entry.time().isBefore(from))
                && (to == null || entry.time().isBefore(to));
    }

    private boolean matches(String name, String value) {
        Wanted each = wanted.get(name);
        return each == null || each.matches(value);
    }
}
