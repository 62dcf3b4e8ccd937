package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that keep their commands, one repository. */
class ArchiveTrimTest {
    private static final Progress QUIET = (done, total) -> {};
    private static final List<String> NODES = List.of("a", "b", "c");

    @TempDir
    Path root;

    private final TurnedClock clock = new TurnedClock(Instant.parse("2026-01-01T00:00:00Z"));
    private ObjectStore objects;
    private BackupRepository repository;
    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        objects = DirectoryObjects.open(root.resolve("repository"));
        repository = BackupRepository.create(objects, "secret".toCharArray());
        cluster = TestCluster.of(root, "a", "b", "c");
        for (String id : NODES) {
            cluster.add(id, cluster.builder(id).archiveCommands().clock(clock).open());
        }
        cluster.store("a").awaitReady(TestCluster.PATIENCE);
    }

    @AfterEach
    void close() {
        cluster.close();
        repository.close();
        objects.close();
    }

    @Test
    void run_afterABackupOfAnotherNode_deletesWhatNoRestoreNeeds() throws IOException {
        put("1");
        List<Path> first = new ArrayList<>();
        for (String id : NODES) {
            assertThat(valueOn(id)).isEqualTo("1");
            first.addAll(archive(id).cut());
        }
        assertThat(first).hasSize(NODES.size()).allMatch(Files::exists);
        backUp("a");
        put("2");
        for (String id : NODES) {
            assertThat(valueOn(id)).isEqualTo("2");
            cluster.store(id).archiveTrim().run();
            assertThat(archive(id).cut()).isNotEmpty();
        }
        assertThat(first).noneMatch(Files::exists);
    }

    @Test
    void restore_betweenBackupsOfTwoNodes_isTheMetadataOfThatSecond() throws IOException {
        Instant start = clock.instant();
        put("0");
        backUp("a");
        for (int second = 1; second < 4; second++) {
            clock.now = start.plusSeconds(second);
            put("" + second);
        }
        backUp("b");
        for (int second = 4; second < 7; second++) {
            clock.now = start.plusSeconds(second);
            put("" + second);
        }
        backUp("c");

        for (int second : new int[] {0, 2, 3, 5, 6}) {
            try (ReplicatedStore other = ReplicatedStore.builder()
                    .node("other")
                    .directory(root.resolve("other" + second))
                    .open()) {
                StoreRestoration restored = StoreBackup.of(other, repository).restore(start.plusSeconds(second), QUIET);

                assertThat(restored.unreadable()).isEmpty();
                assertThat(other.get("k"))
                        .hasValueSatisfying(value -> assertThat(value)
                                .asString(StandardCharsets.UTF_8)
                                .isEqualTo("" + second));
            }
        }
    }

    private void put(String value) {
        assertThat(cluster.store("a")
                        .put("k", value.getBytes(StandardCharsets.UTF_8))
                        .join())
                .isInstanceOf(Write.Committed.class);
    }

    private String valueOn(String id) {
        return new String(cluster.store(id).get("k").orElseThrow(), StandardCharsets.UTF_8);
    }

    private void backUp(String id) {
        StoreBackup.of(cluster.store(id), repository).run(BackupKind.INCREMENTAL, QUIET);
    }

    private CommandArchive archive(String id) {
        return Objects.requireNonNull(cluster.store(id).log().archive());
    }
}
