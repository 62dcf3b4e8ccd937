package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.DrillReport;
import io.aidc.storage.backup.RetentionPolicy;
import io.aidc.storage.cli.OperatorSocket;
import io.aidc.storage.metadata.Watch;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class SnippetsTest {
    @TempDir
    Path root;

    @Test
    void single() throws Exception {
        Path directory = root.resolve("store");
        Path model = Files.writeString(root.resolve("model.safetensors"), "weights");
        Path target = root.resolve("model");
        // @start region="single"
        try (ReplicatedStore store =
                ReplicatedStore.builder().node("a").directory(directory).open()) {
            Write write = store.publish("models/fraud", model)
                    .as("2026.11.21")
                    .moving("prod")
                    .metadata("trainedOn", "2026-11")
                    .join();
            if (write instanceof Write.Unknown unknown) {
                write = store.outcomeOf(unknown.requestId()).join();
            }
            Version version = store.resolve("models/fraud@prod");
            store.readTo(version, target);
        }
        // @end region="single"
        assertThat(target.resolve("model.safetensors")).hasContent("weights");
    }

    @Test
    void rollback() {
        try (ReplicatedStore store = ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .open()) {
            store.publish("models/fraud", new byte[] {1}).as("1").join();
            store.publish("models/fraud", new byte[] {2}).as("2").moving("prod").join();
            // @start region="rollback"
            Write write = store.move("models/fraud", "prod").to("1").onlyIf("2").join();
            // @end region="rollback"
            assertThat(write).isInstanceOf(Write.Committed.class);
            assertThat(store.resolve("models/fraud@prod").version()).isEqualTo("1");
        }
    }

    @Test
    void cluster() {
        TestCluster addresses = TestCluster.of(root, "a", "b", "c");
        String a = addresses.address("a");
        String b = addresses.address("b");
        String c = addresses.address("c");
        byte[] value = "0.7".getBytes(StandardCharsets.UTF_8);
        ReplicatedStore other = ReplicatedStore.builder()
                .node(b)
                .peers(a, c)
                .directory(root.resolve("b"))
                .open();
        try (other) {
            // @start region="cluster"
            try (ReplicatedStore store = ReplicatedStore.builder()
                    .node(a) // such as a@127.0.0.1:7001
                    .peers(b, c)
                    .directory(root.resolve("a"))
                    .listener(event -> {})
                    .open()) {
                store.awaitReady(Duration.ofSeconds(30));
                Write write = store.put("config/threshold", value).join();
                if (write instanceof Write.Unknown unknown) {
                    settle(unknown.requestId());
                }
            }
            // @end region="cluster"
            assertThat(other.status().node()).isEqualTo("b");
        }
    }

    @Test
    void watch() throws Exception {
        try (ReplicatedStore store = ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .open()) {
            var reloaded = new java.util.concurrent.CompletableFuture<String>();
            // @start region="watch"
            Watch watch = store.watch("models/fraud", change -> {
                if (change instanceof StoreChange.AliasMoved moved
                        && moved.alias().equals("prod")) {
                    reloaded.complete(moved.version());
                }
            });
            // @end region="watch"
            store.publish("models/fraud", new byte[] {1}).as("1").moving("prod").join();
            assertThat(reloaded.get(20, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("1");
            watch.close();
        }
    }

    @Test
    void backup() throws Exception {
        ObjectStore objects = DirectoryObjects.open(root.resolve("backups"));
        char[] password = "correct horse battery staple".toCharArray();
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        Instant moment = Instant.now().plusSeconds(60);
        ReplicatedStore empty =
                ReplicatedStore.builder().node("b").directory(root.resolve("b")).open();
        try (objects;
                empty;
                BackupRepository repository = BackupRepository.create(objects, password);
                ReplicatedStore store = ReplicatedStore.builder()
                        .node("a")
                        .directory(root.resolve("a"))
                        .archiveCommands()
                        .open()) {
            store.publish("models/fraud", new byte[] {1}).as("1").moving("prod").join();
            // @start region="backup"
            StoreBackup backup = StoreBackup.of(store, repository);
            backup.run(BackupKind.INCREMENTAL, Progress.NONE);
            DrillReport drill = backup.drill(100, scratch, Progress.NONE);
            StoreRestoration restored = StoreBackup.of(empty, repository).restore(moment, Progress.NONE);
            // @end region="backup"
            assertThat(drill.passed()).isTrue();
            assertThat(restored.versions()).isEqualTo(1);
            // @start region="schedule"
            BackupSchedule schedule = BackupSchedule.of(backup)
                    .every(Duration.ofHours(1))
                    .keeping(RetentionPolicy.builder().hourly(24).daily(30).build())
                    .checkingEvery(Duration.ofDays(1), 7)
                    .drillingEvery(Duration.ofDays(7), 100, scratch)
                    .start();
            // @end region="schedule"
            schedule.close();
        }
    }

    @Test
    void operators() throws IOException {
        Path directory = root.resolve("a");
        try (ReplicatedStore store =
                ReplicatedStore.builder().node("a").directory(directory).open()) {
            // @start region="operators"
            try (OperatorSocket operators = OperatorSocket.open(store, directory.resolve("operators"))) {
                // the node does its work; store status --socket <directory>/operators
                // @end region="operators"
                assertThat(operators).isNotNull();
                assertThat(directory.resolve("operators")).exists();
            }
        }
    }

    private static void settle(UUID requestId) {
        throw new AssertionError("two of three nodes answer: " + requestId);
    }
}
