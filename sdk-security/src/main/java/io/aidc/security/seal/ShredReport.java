package io.aidc.security.seal;

import io.aidc.security.MalformedSealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.KeyState;
import io.aidc.security.keys.KeyVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which sealed files became unreadable when a version of a key was destroyed (crypto-shredding), in a form that can be signed
 * and kept: the files themselves, and all copies and backups of them that name nobody else.
 *
 * {@snippet class="io.aidc.security.seal.SealSnippetsTest" region="shred"}
 *
 * <p>A file is named by the digest of its header, which is bound to its content and the same in each copy. Before the key is
 * destroyed, each file's header is checked with it, so that the list does not rest on what the files claim. What the report
 * cannot know: copies of the key ring file from before, plaintext or data keys that somebody kept, and copies of a file from
 * before another recipient was dropped ({@link #covers} tells those apart).
 *
 * <p><em>Immutable.</em>
 *
 * @param ring the id of the key ring
 * @param version the version that was destroyed
 * @param gone all versions of that ring which were destroyed by then, this one included
 * @param destroyed when
 * @param entries the files that were sealed for that version, in the order in which they were given
 */
public record ShredReport(String ring, int version, Set<Integer> gone, Instant destroyed, List<Entry> entries) {
    private static final String FORMAT = "io.aidc shred report v1";
    private static final int MAX_JSON_VALUES = 10_000_000;

    /**
     * One file.
     *
     * @param file where it was
     * @param name what it was sealed as
     * @param headerDigest SHA-512 of its header, see {@link SealedInfo#headerDigest()}
     * @param authentic whether the header was checked with the key before that was destroyed
     * @param openFor how many recipients are left who can open it, a half-written list of them counted as one; 0 if it is
     *     unreadable for ever
     */
    public record Entry(String file, String name, String headerDigest, boolean authentic, int openFor) {
        /** Checks for nulls. */
        public Entry {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(headerDigest, "headerDigest");
        }

        /**
         * Says whether nobody can open the file any more.
         *
         * @return whether no recipient is left
         */
        public boolean unreadable() {
            return openFor == 0;
        }
    }

    /** Copies the lists. */
    public ShredReport {
        Objects.requireNonNull(ring, "ring");
        Objects.requireNonNull(destroyed, "destroyed");
        gone = Collections.unmodifiableSet(new TreeSet<>(gone));
        entries = List.copyOf(entries);
    }

    /**
     * Destroys a version of a key, and reports which of the files that makes unreadable. Files that are not sealed for the
     * version are left out; so are those that do not begin like a sealed file.
     *
     * @param ring the ring
     * @param version not the primary; one that is destroyed already gives a report whose entries are not authentic
     * @param files where sealed files are; they are read, not changed
     * @return the report
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it is the primary
     * @throws VaultIoException if a file cannot be read; nothing was destroyed
     * @throws MalformedSealException if a sealed file's header is broken; nothing was destroyed
     * @throws io.aidc.security.KeyRingException if the ring cannot be changed; nothing was destroyed
     */
    public static ShredReport destroying(KeyRing ring, int version, Collection<Path> files) {
        return destroying(ring, version, files, Clock.systemUTC());
    }

    static ShredReport destroying(KeyRing ring, int version, Collection<Path> files, Clock clock) {
        RecipientId destroyed = new RecipientId.Ring(ring.id(), version);
        List<Found> found = new ArrayList<>();
        for (Path path : files) {
            find(ring, destroyed, path).ifPresent(found::add);
        }
        ring.destroy(version);
        Set<Integer> gone = ring.versions().stream()
                .filter(key -> key.state() == KeyState.DESTROYED)
                .map(KeyVersion::version)
                .collect(Collectors.toSet());
        List<Entry> entries =
                found.stream().map(file -> file.entry(ring.id(), gone)).toList();
        return new ShredReport(ring.id(), version, gone, Instant.ofEpochMilli(clock.millis()), entries);
    }

    /** A file that is sealed for the version. */
    private record Found(Path path, SealedInfo info, int brokenSlots, boolean authentic) {
        Entry entry(String ring, Set<Integer> gone) {
            int left = left(info, ring, gone) + brokenSlots;
            return new Entry(path.toString(), info.binding().name(), info.headerDigest(), authentic, left);
        }
    }

    private static int left(SealedInfo info, String ring, Set<Integer> gone) {
        return (int) info.recipients().stream()
                .filter(recipient -> !(recipient instanceof RecipientId.Ring by
                        && by.ring().equals(ring)
                        && gone.contains(by.version())))
                .count();
    }

    private static Optional<Found> find(KeyRing ring, RecipientId version, Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            SealedHead head = SealReader.head(file);
            SealedInfo info = SealedInfo.of(head, file.size());
            return info.recipients().contains(version)
                    ? Optional.of(new Found(path, info, head.brokenSlots(), opens(head, ring, version)))
                    : Optional.empty();
        } catch (MalformedSealException e) {
            if (e.reason() == MalformedSealException.Reason.NOT_SEALED) {
                return Optional.empty();
            }
            throw new MalformedSealException(e.reason(), "%s: %s".formatted(path, e.getMessage()));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + path, e);
        }
    }

    /** Whether a slot for the version opens with the ring alone. */
    private static boolean opens(SealedHead head, KeyRing ring, RecipientId version) throws IOException {
        for (int index = 0; index < 2; index++) {
            byte[] dataKey = head.dataKey(index, List.of(Identity.of(ring)), version::equals);
            Arrays.fill(dataKey, (byte) 0);
            if (dataKey.length > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Says whether a sealed file, or a copy of it found elsewhere, is one that this report calls unreadable for ever. A copy
     * from before a recipient was dropped is not: that recipient can open it.
     *
     * @param sealed a sealed file
     * @return whether the report has an authentic, unreadable entry for it, and it names nobody whose key is not gone
     * @throws MalformedSealException if it is no sealed file
     * @throws VaultIoException if it cannot be read
     */
    public boolean covers(Path sealed) {
        try (FileChannel file = FileChannel.open(sealed, StandardOpenOption.READ)) {
            SealedHead head = SealReader.head(file);
            SealedInfo info = SealedInfo.of(head, file.size());
            boolean listed = entries.stream()
                    .anyMatch(entry -> entry.authentic()
                            && entry.unreadable()
                            && entry.headerDigest().equals(info.headerDigest()));
            return listed && head.brokenSlots() == 0 && left(info, ring, gone) == 0;
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + sealed, e);
        }
    }

    /**
     * Writes this report in a form that can be kept and signed, the same each time.
     *
     * @return JSON in ASCII
     */
    public String toJson() {
        List<Json> files = new ArrayList<>();
        for (Entry entry : entries) {
            files.add(Json.object(
                    "file", entry.file(),
                    "name", entry.name(),
                    "headerDigest", entry.headerDigest(),
                    "authentic", Json.of(entry.authentic()),
                    "openFor", Json.of(entry.openFor())));
        }
        return Json.object(
                        "format",
                        FORMAT,
                        "ring",
                        ring,
                        "version",
                        Json.of(version),
                        "gone",
                        new Json.Items(
                                gone.stream().map(number -> Json.of(number)).toList()),
                        "destroyed",
                        destroyed.toString(),
                        "files",
                        new Json.Items(files))
                .text();
    }

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @param json a whole report
     * @return the report
     * @throws IllegalArgumentException if it is something else
     */
    public static ShredReport parse(String json) {
        try {
            Json report = JsonReader.read(json.getBytes(StandardCharsets.UTF_8), MAX_JSON_VALUES);
            if (!report.get("format").asText().equals(FORMAT)) {
                throw new IllegalArgumentException("format must be " + FORMAT);
            }
            List<Entry> entries = new ArrayList<>();
            for (Json entry : report.get("files").asItems()) {
                entries.add(new Entry(
                        entry.get("file").asText(),
                        entry.get("name").asText(),
                        entry.get("headerDigest").asText(),
                        entry.get("authentic").asBoolean(),
                        count(entry.get("openFor"))));
            }
            Set<Integer> gone = new TreeSet<>();
            for (Json version : report.get("gone").asItems()) {
                gone.add(count(version));
            }
            return new ShredReport(
                    report.get("ring").asText(),
                    count(report.get("version")),
                    gone,
                    Instant.parse(report.get("destroyed").asText()),
                    entries);
        } catch (JsonException | ArithmeticException | DateTimeException e) {
            throw new IllegalArgumentException("no shred report: " + e.getMessage(), e);
        }
    }

    private static int count(Json json) {
        if (json instanceof Json.Numeral number) {
            return number.value().intValueExact();
        }
        throw new IllegalArgumentException("no shred report: a count is no number");
    }
}
