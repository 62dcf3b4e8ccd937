package io.aidc.storage.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.Command.Transaction;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.MetadataLogContract;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.Range;
import io.aidc.storage.metadata.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A group of one: everything of Ratis but the other nodes. */
class RatisMetadataLogTest extends MetadataLogContract {
    private static final Member SELF = new Member("a", "127.0.0.1", freePort(), 1);

    /** Starting and stopping a group takes a second or two; the tests share one and leave no key behind. */
    @TempDir
    private static Path shared;

    private static @Nullable MetadataLog group;

    @Override
    protected MetadataLog acquire() throws IOException {
        if (group == null || group.standing().role() == Standing.Role.NONE) {
            group = open();
        }
        return group;
    }

    @Override
    protected void release() {
        group = log;
        if (log.standing().role() == Standing.Role.NONE) {
            return;
        }
        Transaction deleteAll = transaction();
        for (Entry entry : entries()) {
            deleteAll = deleteAll.delete(entry.key());
        }
        submit(deleteAll);
    }

    @AfterAll
    static void closeGroup() {
        if (group != null) {
            group.close();
        }
    }

    private List<Entry> entries() {
        try {
            return log.scan(Range.of("", 10_000));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected MetadataLog open() throws IOException {
        return open("test", List.of(SELF), shared, Duration.ofSeconds(20));
    }

    private static RatisGroup group(String cluster, List<Member> members, Path directory, Duration timeout) {
        return new RatisGroup(cluster, SELF, members, directory, timeout, Clock.systemUTC(), null, null);
    }

    private static MetadataLog open(String cluster, List<Member> members, Path directory, Duration timeout)
            throws IOException {
        return RatisMetadataLog.open(group(cluster, members, directory, timeout), new RatisEvents() {
            @Override
            public void leaderChanged(@Nullable String leader, long term) {}

            @Override
            public void membersChanged(List<Member> members) {}

            @Override
            public void logFailed(Throwable cause) {}
        });
    }

    @Test
    void reopen_withoutSnapshot_replaysTheLog() throws IOException {
        submit(transaction().put("a", "1"));
        log.close();
        assertThat(snapshots()).isNotEmpty();
        for (Path snapshot : snapshots()) {
            Files.delete(snapshot);
        }

        log = open();

        assertThat(values("a")).containsExactly("1");
    }

    @Test
    void reopen_damagedSnapshot_isRefused() throws IOException {
        submit(transaction().put("a", "1"));
        log.close();
        Path snapshot = snapshots().get(0);
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[20] ^= 1;
        Files.write(snapshot, bytes);

        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("fails its checksum");
        Files.delete(snapshot);
    }

    @Test
    void open_oneFlippedBitInTheRaftLog_isADamagedLog() throws Exception {
        log.close();
        try (MetadataLog other = open("damaged", List.of(SELF), directory, Duration.ofSeconds(20))) {
            assertThat(other.submit(transaction().put("a", "needle"))).succeedsWithin(Duration.ofSeconds(20));
        }
        flipOneBitAt("needle");

        assertThatThrownBy(() -> open("damaged", List.of(SELF), directory, Duration.ofSeconds(20)))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(directory.toString());
        assertNoThreadOfAGroupIsLeft();
    }

    /** Where a flipped bit is not noticed, nothing acknowledged may be missing. */
    @ParameterizedTest
    @CsvSource({"0, 3", "2, 0", "2, 1", "2, 20", "3, -2", "LAST, -1"})
    void open_flippedBitAnywhereInTheRaftLog_isADamagedLog_orLosesNothing(String entry, int offset) throws Exception {
        log.close();
        String group = "flip" + entry + offset;
        try (MetadataLog other = open(group, List.of(SELF), directory, Duration.ofSeconds(20))) {
            for (int i = 0; i < 5; i++) {
                assertThat(other.submit(transaction().put("k" + i, "v"))).succeedsWithin(Duration.ofSeconds(20));
            }
        }
        Path file = segment();
        byte[] bytes = Files.readAllBytes(file);
        List<Integer> starts = entryStarts(bytes);
        int start = starts.get(entry.equals("LAST") ? starts.size() - 1 : Integer.parseInt(entry));
        List<String> outcomes = new ArrayList<>();
        for (int bit : new int[] {4, 7}) {
            byte[] flipped = bytes.clone();
            flipped[start + offset] ^= (byte) (1 << bit);
            Files.write(file, flipped);
            try (MetadataLog other = open(group, List.of(SELF), directory, Duration.ofSeconds(20))) {
                outcomes.add("opened with "
                        + other.scan(Range.of("k", 9), Duration.ZERO).size());
            } catch (DamagedLogException e) {
                outcomes.add("damaged");
            }
        }
        assertThat(outcomes).isSubsetOf("damaged", "opened with 5");
    }

    /** 0, then where each entry begins (its length as a varint, itself, four bytes of checksum), then where the last one ends. */
    private static List<Integer> entryStarts(byte[] bytes) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int at = 8; at < bytes.length && bytes[at] != 0; ) {
            starts.add(at);
            int length = 0;
            int shift = 0;
            int next;
            do {
                next = bytes[at++];
                length |= (next & 0x7f) << shift;
                shift += 7;
            } while (next < 0);
            at += length + 4;
            if (at >= bytes.length || bytes[at] == 0) {
                starts.add(at);
            }
        }
        return starts;
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(path -> path.getFileName().toString().startsWith("log_"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void open_voteFileThatAFullDiskCutShort_isADamagedLog() throws Exception {
        log.close();
        try (MetadataLog other = open("vote", List.of(SELF), directory, Duration.ofSeconds(20))) {
            assertThat(other.submit(transaction().put("a", "1"))).succeedsWithin(Duration.ofSeconds(20));
        }
        Path file;
        try (Stream<Path> files = Files.walk(directory)) {
            file = files.filter(path -> path.endsWith("raft-meta")).findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> VoteFile.check(java.util.Objects.requireNonNull(file.getParent())))
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageContaining("vote");
        }

        assertThatThrownBy(() -> open("vote", List.of(SELF), directory, Duration.ofSeconds(20)))
                .isInstanceOf(DamagedLogException.class);
        Files.write(file, whole);
        open("vote", List.of(SELF), directory, Duration.ofSeconds(20)).close();
    }

    private static void assertNoThreadOfAGroupIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("@group-")) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as("thread %s lives on", thread).isFalse();
            }
        }
    }

    private void flipOneBitAt(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("log_"))
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no Raft log contains " + text);
    }

    @Test
    void withoutMajority_writeIsUnansweredAndReadFails() throws IOException {
        log.close();
        List<Member> members =
                List.of(SELF, new Member("b", "127.0.0.1", freePort(), 1), new Member("c", "127.0.0.1", freePort(), 1));
        try (MetadataLog alone = open("other", members, directory, Duration.ofMillis(500))) {
            assertThat(alone.submit(transaction().put("a", "1")))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .isEqualTo(new Outcome.Unanswered());
            assertThatThrownBy(() -> alone.read(List.of("a")))
                    .isInstanceOf(NoMajorityException.class)
                    .hasMessageContaining("3 nodes");
        }
    }

    @Test
    void group_withoutMembers_isRefused() {
        assertThatThrownBy(() -> group("test", List.of(), directory, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<Path> snapshots() throws IOException {
        try (Stream<Path> files = Files.walk(shared)) {
            return files.filter(file -> file.getFileName().toString().startsWith("snapshot."))
                    .sorted(Comparator.comparingLong(file -> -file.toFile().lastModified()))
                    .toList();
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
