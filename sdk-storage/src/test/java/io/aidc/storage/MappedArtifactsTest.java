package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedArtifactsTest {
    private static final int BYTES = 200_000;

    @TempDir
    Path root;

    private final Map<String, byte[]> files = new HashMap<>();
    private final FaultyDisk disk = new FaultyDisk();
    private MemoryVersion stored;
    private MappedArtifacts artifacts;

    @BeforeEach
    void store() throws IOException {
        var random = new Random(1);
        for (String name : List.of("a", "b", "c")) {
            byte[] content = new byte[BYTES];
            random.nextBytes(content);
            files.put(name, content);
        }
        stored = new MemoryVersion(files);
        artifacts = open(Long.MAX_VALUE);
    }

    private MappedArtifacts open(long limitBytes) {
        return new MappedArtifacts(root.resolve("artifacts"), limitBytes, disk);
    }

    private MappedFile map(String name) throws IOException {
        Manifest.FileEntry file = stored.entry(name);
        var chunks = new ReadAhead(
                new FileChunks(stored, file), IntStream.range(0, file.chunks().size()), Runnable::run);
        MappedFile mapped = artifacts.map(file.digest(), file.length(), chunks);
        assertThat(mapped.buffer()).isEqualTo(ByteBuffer.wrap(files.get(name)));
        return mapped;
    }

    private Path artifact(String name) {
        return root.resolve("artifacts").resolve(stored.entry(name).digest().toString());
    }

    @Test
    void construct_touchesNoFile() {
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void map_again_readsNoChunk() throws IOException {
        map("a").close();
        int before = stored.reads.size();

        map("a").close();
        artifacts = open(Long.MAX_VALUE);
        map("a").close();

        assertThat(before).isPositive();
        assertThat(stored.reads).hasSize(before);
    }

    @Test
    void map_moreThanTheDiskHasBesidesMetadata_isRefused() {
        artifacts = new MappedArtifacts(root.resolve("artifacts"), Long.MAX_VALUE, new Disk() {
            @Override
            public long usableBytes(Path directory) {
                return Disk.RESERVED_BYTES + BYTES - 1;
            }
        });

        assertThatThrownBy(() -> map("a")).isInstanceOf(IOException.class).hasMessageContaining("no room for");
        assertThat(artifact("a")).doesNotExist();
    }

    @Test
    void map_damagedCopy_isWrittenAgain() throws IOException {
        map("a").close();
        int before = stored.reads.size();
        byte[] damaged = Files.readAllBytes(artifact("a"));
        damaged[BYTES / 2] ^= 4;
        Files.write(artifact("a"), damaged);

        map("a").close();

        assertThat(stored.reads.size()).isGreaterThan(before);
        assertThat(artifact("a")).hasBinaryContent(files.get("a"));
    }

    @Test
    void map_copyOfAnotherLength_isWrittenAgain() throws IOException {
        map("a").close();
        Files.write(artifact("a"), new byte[7]);
        artifacts = open(Long.MAX_VALUE);

        map("a").close();

        assertThat(artifact("a")).hasBinaryContent(files.get("a"));
    }

    @Test
    void map_whileMapped_isNotCheckedAgain() throws IOException {
        try (MappedFile first = map("a")) {
            Files.delete(artifact("a"));
            int before = stored.reads.size();

            map("a").close();

            assertThat(stored.reads).hasSize(before);
            assertThat(first.size()).isEqualTo(BYTES);
        }
        map("a").close();
        assertThat(artifact("a")).exists();
    }

    @Test
    void map_beyondTheLimit_deletesTheLeastRecentlyMapped() throws IOException {
        artifacts = open(2 * BYTES);
        map("a").close();
        map("b").close();
        map("a").close();
        map("c").close();

        assertThat(artifact("a")).exists();
        assertThat(artifact("b")).doesNotExist();
        assertThat(artifact("c")).exists();
    }

    @Test
    void map_pinnedCopies_areKeptBeyondTheLimit() throws IOException {
        artifacts = open(BYTES);
        MappedFile a = map("a");
        MappedFile again = map("a");
        MappedFile b = map("b");
        assertThat(artifact("a")).exists();
        assertThat(artifact("b")).exists();

        a.close();
        a.close();
        assertThat(artifact("a")).exists();
        again.close();

        assertThat(artifact("a")).doesNotExist();
        assertThat(artifact("b")).exists();
        b.close();
        assertThat(artifact("b")).exists();
    }

    @Test
    void map_limitOfNothing_keepsACopyWhileItIsMapped() throws IOException {
        artifacts = open(0);
        ByteBuffer buffer;
        try (MappedFile a = map("a")) {
            buffer = a.buffer();
            assertThat(artifact("a")).exists();
        }
        assertThat(artifact("a")).doesNotExist();
        assertThat(buffer).isEqualTo(ByteBuffer.wrap(files.get("a")));
    }

    @Test
    void open_leftovers_scratchIsDeletedAndTheOldestEvicted() throws IOException {
        map("a").close();
        map("b").close();
        Files.setLastModifiedTime(artifact("a"), FileTime.fromMillis(2_000));
        Files.setLastModifiedTime(artifact("b"), FileTime.fromMillis(1_000));
        Path scratch = Files.writeString(root.resolve("artifacts/x.tmp"), "x");
        Files.writeString(root.resolve("artifacts/.stranger"), "not ours");
        artifacts = open(2 * BYTES);

        map("c").close();

        assertThat(scratch).doesNotExist();
        assertThat(artifact("a")).exists();
        assertThat(artifact("b")).doesNotExist();
    }

    @Test
    void map_anyDiskStepFails_failsAndSucceedsLater() throws IOException {
        int failures = 0;
        for (int step = 0; ; step++, failures++) {
            Files.deleteIfExists(artifact("a"));
            artifacts = open(Long.MAX_VALUE);
            disk.failingAt(step);
            try {
                map("a").close();
                break;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);
            map("a").close();
            try (Stream<Path> left = Files.list(root.resolve("artifacts"))) {
                assertThat(left).containsExactly(artifact("a"));
            }
        }
        assertThat(failures).isEqualTo(6);
    }

    @Test
    void map_flushFails_leavesNoCopy() {
        disk.failingAtNext(FaultyDisk.Step.FORCE);

        assertThatThrownBy(() -> map("a")).isInstanceOf(IOException.class).hasMessageContaining("injected");
        assertThat(root.resolve("artifacts")).isEmptyDirectory();
    }

    @Test
    void map_chunksThatAreNotTheFile_areRefused() {
        Manifest.FileEntry file = stored.entry("a");
        var chunks = new ReadAhead(
                new FileChunks(stored, file), IntStream.range(0, file.chunks().size()), Runnable::run);

        assertThatThrownBy(() -> artifacts.map(ChunkId.of(new byte[1]), file.length(), chunks))
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("the manifest says");
        assertThat(root.resolve("artifacts")).isEmptyDirectory();
    }

    @Test
    void map_brokenChunk_leavesNothing() throws IOException {
        stored.broken.add(stored.ids("a").get(1));
        assertThatThrownBy(() -> map("a")).isInstanceOf(StorageIoException.class);
        assertThat(root.resolve("artifacts")).isEmptyDirectory();
        stored.broken.clear();

        map("a").close();
    }

    @Test
    void map_severalThreads_writeOneCopy() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        var together = new CyclicBarrier(4);
        try {
            Callable<MappedFile> task = () -> {
                together.await();
                return map("a");
            };
            List<Future<MappedFile>> mapped = pool.invokeAll(List.of(task, task, task, task));
            for (Future<MappedFile> future : mapped) {
                future.get().close();
            }
        } finally {
            pool.shutdown();
        }
        assertThat(stored.reads).doesNotHaveDuplicates();
    }

    @Test
    void mapped_closed_refusesBuffers() throws IOException {
        MappedFile mapped = map("a");
        assertThat(mapped.buffers()).hasSize(1);
        assertThat(mapped.buffer()).isNotSameAs(mapped.buffer());
        mapped.close();

        assertThatThrownBy(mapped::buffer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(mapped::buffers).isInstanceOf(IllegalStateException.class);
        assertThat(mapped.size()).isEqualTo(BYTES);
    }

    @Test
    void mapped_severalBuffers_areNotOne() {
        var mapped = new MappedFile(List.of(ByteBuffer.allocate(3), ByteBuffer.allocate(2)), () -> {});

        assertThat(mapped.size()).isEqualTo(5);
        assertThat(mapped.buffers()).hasSize(2).allMatch(ByteBuffer::isReadOnly);
        assertThatThrownBy(mapped::buffer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 buffers");
    }
}
