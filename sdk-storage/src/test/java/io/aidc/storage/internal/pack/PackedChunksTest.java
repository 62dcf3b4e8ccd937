package io.aidc.storage.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FaultyDisk;
import io.aidc.storage.internal.file.FlushFailedException;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PackedChunksTest extends ChunkStoreContract {
    private final RecordedDamage damage = new RecordedDamage();
    private PackedChunks store;

    @BeforeEach
    void openStore() throws IOException {
        store = open(Disk.REAL);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    private PackedChunks open(Disk disk) throws IOException {
        return new PackedChunks(directory, new DurableFiles(disk, failure -> {}), damage);
    }

    private void reopen() throws IOException {
        store.close();
        store = open(Disk.REAL);
    }

    @Override
    protected ChunkStore store() {
        return store;
    }

    @Test
    void reopen_manyPacks_hasEverything() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(0, 70, 2 << 20);
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            store.put(blob.getKey(), blob.getValue());
        }
        assertThat(PackBytes.packs(directory)).hasSize(3);

        reopen();

        assertThat(store.missing(blobs.keySet())).isEmpty();
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            assertThat(content(store.get(blob.getKey()))).isEqualTo(blob.getValue());
        }
        assertThat(damage.all).isEmpty();
        store.put(ID, CONTENT);
        assertThat(PackBytes.packs(directory)).hasSize(3);
    }

    @Test
    void reopen_footerLost_isReadFrameByFrame() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(0, 40, 2 << 20);
        store.putAll(blobs);
        store.close();
        Path first = PackBytes.packs(directory).get(0);
        byte[] bytes = Files.readAllBytes(first);
        bytes[bytes.length - 20] ^= 1;
        Files.write(first, bytes);

        store = open(Disk.REAL);

        assertThat(store.missing(blobs.keySet())).isEmpty();
        assertThat(store.ids(null, 1_000)).containsExactlyInAnyOrderElementsOf(blobs.keySet());
    }

    @Test
    void put_lastFreeBytesOfTheDisk_isRefused_deletionsGoOn() throws IOException {
        store.put(ID, CONTENT);
        store.close();
        store = open(new Disk() {
            @Override
            public long usableBytes(Path directory) {
                return (64L << 20) + 1_000;
            }
        });
        byte[] small = new byte[1_000];
        store.put(ChunkId.of(small), small);

        byte[] large = new byte[1_001];
        assertThatThrownBy(() -> store.put(ChunkId.of(large), large))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("64 MiB are kept for metadata");
        store.delete(List.of(ID));
        assertThat(store.missing(List.of(ID))).containsExactly(ID);
        assertThat(content(store.get(ChunkId.of(small)))).isEqualTo(small);
    }

    @Test
    void open_lastPackSealed_isFlushed_itMayNotHaveBeenBeforeACrash() throws IOException {
        store.putAll(blobs(0, 40, 2 << 20));
        store.close();
        List<Path> packs = PackBytes.packs(directory);
        Files.delete(packs.get(1)); // the crash came before the next one was created
        List<Path> forced = new ArrayList<>();
        store = open(new Disk() {
            @Override
            public void force(FileChannel channel, Path file) throws IOException {
                channel.force(true);
                forced.add(file);
            }
        });

        assertThat(forced).containsExactly(packs.get(0));
        store.put(ID, CONTENT);
        assertThat(PackBytes.packs(directory)).hasSize(2);
    }

    @Test
    void open_packThatCannotBeRead_isTold_andNothingIsAppendedToIt() throws IOException {
        store.put(ID, CONTENT);
        store.close();
        Path pack = PackBytes.packs(directory).get(0);
        Files.delete(pack);
        Files.createDirectory(pack); // reading it fails, as a bad sector does

        store = open(Disk.REAL);

        assertThat(damage.all).hasSize(1).allMatch(told -> told.startsWith("damaged 0 "));
        assertThat(store.missing(List.of(ID))).containsExactly(ID);
        store.put(ID, CONTENT);
        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
        store.compact();
        assertThat(pack).as("kept").exists();
    }

    @Test
    void compact_packWithBytesOfNoFrame_goesToQuarantine() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(0, 40, 2 << 20);
        store.putAll(blobs);
        store.close();
        Path first = PackBytes.packs(directory).get(0);
        byte[] bytes = Files.readAllBytes(first);
        bytes[bytes.length - 20] ^= 1; // the footer
        bytes[3] ^= 1; // the first frame's header
        Files.write(first, bytes);
        store = open(Disk.REAL);
        assertThat(store.missing(blobs.keySet())).hasSize(1);

        store.delete(blobs.keySet());
        store.compact();

        assertThat(first).doesNotExist();
        assertThat(directory.resolve("quarantine").resolve(first.getFileName())).exists();
    }

    @Test
    void open_everyTornTail_keepsWhatWasBeforeIt() throws IOException {
        store.put(ID, CONTENT);
        long before = PackBytes.length(directory);
        byte[] second = {4, 5, 6, 7};
        store.put(ChunkId.of(second), second);
        store.close();
        Path pack = PackBytes.packs(directory).get(0);
        byte[] whole = Files.readAllBytes(pack);
        byte[] third = {8, 9};
        for (int size = (int) before; size < whole.length; size++) {
            Files.write(pack, Arrays.copyOf(whole, size));
            store = open(Disk.REAL);
            assertThat(content(store.get(ID))).isEqualTo(CONTENT);
            assertThat(store.get(ChunkId.of(second))).isInstanceOf(Lookup.Missing.class);
            store.put(ChunkId.of(third), third);
            reopen();
            assertThat(content(store.get(ChunkId.of(third)))).isEqualTo(third);
            store.close();
        }
        assertThat(damage.all).isEmpty();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void open_flippedBitAnywhere_losesAtMostThatChunk_andServesNothingWrong(long seed) throws IOException {
        var random = new Random(seed);
        Map<ChunkId, byte[]> blobs = blobs(seed, 20, 3_000);
        store.putAll(blobs);
        store.close();
        Path pack = PackBytes.packs(directory).get(0);
        byte[] bytes = Files.readAllBytes(pack);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(pack, bytes);

        store = open(Disk.REAL);

        int lost = 0;
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            if (store.get(blob.getKey()) instanceof Lookup.Found found) {
                assertThat(found.content()).isEqualTo(blob.getValue());
            } else {
                lost++;
            }
        }
        assertThat(lost).isEqualTo(1);
        store.putAll(blobs);
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            assertThat(content(store.get(blob.getKey()))).isEqualTo(blob.getValue());
        }
        reopen();
        assertThat(store.missing(blobs.keySet())).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @Test
    void put_stoppedAtAnyStep_isWholeOrMissingAfterReopening() throws IOException {
        store.close();
        var disk = new FaultyDisk();
        int step = 0;
        for (boolean completed = false; !completed; step++) {
            deletePacks();
            disk.failingAt(Long.MAX_VALUE);
            store = open(disk);
            disk.failingAt(step);
            try {
                store.put(ID, CONTENT);
                completed = true;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);
            reopen();
            Lookup found = store.get(ID);
            assertThat(found).isNotInstanceOf(Lookup.Corrupt.class);
            assertThat(found instanceof Lookup.Found)
                    .isEqualTo(store.missing(List.of(ID)).isEmpty());
            store.put(ID, CONTENT);
            assertThat(content(store.get(ID))).isEqualTo(CONTENT);
            store.close();
        }
        assertThat(step).as("create, flush directory, flush").isEqualTo(4);
    }

    private void deletePacks() throws IOException {
        for (Path pack : PackBytes.packs(directory)) {
            Files.delete(pack);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Step.class,
            names = {"FORCE", "FORCE_DIRECTORY"})
    void put_afterAFailedFlush_isRefused(FaultyDisk.Step step) throws IOException {
        store.close();
        var disk = new FaultyDisk();
        store = open(disk);
        disk.failingAtNext(step);

        assertThatThrownBy(() -> store.put(ID, CONTENT)).isInstanceOf(FlushFailedException.class);
        assertThatThrownBy(() -> store.put(ID, CONTENT)).isInstanceOf(FlushFailedException.class);
        assertThatThrownBy(() -> store.missing(List.of(ID))).isInstanceOf(FlushFailedException.class);
    }

    @Test
    void putAll_fromManyThreads_isAllThere() throws Exception {
        List<Map<ChunkId, byte[]>> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 8; i++) {
            Map<ChunkId, byte[]> mine = blobs(i, 30, 400_000);
            all.add(mine);
            threads.add(new Thread(() -> {
                try {
                    for (Map.Entry<ChunkId, byte[]> blob : mine.entrySet()) {
                        store.put(blob.getKey(), blob.getValue());
                        assertThat(store.missing(List.of(blob.getKey()))).isEmpty();
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        reopen();
        for (Map<ChunkId, byte[]> blobs : all) {
            for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
                assertThat(content(store.get(blob.getKey()))).isEqualTo(blob.getValue());
            }
        }
    }

    @Test
    void delete_isGoneForGood_andMakesRoom() throws IOException {
        Map<ChunkId, byte[]> dead = blobs(1, 50, 2 << 20);
        Map<ChunkId, byte[]> live = blobs(2, 5, 2 << 20);
        Map<ChunkId, byte[]> both = new LinkedHashMap<>();
        both.putAll(live);
        both.putAll(dead);
        store.putAll(both);
        long before = store.bytes();

        store.delete(dead.keySet());
        store.delete(List.of(ID));
        store.compact();

        assertThat(store.missing(dead.keySet())).hasSize(50);
        assertThat(store.bytes()).isLessThan(before);
        reopen();
        assertThat(store.missing(dead.keySet())).hasSize(50);
        for (Map.Entry<ChunkId, byte[]> blob : live.entrySet()) {
            assertThat(content(store.get(blob.getKey()))).isEqualTo(blob.getValue());
        }
        assertThat(PackBytes.packs(directory).size()).isLessThan(3);
    }

    @Test
    void delete_stoppedAtAnyStep_losesNothingLive() throws IOException {
        store.close();
        var disk = new FaultyDisk();
        Map<ChunkId, byte[]> dead = blobs(1, 5, 13 << 20);
        Map<ChunkId, byte[]> live = blobs(2, 3, 1 << 20);
        int step = 0;
        for (boolean completed = false; !completed; step++) {
            deletePacks();
            disk.failingAt(Long.MAX_VALUE);
            store = open(disk);
            store.putAll(live);
            store.putAll(dead);
            disk.failingAt(step);
            try {
                store.delete(dead.keySet());
                store.compact();
                completed = true;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            disk.failingAt(Long.MAX_VALUE);
            reopen();
            for (Map.Entry<ChunkId, byte[]> blob : live.entrySet()) {
                assertThat(content(store.get(blob.getKey()))).isEqualTo(blob.getValue());
            }
            store.close();
        }
        assertThat(step).isGreaterThan(2);
        store = open(Disk.REAL);
        assertThat(store.missing(dead.keySet())).hasSize(5);
    }

    @Test
    void putAgain_afterDelete_isThere() throws IOException {
        store.put(ID, CONTENT);
        store.delete(List.of(ID));
        assertThat(store.get(ID)).isInstanceOf(Lookup.Missing.class);
        store.put(ID, CONTENT);
        reopen();

        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
    }

    @Test
    void compaction_damagedLiveChunk_goesToQuarantine() throws IOException {
        byte[] damaged = new byte[1 << 20];
        new Random(9).nextBytes(damaged);
        store.put(ChunkId.of(damaged), damaged);
        Map<ChunkId, byte[]> dead = blobs(1, 40, 2 << 20);
        store.putAll(dead);
        PackBytes.flipOneBitOf(Arrays.copyOf(damaged, 100), directory);

        store.delete(dead.keySet());
        store.compact();

        assertThat(damage.all).containsExactly("quarantined " + ChunkId.of(damaged));
        assertThat(store.missing(List.of(ChunkId.of(damaged)))).hasSize(1);
        try (var kept = Files.list(directory.resolve("quarantine"))) {
            assertThat(kept)
                    .singleElement()
                    .satisfies(file -> assertThat(Files.size(file)).isEqualTo(1 << 20));
        }
    }

    @Test
    void packInsideAPack_showsNoFrames() throws IOException {
        store.put(ID, CONTENT);
        byte[] pack = Files.readAllBytes(PackBytes.packs(directory).get(0));
        store.delete(List.of(ID));
        store.put(ChunkId.of(pack), pack);

        reopen();

        assertThat(store.get(ID)).isInstanceOf(Lookup.Missing.class);
        assertThat(content(store.get(ChunkId.of(pack)))).isEqualTo(pack);
    }

    @Test
    void get_packDeletedBySomeoneElse_isCorrupt() throws IOException {
        store.put(ID, CONTENT);
        Files.delete(PackBytes.packs(directory).get(0));

        assertThat(store.get(ID)).isInstanceOf(Lookup.Corrupt.class);
        store.put(ID, CONTENT);
        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
        reopen();
        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
    }

    @Test
    void put_afterAFailedDelete_isThereAfterReopening() throws IOException {
        store.close();
        var disk = new FaultyDisk();
        store = open(disk);
        Map<ChunkId, byte[]> blobs = blobs(1, 63, 1 << 20);
        store.putAll(blobs);
        byte[] large = new byte[1 << 20];
        new Random(77).nextBytes(large);
        blobs.put(ChunkId.of(large), large);
        store.put(ChunkId.of(large), large);
        disk.failingAtNext(FaultyDisk.Step.OPEN); // the next pack cannot be created
        List<ChunkId> ids = new ArrayList<>(blobs.keySet());
        for (int round = 0; round < 400; round++) {
            try {
                store.delete(ids);
                store.putAll(blobs);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
                break;
            }
        }
        disk.failingAt(Long.MAX_VALUE);
        store.putAll(blobs);
        reopen();

        assertThat(store.missing(ids)).isEmpty();
    }

    @Test
    void get_packThatCannotBeRead_isCorrupt_andStoredAgain() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(1, 33, 2 << 20);
        store.putAll(blobs);
        Path first = PackBytes.packs(directory).get(0);
        Files.delete(first);
        Files.createDirectory(first);
        ChunkId id = blobs.keySet().iterator().next();

        assertThat(store.get(id)).isInstanceOf(Lookup.Corrupt.class);
        store.put(id, java.util.Objects.requireNonNull(blobs.get(id)));
        assertThat(content(store.get(id))).isEqualTo(blobs.get(id));
    }

    @Test
    void put_afterClose_isRefused() throws IOException {
        store.close();

        assertThatThrownBy(() -> store.put(ID, CONTENT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.delete(List.of(ID))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ids_pages_giveEachOnceInOrder() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(3, 25, 10);
        store.putAll(blobs);
        List<ChunkId> ids = new ArrayList<>();
        for (List<ChunkId> page = store.ids(null, 10); !page.isEmpty(); page = store.ids(ids.get(ids.size() - 1), 10)) {
            ids.addAll(page);
        }

        assertThat(ids).isSorted().containsExactlyInAnyOrderElementsOf(blobs.keySet());
    }

    @Test
    void put_tooLarge_isRefused() {
        byte[] large = new byte[ChunkStore.MAX_BYTES + 1];

        assertThatThrownBy(() -> store.put(ChunkId.of(large), large)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parsers_garbage_endInNothing(long seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(5_000)];
        random.nextBytes(bytes);
        store.close();
        Files.write(directory.resolve("00000007-0123456789abcdef.pack"), bytes);

        store = open(Disk.REAL);

        assertThat(store.ids(null, 10)).isEmpty();
        store.put(ID, CONTENT);
        reopen();
        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
        assertThat(Footer.length(ByteBuffer.wrap(Arrays.copyOf(bytes, Footer.TRAILER_BYTES))))
                .isEmpty();
    }

    private static Map<ChunkId, byte[]> blobs(long seed, int count, int bytes) {
        var random = new Random(seed);
        Map<ChunkId, byte[]> blobs = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            blobs.put(ChunkId.of(content), content);
        }
        return blobs;
    }
}
