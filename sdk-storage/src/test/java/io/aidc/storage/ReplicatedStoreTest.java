package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.internal.pack.PackBytes;
import io.aidc.storage.metadata.RequestId;
import io.aidc.storage.metadata.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The front door on a single node; what several nodes add is in ClusterTest. */
class ReplicatedStoreTest {
    @TempDir
    Path root;

    private ReplicatedStore store;

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private ReplicatedStore open() {
        return ReplicatedStore.builder()
                .node("a")
                .directory(directory())
                .chunking(ChunkProfile.XET_64K)
                .open();
    }

    private Path directory() {
        return root.resolve("store");
    }

    @Test
    void publish_withProgress_tellsBytesStoredUpToTheTotal() {
        byte[] content = new byte[48 << 20];
        new Random(5).nextBytes(content);
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        Publication publication = store.publish("m", content).as("1").progress((bytes, total) -> {
            done.add(bytes);
            totals.add(total);
        });

        assertThatThrownBy(() -> publication.progress((bytes, total) -> {})).isInstanceOf(IllegalStateException.class);
        assertThat(publication.join()).isInstanceOf(Write.Committed.class);

        assertThat(done)
                .isSorted()
                .startsWith(0L)
                .endsWith((long) content.length)
                .hasSizeGreaterThan(3);
        assertThat(totals).containsOnly((long) content.length);
    }

    @Test
    void publish_progressThatThrows_endsIt_nothingIsVisible() {
        Publication publication = store.publish("m", new byte[9]).as("1").progress((done, total) -> {
            throw new IllegalStateException("enough");
        });

        assertThatThrownBy(publication::join).hasMessageContaining("enough");
        assertThat(store.versions("m")).isEmpty();
    }

    @Test
    void put_value_isReadBack_alsoAfterReopening() {
        assertThat(store.put("config/threshold", utf8("0.7")).join()).isInstanceOf(Write.Committed.class);
        assertThat(store.put("config/other", ByteBuffer.wrap(utf8("xyz"), 1, 1)).join())
                .isInstanceOf(Write.Committed.class);
        store.close();
        store = open();

        assertThat(store.get("config/threshold"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("0.7")));
        assertThat(store.get("config/other"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("y")));
        assertThat(store.get("config/none")).isEmpty();
    }

    @Test
    void put_byteBuffer_leavesItsPosition() {
        ByteBuffer value = ByteBuffer.wrap(utf8("abc"));
        store.put("k", value).join();

        assertThat(value.remaining()).isEqualTo(3);
    }

