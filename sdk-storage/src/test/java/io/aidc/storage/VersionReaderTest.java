package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.FaultyDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionReaderTest {
    private static final Progress SILENT = (done, total) -> {};

    @TempDir
    Path root;

    private final byte[] weights = new byte[1_000_000];
    private final byte[] bias = new byte[10];
    private final FaultyDisk disk = new FaultyDisk();
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private MemoryVersion stored;
    private VersionReader reader;

    @BeforeEach
    void store() throws IOException {
        new Random(1).nextBytes(weights);
        new Random(2).nextBytes(bias);
        stored = new MemoryVersion(Map.of("w/0.bin", weights, "bias", bias, "empty", new byte[0]));
        reader = reader(pool);
    }

    private VersionReader reader(Executor executor) {
        var artifacts = new MappedArtifacts(root.resolve("artifacts"), Long.MAX_VALUE, disk);
        return new VersionReader(stored, artifacts, disk, executor);
    }

    @AfterEach
    void finish() {
        pool.shutdown();
    }

    @Test
    void read_whateverTheExecutorDoes_givesTheBytes() throws IOException {
        List<Executor> executors = List.of(pool, task -> {}, Runnable::run, task -> {
            throw new RejectedExecutionException("closed");
        });
        for (Executor executor : executors) {
            assertThat(reader(executor).read(stored.version, "w/0.bin")).isEqualTo(weights);
            assertThat(reader(executor).read(stored.version, "empty")).isEmpty();
        }
    }

    @Test
    void read_runsAheadByThreeChunksAtMost() throws IOException {
        List<Runnable> waiting = new ArrayList<>();
        assertThat(stored.ids("w/0.bin")).hasSizeGreaterThan(5);
        try (InputStream in = reader(waiting::add).stream(stored.version, "w/0.bin")) {
            assertThat(in.read()).isNotNegative();
            assertThat(waiting).hasSize(3);
        }
    }

    @Test
    void stream_closed_startsNothingMore() throws IOException {
        List<Runnable> waiting = new ArrayList<>();
        InputStream in = reader(waiting::add).stream(stored.version, "w/0.bin");
        assertThat(in.read()).isNotNegative();
        int before = stored.reads.size();

        in.close();
        waiting.forEach(Runnable::run);

        assertThat(waiting).isNotEmpty();
        assertThat(stored.reads).hasSize(before);
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void stream_brokenChunk_failsThereAndStaysFailed() throws IOException {
        List<ChunkId> ids = stored.ids("w/0.bin");
        stored.broken.add(ids.get(1));
        int first = stored.entry("w/0.bin").chunks().get(0).length();
        try (InputStream in = reader.stream(stored.version, "w/0.bin")) {
            assertThat(in.readNBytes(first)).isEqualTo(Arrays.copyOf(weights, first));
            assertThatThrownBy(in::read).isInstanceOf(StorageIoException.class).hasMessageContaining("broken");
            stored.broken.clear();
            assertThatThrownBy(in::read).isInstanceOf(StorageIoException.class).hasMessageContaining("broken");
        }
    }

    @Test
    void stream_chunkOfAnotherLength_isRefused() {
        ChunkId id = stored.ids("bias").get(0);
        stored.chunks.put(id, new byte[9]);

        assertThatThrownBy(() -> reader.read(stored.version, "bias"))
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("has 9 bytes, its manifest says 10");
    }

    @Test
    void open_anyPosition_readsThere() throws IOException {
        var random = new Random(3);
        try (SeekableByteChannel channel = reader.open(stored.version, "w/0.bin")) {
            assertThat(channel.size()).isEqualTo(weights.length);
            for (int round = 0; round < 200; round++) {
                int from = random.nextInt(weights.length);
                ByteBuffer target = ByteBuffer.allocate(random.nextInt(5_000) + 1);
                int read = channel.position(from).read(target);
                assertThat(read).isPositive();
                assertThat(channel.position()).isEqualTo(from + read);
                assertThat(Arrays.copyOf(target.array(), read))
                        .isEqualTo(Arrays.copyOfRange(weights, from, from + read));
            }
        }
    }

    @Test
    void open_fromStartToEnd_givesAllBytesOnce() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(weights.length + 1);
        try (SeekableByteChannel channel = reader.open(stored.version, "w/0.bin")) {
            while (channel.read(all) >= 0) {
                assertThat(channel.position()).isEqualTo(all.position());
            }
        }
        assertThat(all.remaining()).isEqualTo(1);
        assertThat(Arrays.copyOf(all.array(), weights.length)).isEqualTo(weights);
        assertThat(stored.reads).hasSize(stored.ids("w/0.bin").size() + 1);
    }

    @Test
    void open_atAndBeyondTheEnd_isTheEnd() throws IOException {
        try (SeekableByteChannel channel = reader.open(stored.version, "bias");
                SeekableByteChannel empty = reader.open(stored.version, "empty")) {
            assertThat(channel.position(10).read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.position(Long.MAX_VALUE).read(ByteBuffer.allocate(1)))
                    .isEqualTo(-1);
            assertThat(channel.position(9).read(ByteBuffer.allocate(5))).isEqualTo(1);
            assertThat(channel.position(0).read(ByteBuffer.allocate(0))).isZero();
            assertThat(empty.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void open_writesAndUseAfterClose_areRefused() throws IOException {
        SeekableByteChannel channel = reader.open(stored.version, "bias");
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(NonWritableChannelException.class);
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.position(0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void open_brokenChunk_handsOutNothingOfIt() throws IOException {
        List<ChunkId> ids = stored.ids("w/0.bin");
        stored.broken.add(ids.get(1));
        int first = stored.entry("w/0.bin").chunks().get(0).length();
        try (SeekableByteChannel channel = reader.open(stored.version, "w/0.bin")) {
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThatThrownBy(() -> channel.position(first).read(target)).isInstanceOf(StorageIoException.class);
            assertThat(target.position()).isZero();
            stored.broken.clear();
            assertThat(channel.read(target)).isEqualTo(10);
        }
    }

    @Test
    void unknownFile_isRefused() {
        assertThatThrownBy(() -> reader.open(stored.version, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.map(stored.version, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void map_file_isReadOnlyAndComplete() throws IOException {
        try (MappedFile mapped = reader.map(stored.version, "w/0.bin");
                MappedFile empty = reader.map(stored.version, "empty")) {
            assertThat(mapped.size()).isEqualTo(weights.length);
            assertThat(mapped.buffer()).isEqualTo(ByteBuffer.wrap(weights)).matches(ByteBuffer::isReadOnly);
            assertThat(empty.buffer().remaining()).isZero();
        }
    }

    @Test
    void readTo_newDirectory_hasEveryFileAndProgress() throws IOException {
        Path target = root.resolve("a/b");
        List<Long> done = new ArrayList<>();

        reader.readTo(stored.version, target, (bytes, total) -> {
            assertThat(total).isEqualTo(1_000_010);
            done.add(bytes);
        });

        assertComplete(target);
        assertThat(done).isSorted().startsWith(0L).endsWith(1_000_010L);
        assertThat(done).hasSize(2 + stored.ids("w/0.bin").size());
        assertThat(disk.flushedDirectories.stream().map(path -> String.valueOf(path.getFileName())))
                .startsWith(String.valueOf(root.getFileName())) // "a" is new
                .contains("files", "w")
                .endsWith("a");
    }

    private void assertComplete(Path target) throws IOException {
        assertThat(target.resolve("w/0.bin")).hasBinaryContent(weights);
        assertThat(target.resolve("bias")).hasBinaryContent(bias);
        assertThat(target.resolve("empty")).isEmptyFile();
        try (Stream<Path> all = Files.walk(target.getParent())) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(3);
        }
        assertThat(target.getParent()).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void readTo_afterAFailedAttempt_fetchesOnlyWhatIsMissing() throws IOException {
        List<ChunkId> ids = stored.ids("w/0.bin");
        stored.broken.add(ids.get(4));
        Path target = root.resolve("a/b");
        assertThatThrownBy(() -> reader.readTo(stored.version, target, SILENT)).isInstanceOf(StorageIoException.class);
        assertThat(target).doesNotExist();
        stored.broken.clear();
        stored.reads.clear();
        List<Long> done = new ArrayList<>();

        reader.readTo(stored.version, target, (bytes, total) -> done.add(bytes));

        assertComplete(target);
        assertThat(stored.reads.subList(1, stored.reads.size()))
                .containsExactlyInAnyOrderElementsOf(ids.subList(4, ids.size()));
        assertThat(done).isSorted().endsWith(1_000_010L);
    }

    @Test
    void readTo_damageInTheEarlierAttempt_isFetchedAgain() throws IOException {
        List<ChunkId> ids = stored.ids("w/0.bin");
        stored.broken.add(ids.get(4));
        Path target = root.resolve("a/b");
        assertThatThrownBy(() -> reader.readTo(stored.version, target, SILENT)).isInstanceOf(StorageIoException.class);
        stored.broken.clear();
        Path partial = partial(target).resolve("files/w/0.bin");
        byte[] bytes = Files.readAllBytes(partial);
        bytes[0] ^= 1;
        Files.write(partial, bytes);
        Files.write(partial, new byte[2_000_000], StandardOpenOption.APPEND);
        stored.reads.clear();

        reader.readTo(stored.version, target, SILENT);

        assertComplete(target);
        assertThat(stored.reads).contains(ids.get(0), ids.get(4)).doesNotContain(ids.get(1), ids.get(2));
    }

    @Test
    void readTo_strangersInTheEarlierAttempt_doNotAppear() throws IOException {
        Path target = root.resolve("a/b");
        stored.broken.add(stored.ids("w/0.bin").get(0));
        assertThatThrownBy(() -> reader.readTo(stored.version, target, SILENT)).isInstanceOf(StorageIoException.class);
        stored.broken.clear();
        Path files = partial(target).resolve("files");
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(Files.createDirectories(files.resolve("w/x")).resolve("more"), "x");
        Files.delete(files.resolve("bias"));
        Files.createSymbolicLink(files.resolve("bias"), outside.resolve("bias"));
        Files.delete(files.resolve("w/0.bin"));
        Files.createSymbolicLink(files.resolve("w/link"), outside);

        reader.readTo(stored.version, target, SILENT);

        assertComplete(target);
        assertThat(outside).isEmptyDirectory();
    }

    private static Path partial(Path target) throws IOException {
        try (Stream<Path> beside = Files.list(target.getParent())) {
            return beside.filter(path -> path.toString().endsWith(".part"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void readTo_anyDiskStepFails_nothingAppearsAndTheNextAttemptSucceeds() throws IOException {
        int failures = 0;
        for (int step = 0; ; step++, failures++) {
            Path target = root.resolve("step" + step + "/b");
            disk.failingAt(step);
            try {
                reader.readTo(stored.version, target, SILENT);
                break;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            if (!Files.exists(target)) {
                disk.failingAt(Long.MAX_VALUE);
                reader.readTo(stored.version, target, SILENT);
            }
            assertComplete(target, "step " + step);
        }
        assertThat(failures).isGreaterThan(8);
    }

    private static void assertComplete(Path target, String step) throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            assertThat(all.filter(Files::isRegularFile)).as(step).hasSize(3);
        }
    }

    @Test
    void readTo_flushFails_nothingOfThatFileIsKept() throws IOException {
        Path target = root.resolve("a/b");
        disk.failingAtNext(FaultyDisk.Step.FORCE);

        assertThatThrownBy(() -> reader.readTo(stored.version, target, SILENT)).isInstanceOf(IOException.class);

        assertThat(partial(target).resolve("files")).isEmptyDirectory();
    }

    @Test
    void readTo_progressThatThrows_endsItAndTheNextGoesOn() throws IOException {
        Path target = root.resolve("a/b");
        assertThatThrownBy(() -> reader.readTo(stored.version, target, (done, total) -> {
                    if (done > 500_000) {
                        throw new IllegalStateException("cancelled");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cancelled");
        int before = stored.reads.size();

        reader.readTo(stored.version, target, SILENT);

        assertComplete(target);
        assertThat(stored.reads.size() - before)
                .isLessThan(stored.ids("w/0.bin").size());
    }

    @Test
    void readTo_whileAnotherThreadWritesTheSame_isRefused() throws IOException {
        Path target = root.resolve("a/b");
        List<Throwable> refused = new ArrayList<>();

        reader.readTo(stored.version, target, (done, total) -> {
            if (done == 0) {
                try {
                    reader.readTo(stored.version, target, SILENT);
                } catch (IOException e) {
                    refused.add(e);
                }
            }
        });

        assertThat(refused).hasSize(1);
        assertThat(refused.get(0)).hasMessageContaining("another thread");
        assertComplete(target);
    }
}
