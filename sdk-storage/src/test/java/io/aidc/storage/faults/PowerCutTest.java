package io.aidc.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aidc.storage.internal.file.DirectorySync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real power cuts on a loop disk, right after an acknowledgement: of the first write, which creates files, and of a second one,
 * which appends, after the first was flushed by the system.
 */
@Tag("faults")
class PowerCutTest {
    private final Tally tally = new Tally();

    @TempDir
    Path directory;

    @BeforeEach
    void requireDisks() {
        Optional<String> missing = Need.DISK.missing("aidc-f104", directory);
        assumeTrue(missing.isEmpty(), () -> "POWER CUT TEST NOT RUN: " + missing);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void metadataLogOfASingleNode_keepsWhatWasAcknowledged(boolean append) throws IOException {
        try (Cluster cluster = cluster(1)) {
            if (append) {
                acknowledged(cluster, "put k0 old");
                cluster.disk("a").sync();
            }
            acknowledged(cluster, "put k1 new");

            cutPower(cluster);

            assertThat(ask(cluster, "get k1")).isEqualTo("new");
            assertThat(ask(cluster, "get k0")).isEqualTo(append ? "old" : Answer.NIL);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void chunksOfASingleNode_areThereOnceTheirVersionIsAcknowledged(boolean append) throws IOException {
        try (Cluster cluster = cluster(1)) {
            if (append) {
                acknowledged(cluster, "publish m p1 nil");
                cluster.disk("a").sync();
            }
            acknowledged(cluster, "publish m p2 nil");

            cutPower(cluster);

            assertThat(ask(cluster, "read m@p2")).isEqualTo("p2");
            assertThat(ask(cluster, "labels m")).isEqualTo(append ? "p1,p2" : "p2");
        }
    }

    /** The log of Raft and its vote: all nodes lose power at once, and none may go back to an earlier term. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void raftDirectories_keepWhatWasAcknowledged(boolean append) throws IOException {
        try (Cluster cluster = cluster(3)) {
            if (append) {
                acknowledged(cluster, "put k0 old");
                for (String node : cluster.nodes()) {
                    cluster.disk(node).sync();
                }
            }
            acknowledged(cluster, "put k1 new");
            List<Long> terms = terms(cluster);

            cutPower(cluster);

            assertThat(ask(cluster, "get k1")).isEqualTo("new");
            assertThat(ask(cluster, "get k0")).isEqualTo(append ? "old" : Answer.NIL);
            List<Long> after = terms(cluster);
            for (int i = 0; i < terms.size(); i++) {
                assertThat(after.get(i)).isGreaterThanOrEqualTo(terms.get(i));
            }
        }
    }

    /** The steps in which Ratis writes its vote; without the attribute the last one is lost here. */
    @Test
    void renameWithoutFlushOfTheDirectory_survivesWithTheDirsyncAttributeOnly() throws IOException {
        try (LoopDisk disk = LoopDisk.create(directory.resolve("disk.img"), directory.resolve("disk"))) {
            Path plain = Files.createDirectory(disk.path().resolve("plain"));
            Path synced = Files.createDirectory(disk.path().resolve("synced"));
            assertThat(DirectorySync.apply(synced)).isEmpty();
            vote(plain, "old");
            vote(synced, "old");
            disk.sync();
            vote(synced, "new");
            vote(plain, "new"); // the last: any later flush of a file would take the rename with it

            disk.cutPower();
            disk.restore();

            assertThat(synced.resolve("raft-meta")).hasContent("new");
            assertThat(plain.resolve("raft-meta")).hasContent("old");
        }
    }

    private static void vote(Path directory, String vote) throws IOException {
        Path scratch = directory.resolve("raft-meta.tmp");
        try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(vote.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(scratch, directory.resolve("raft-meta"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Cluster cluster(int nodes) throws IOException {
        Settings settings = Settings.parse("--seed 104 --nodes " + nodes);
        return Cluster.start(directory.resolve("nodes"), settings, tally, EnumSet.of(Need.DISK));
    }

    private static void acknowledged(Cluster cluster, String request) {
        assertThat(cluster.link("a").ask("ready 60000").kind()).isEqualTo(Answer.Kind.VALUE);
        assertThat(cluster.link("a").ask(request).kind()).isEqualTo(Answer.Kind.COMMITTED);
    }

    private static String ask(Cluster cluster, String request) {
        cluster.link("a").ask("ready 60000");
        return cluster.link("a").ask(request).rest();
    }

    private static List<Long> terms(Cluster cluster) {
        return cluster.nodes().stream()
                .map(node ->
                        Long.valueOf(cluster.link(node).ask("status").rest().split(" ", -1)[1]))
                .toList();
    }

    private void cutPower(Cluster cluster) throws IOException {
        for (String node : cluster.nodes()) {
            cluster.disk(node).cutPower();
        }
        for (String node : cluster.nodes()) {
            cluster.kill(node);
            cluster.disk(node).restore();
        }
        cluster.startDead();
        assertThat(cluster.alive()).as(tally.table()).hasSize(cluster.nodes().size());
    }
}