    @Test
    void put_sizes_areBounded() {
        assertThat(store.put("k", new byte[0]).join()).isInstanceOf(Write.Committed.class);
        assertThat(store.put("k", new byte[ReplicatedStore.MAX_VALUE_BYTES]).join())
                .isInstanceOf(Write.Committed.class);
        assertThatThrownBy(() -> store.put("k", new byte[ReplicatedStore.MAX_VALUE_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'k'")
                .hasMessageContaining("65537");
    }

    @Test
    void remove_value_isGone() {
        store.put("k", utf8("v")).join();

        assertThat(store.remove("k").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.get("k")).isEmpty();
        assertThat(store.remove("k").join()).isInstanceOf(Write.Committed.class);
    }

    @Test
    void publish_directory_isResolvedAndReadByVersionAndAlias() throws IOException {
        Path model = model();
        Write write = store.publish("models/fraud", model)
                .as("1")
                .moving("prod")
                .metadata("epsilon", "2.9")
                .join();

        assertThat(write).isInstanceOf(Write.Committed.class);
        Version version = store.resolve("models/fraud@prod");
        assertThat(version).isEqualTo(store.resolve("models/fraud@1"));
        assertThat(version.version()).isEqualTo("1");
        assertThat(version.metadata()).isEqualTo(Map.of("epsilon", "2.9"));
        assertThat(version.files()).extracting(StoredFile::name).containsExactly("config.json", "weights/0.bin");
        assertThat(version.size()).isEqualTo(2 + 500_000);
        byte[] weights = Files.readAllBytes(model.resolve("weights/0.bin"));
        assertThat(store.read(version, "weights/0.bin")).isEqualTo(weights);
        assertThat(version.files().get(1).sha256())
                .isEqualTo(ChunkId.of(weights).hex());
        try (InputStream in = store.stream(version, "weights/0.bin")) {
            assertThat(in.read()).isEqualTo(weights[0] & 0xFF);
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(weights, 1, weights.length));
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(store.holders(version)).isEqualTo(Set.of("a"));
    }

    @Test
    void publish_again_isRejectedWithWhatIsThere_alsoAsAnAlias() {
        store.publish("m", utf8("1")).as("1").moving("prod").join();
        Version first = store.resolve("m@1");

        assertThat(store.publish("m", utf8("2")).as("1").join())
                .isInstanceOfSatisfying(Write.Rejected.class, rejected -> {
                    assertThat(rejected.target()).isEqualTo("m@1");
                    assertThat(rejected.found()).isEqualTo(first.digest());
                });
        assertThat(store.publish("m", utf8("2")).as("prod").join())
                .isInstanceOfSatisfying(
                        Write.Rejected.class,
                        rejected -> assertThat(rejected.found()).isEqualTo("1"));
        assertThat(store.publish("m", utf8("2")).as("2").moving("1").join()).isInstanceOf(Write.Rejected.class);
        assertThat(store.versions("m")).containsExactly("1");
        assertThat(store.read(store.resolve("m@prod"))).isEqualTo(utf8("1"));
    }

    @Test
    void publish_onlyIf_movesTheAliasOnlyFromThere() {
        store.publish("m", utf8("1")).as("1").moving("prod").join();
        store.publish("m", utf8("2")).as("2").moving("prod").onlyIf("1").join();

        Write third =
                store.publish("m", utf8("3")).as("3").moving("prod").onlyIf("1").join();

        assertThat(third).isInstanceOfSatisfying(Write.Rejected.class, rejected -> {
            assertThat(rejected.target()).isEqualTo("m@prod");
            assertThat(rejected.found()).isEqualTo("2");
        });
        assertThat(store.versions("m")).containsExactly("1", "2");
        assertThat(store.aliases("m")).isEqualTo(Map.of("prod", "2"));
        assertThat(store.publish("m", utf8("3"))
                        .as("3")
                        .moving("none")
                        .onlyIf("1")
                        .join())
                .isInstanceOfSatisfying(
                        Write.Rejected.class,
                        rejected -> assertThat(rejected.found()).isNull());
    }

    @Test
    void move_alias_pointsAtTheEarlierVersion_orIsCreated() {
        store.publish("m", utf8("1")).as("1").join();
        store.publish("m", utf8("2")).as("2").moving("prod").join();

        assertThat(store.move("m", "prod").to("1").join()).isInstanceOf(Write.Committed.class);
        assertThat(store.move("m", "next").to("2").start().join()).isInstanceOf(Write.Committed.class);
        assertThat(store.aliases("m")).isEqualTo(Map.of("prod", "1", "next", "2"));
    }

    @Test
    void move_notAsRequired_isRejectedAndChangesNothing() {
        store.publish("m", utf8("1")).as("1").moving("prod").join();
        store.publish("m", utf8("2")).as("2").moving("prod").join();

        assertThat(store.move("m", "prod").to("1").onlyIf("1").join())
                .isInstanceOfSatisfying(Write.Rejected.class, rejected -> {
                    assertThat(rejected.target()).isEqualTo("m@prod");
                    assertThat(rejected.found()).isEqualTo("2");
                });
        assertThat(store.move("m", "prod").to("3").join()).isInstanceOfSatisfying(Write.Rejected.class, rejected -> {
            assertThat(rejected.target()).isEqualTo("m@3");
            assertThat(rejected.found()).isNull();
        });
        assertThat(store.move("m", "1").to("2").join()).isInstanceOf(Write.Rejected.class);
        assertThat(store.aliases("m")).isEqualTo(Map.of("prod", "2"));
    }

    @Test
    void move_incomplete_namesWhatIsMissing() {
        assertThatThrownBy(() -> store.move("m", "prod").join())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("to(version)");
        assertThatThrownBy(() -> store.move("m", "prod").to("prod").join())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ");
        assertThatThrownBy(() -> store.move("m", "prod").to("1").to("2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'1'");
        assertThatThrownBy(() -> store.move("m", "a/b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void publish_fromTwoThreadsUnderOneLabel_commitsExactlyOne() {
        var one = store.publish("m", utf8("1")).as("1").start();
        var two = store.publish("m", utf8("2")).as("1").start();

        assertThat(List.of(one.join(), two.join()))
                .hasAtLeastOneElementOfType(Write.Committed.class)
                .hasAtLeastOneElementOfType(Write.Rejected.class);
    }

    @Test
    void publish_incomplete_namesWhatIsMissing() {
        assertThatThrownBy(() -> store.publish("m", utf8("1")).join())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("as(version)");
        assertThatThrownBy(
                        () -> store.publish("m", utf8("1")).as("1").onlyIf("0").join())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("moving");
        assertThatThrownBy(
                        () -> store.publish("m", utf8("1")).as("1").moving("1").join())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ");
        assertThatThrownBy(() -> store.publish("m", utf8("1")).as("1").as("2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'1'");
        assertThatThrownBy(
                        () -> store.publish("m", utf8("1")).metadata("k", "1").metadata("k", "2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'k'");
        assertThatThrownBy(() -> store.publish("m", utf8("1")).metadata("k", "v".repeat(400_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../m", "/m", "m@x", "a//b", "a\\b", "m\u0000"})
    void names_withTricks_areRefused(String name) {
        assertThatThrownBy(() -> store.put(name, utf8("v"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.publish(name, utf8("v"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.versions(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.resolve(name + "@1")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a@b", "..", "x\n"})
    void labels_withTricks_areRefused(String label) {
        Publication publication = store.publish("m", utf8("v"));
        assertThatThrownBy(() -> publication.as(label)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publication.moving(label)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publication.onlyIf(label)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void null_isNamed() {
        assertThatThrownBy(() -> store.get(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThatThrownBy(() -> store.publish("m", (byte[]) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("content");
        assertThatThrownBy(() -> store.publish("m", (Path) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("fileOrDirectory");
    }

    @Test
    void publish_badContent_isRefused() throws IOException {
        assertThatThrownBy(() -> store.publish("m", root.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither a file nor a directory");
        assertThatThrownBy(() -> store.publish("m", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.publish("m", Map.of("../x", utf8("v"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("../x");
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(() -> store.publish("m", empty).as("1").join())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing to publish: there is no file in " + empty);
        Files.createSymbolicLink(empty.resolve("link"), directory().resolve("node"));
        assertThatThrownBy(() -> store.publish("m", empty).as("1").join())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("link");
        assertThat(store.versions("m")).isEmpty();
    }

    @Test
    void publish_emptyFile_isReadBack() {
        store.publish("m", new byte[0]).as("1").join();

        Version version = store.resolve("m@1");
        assertThat(version.size()).isZero();
        assertThat(store.read(version)).isEmpty();
    }

    @Test
    void publish_slightlyChangedContent_storesLittleMore() throws IOException {
        byte[] content = new byte[4 << 20];
        new Random(1).nextBytes(content);
        store.publish("m", content).as("1").join();
        long before = chunkBytes();
        content[2_000_000] ^= 1;
        store.publish("m", content).as("2").join();

        assertThat(chunkBytes() - before).isLessThan(2L * ChunkProfile.XET_64K.maxBytes());
    }

    @Test
    void resolve_unknown_saysWhatThereIs() {
        store.publish("m", utf8("1")).as("1").moving("prod").join();

        assertThatThrownBy(() -> store.resolve("m@2"))
                .isInstanceOf(VersionNotFoundException.class)
                .hasMessageContaining("[1]")
                .hasMessageContaining("prod=1");
        assertThatThrownBy(() -> store.resolve("m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("models/fraud@prod");
        assertThat(store.versions("none")).isEmpty();
    }

    @Test
    void versions_ofANameThatBeginsAnother_areItsOwn() {
        store.publish("m", utf8("1")).as("1").join();
        store.publish("m/x", utf8("2")).as("2").join();

        assertThat(store.versions("m")).containsExactly("1");
        assertThat(store.versions("m/x")).containsExactly("2");
    }

    @Test
    void read_severalFiles_needsAName() throws IOException {
        store.publish("m", model()).as("1").join();
        Version version = store.resolve("m@1");

        assertThatThrownBy(() -> store.read(version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 files");
        assertThatThrownBy(() -> store.read(version, "none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights/0.bin");
    }

    @Test
    void readTo_newDirectory_appearsComplete() throws IOException {
        Path model = model();
        store.publish("m", model).as("1").join();
        Path target = root.resolve("out/model");

        store.readTo(store.resolve("m@1"), target);

        assertThat(target.resolve("weights/0.bin")).hasSameBinaryContentAs(model.resolve("weights/0.bin"));
        assertThat(target.resolve("config.json")).hasContent("{}");
        assertThat(target.getParent()).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void readTo_existingDirectory_isRefusedAndUntouched() throws IOException {
        store.publish("m", model()).as("1").join();
        Path target = Files.createDirectory(root.resolve("out"));

        assertThatThrownBy(() -> store.readTo(store.resolve("m@1"), target))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("must not exist");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void flippedBit_onTheOnlyNode_isNeverServed_andLeavesNoHalfDirectory() throws IOException {
        store.publish("m", model()).as("1").join();
        store.close();
        flipOneBitInTheLargestChunk();
        store = open();
        Version version = store.resolve("m@1");
        Path target = root.resolve("out");

        assertThatThrownBy(() -> store.read(version, "weights/0.bin")).isInstanceOf(CorruptBlockException.class);
        assertThatThrownBy(() -> store.readTo(version, target)).isInstanceOf(CorruptBlockException.class);
        assertThat(target).doesNotExist();
        assertThatThrownBy(() -> {
                    try (InputStream in = store.stream(version, "weights/0.bin")) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(CorruptBlockException.class);
        assertThat(store.read(version, "config.json")).isEqualTo(utf8("{}"));
    }

    @Test
    void outcomeOf_writes_areSettled() {
        Write committed = store.put("k", utf8("v")).join();
        store.publish("m", utf8("1")).as("1").join();
        Write rejected = store.publish("m", utf8("2")).as("1").join();
        var never = RequestId.next(0);

        assertThat(store.outcomeOf(committed.requestId()).join()).isEqualTo(committed);
        assertThat(store.outcomeOf(rejected.requestId()).join()).isEqualTo(rejected);
        assertThat(store.outcomeOf(never).join()).isEqualTo(new Write.Rejected(never, "request " + never, null));
    }

    @Test
    void status_singleNode_leadsItselfWithoutPeers() {
        store.put("k", utf8("v")).join();

        Status status = store.status();

        assertThat(status.role()).isEqualTo(Standing.Role.LEADER);
        assertThat(status.leader()).isEqualTo("a");
        assertThat(status.peers()).isEmpty();
        assertThat(status.commitIndex()).isZero();
        store.awaitReady(Duration.ofSeconds(1));
    }

    @Test
    void afterClose_everyCallFails_andCloseIsIdempotent() {
        store.publish("m", utf8("1")).as("1").join();
        Version version = store.resolve("m@1");
        Publication prepared = store.publish("m", utf8("1")).as("2");
        AliasMove move = store.move("m", "prod").to("1");
        store.close();
        store.close();

        List<Callable<?>> calls = List.of(
                () -> store.put("k", utf8("v")).join(),
                () -> store.remove("k").join(),
                () -> store.get("k"),
                () -> store.publish("m", utf8("v")),
                () -> prepared.start().join(),
                prepared::join,
                () -> store.move("m", "prod"),
                move::join,
                () -> store.resolve("m@1"),
                () -> store.versions("m"),
                () -> store.aliases("m"),
                () -> store.read(version),
                () -> store.stream(version, "content"),
                () -> {
                    store.readTo(version, root.resolve("out"));
                    return null;
                },
                () -> store.holders(version),
                () -> store.outcomeOf(RequestId.next(0)).join(),
                () -> store.status(),
                () -> {
                    store.awaitReady(Duration.ofSeconds(1));
                    return null;
                });

        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call::call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("store a is closed"));
    }

    @Test
    void singleNode_opensNoPortAndLeavesNoThread() throws IOException {
        Set<String> before = OpenSockets.ofThisProcess();
        store.publish("m", model()).as("1").join();
        store.read(store.resolve("m@1"), "config.json");

        assertThat(OpenSockets.ofThisProcess()).isEqualTo(before);
        store.close();
        OpenThreads.awaitNone("aidc-storage-");
    }

    private Path model() throws IOException {
        Path model = Files.createDirectories(root.resolve("model"));
        Files.createDirectories(model.resolve("weights"));
        byte[] weights = new byte[500_000];
        new Random(5).nextBytes(weights);
        Files.write(model.resolve("weights/0.bin"), weights);
        Files.writeString(model.resolve("config.json"), "{}");
        return model;
    }

    private void flipOneBitInTheLargestChunk() throws IOException {
        byte[] weights = new byte[500_000];
        new Random(5).nextBytes(weights);
        PackBytes.flipOneBitOf(java.util.Arrays.copyOfRange(weights, 300_000, 300_100), directory());
    }

    private long chunkBytes() throws IOException {
        return PackBytes.length(directory());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
