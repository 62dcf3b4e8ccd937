package io.aidc.storage.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectChunksTest extends ChunkStoreContract {
    private final RecordedDamage damage = new RecordedDamage();
    private ObjectStore objects;
    private ObjectChunks store;

    @BeforeEach
    void openStore() throws IOException {
        objects = DirectoryObjects.open(directory);
        store = open();
    }

    @AfterEach
    void closeStore() {
        objects.close();
    }

    private ObjectChunks open() throws IOException {
        return new ObjectChunks(objects, damage, Clock.systemUTC());
    }

    @Override
    protected ChunkStore store() {
        return store;
    }

    @Test
    void get_whatAnotherNodeStored_isFound() throws IOException {
        ObjectChunks other = open();
        other.put(ID, CONTENT);

        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
        assertThat(store.missing(List.of(ID))).isEmpty();
    }

    @Test
    void putAll_isOnePack_whoseBytesAreThoseOfAPackFile() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(1, 20, 1_000);
        store.putAll(blobs);
        List<Path> packs = PackBytes.packs(directory);
        assertThat(packs).hasSize(1);
        Path local = Files.createDirectory(directory.resolve("local"));
        Files.copy(packs.get(0), local.resolve(packs.get(0).getFileName()));

        try (var files = new PackedChunks(
                local,
                new io.aidc.storage.internal.file.DurableFiles(io.aidc.storage.internal.file.Disk.REAL, failure -> {}),
                damage)) {
            for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
                assertThat(content(files.get(blob.getKey()))).isEqualTo(blob.getValue());
            }
        }
        assertThat(damage.all).isEmpty();
    }

    @Test
    void open_footerDamaged_isReadFrameByFrameAndTold() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(1, 20, 1_000);
        store.putAll(blobs);
        Path pack = PackBytes.packs(directory).get(0);
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length - 3] ^= 1;
        pack.toFile().setWritable(true);
        Files.write(pack, bytes);

        assertThat(open().missing(blobs.keySet())).isEmpty();
        assertThat(damage.all).hasSize(1);
    }

    @Test
    void remove_keepsWhatIsNeeded_andOtherNodesFindIt() throws IOException {
        Map<ChunkId, byte[]> live = blobs(1, 2, 1_000);
        Map<ChunkId, byte[]> dead = blobs(2, 20, 1_000);
        Map<ChunkId, byte[]> both = new LinkedHashMap<>(live);
        both.putAll(dead);
        store.putAll(both);
        ObjectChunks other = open();

        Set<String> sparse = store.sparse(live.keySet());
        String pack = sparse.iterator().next();

        assertThat(store.countUnneeded(pack, live.keySet())).isEqualTo(20);
        assertThat(store.remove(pack, sparse, live.keySet())).isTrue();
        assertThat(store.missing(both.keySet())).isEqualTo(dead.keySet());
        assertThat(PackBytes.length(directory)).isLessThan(5_000);
        for (Map.Entry<ChunkId, byte[]> blob : live.entrySet()) {
            assertThat(content(other.get(blob.getKey()))).isEqualTo(blob.getValue());
        }
        assertThat(other.get(dead.keySet().iterator().next())).isInstanceOf(Lookup.Missing.class);
        assertThat(open().missing(both.keySet())).isEqualTo(dead.keySet());
    }

    @Test
    void sparse_isWhatIsNeededByLessThanHalf() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(1, 10, 1_000);
        List<ChunkId> ids = List.copyOf(blobs.keySet());
        store.putAll(blobs);

        assertThat(store.sparse(Set.copyOf(ids.subList(0, 5)))).isEmpty();
        assertThat(store.sparse(Set.copyOf(ids.subList(0, 4)))).hasSize(1);
    }

    @Test
    void retired_countsAsMissing_andIsStoredAgainElsewhere() throws IOException {
        Map<ChunkId, byte[]> blobs = blobs(1, 3, 1_000);
        store.putAll(blobs);
        Set<String> packs = store.sparse(Set.of());
        ObjectChunks other = open();

        other.learnRetired(() -> packs);

        assertThat(other.missing(blobs.keySet())).isEqualTo(blobs.keySet());
        assertThat(content(other.get(blobs.keySet().iterator().next()))).isNotEmpty();
        other.putAll(blobs);
        assertThat(other.missing(blobs.keySet())).isEmpty();
        other.learnRetired(() -> packs);
        assertThat(other.missing(blobs.keySet())).as("learnt again").isEmpty();
        String old = packs.iterator().next();
        store.learnRetired(() -> packs);
        assertThat(store.remove(old, packs, blobs.keySet())).isTrue();
        assertThat(PackBytes.packs(directory)).as("nothing was copied").hasSize(1);
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            assertThat(content(other.get(blob.getKey()))).isEqualTo(blob.getValue());
        }
    }

    @Test
    void retired_whileItLooks_whatWasRetiredBeforeCountsAsMissing() throws IOException {
        store.put(ID, CONTENT);
        Set<String> packs = store.sparse(Set.of());
        List<Set<ChunkId>> seen = new ArrayList<>();
        var other = new ObjectChunks[1];
        other[0] = new ObjectChunks(
                listing(() -> {
                    if (other[0] != null) {
                        seen.add(other[0].missing(List.of(ID)));
                    }
                }),
                damage,
                Clock.systemUTC());
        other[0].learnRetired(() -> packs);
        store.learnRetired(() -> packs);
        store.remove(packs.iterator().next(), packs, Set.of());

        other[0].learnRetired(() -> Set.of());

        assertThat(seen).hasSize(2).allMatch(missing -> missing.contains(ID));
        assertThat(other[0].missing(List.of(ID))).containsExactly(ID);
    }

    @Test
    void refresh_packWrittenSinceItListed_isNotForgotten() throws IOException {
        var own = new ObjectChunks[1];
        var written = new AtomicBoolean();
        own[0] = new ObjectChunks(
                listing(() -> {
                    if (own[0] != null && written.compareAndSet(false, true)) {
                        own[0].putAll(Map.of(ID, CONTENT));
                    }
                }),
                damage,
                Clock.systemUTC());

        own[0].learnRetired(() -> Set.of());

        assertThat(written).isTrue();
        assertThat(own[0].missing(List.of(ID))).isEmpty();
    }

    private interface Hook {
        void run() throws IOException;
    }

    /** The store, in which something happens between the end of a list and what the caller does with it. */
    private ObjectStore listing(Hook hook) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(objects, arguments);
                        if (method.getName().equals("list")) {
                            hook.run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void remove_damagedNeighbour_keepsThePack() throws IOException {
        Map<ChunkId, byte[]> dead = blobs(2, 20, 1_000);
        Map<ChunkId, byte[]> both = new LinkedHashMap<>(dead);
        both.put(ID, CONTENT);
        store.putAll(both);
        makeWritable();
        PackBytes.flipOneBitOf(CONTENT, directory);
        Set<String> sparse = store.sparse(Set.of(ID));

        assertThat(store.remove(sparse.iterator().next(), sparse, Set.of(ID))).isFalse();

        assertThat(damage.all).containsExactly("quarantined " + ID);
        assertThat(PackBytes.packs(directory)).hasSize(1);
    }

    @Test
    void get_damagedChunkThatAnotherNodeHealed_isFound() throws IOException {
        store.put(ID, CONTENT);
        ObjectChunks other = open();
        makeWritable();
        PackBytes.flipOneBitOf(CONTENT, directory);
        store.put(ID, CONTENT);

        assertThat(content(other.get(ID))).isEqualTo(CONTENT);
    }

    @Test
    void get_damagedWhereTheIndexPoints_isFoundInTheOtherPack() throws IOException {
        store.put(ID, CONTENT);
        Path old = PackBytes.packs(directory).get(0);
        Set<String> packs = store.sparse(Set.of());
        store.learnRetired(() -> packs);
        store.put(ID, CONTENT);
        assertThat(store.missing(List.of(ID))).isEmpty();
        spoil(CONTENT, packOtherThan(old));

        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
        assertThat(store.missing(List.of(ID)))
                .as("the good copy is in a pack that goes")
                .containsExactly(ID);
    }

    @Test
    void remove_otherCopyDamaged_copiesThisOne() throws IOException {
        store.put(ID, CONTENT);
        Path old = PackBytes.packs(directory).get(0);
        Set<String> packs = store.sparse(Set.of());
        store.learnRetired(() -> packs);
        store.put(ID, CONTENT);
        spoil(CONTENT, packOtherThan(old));

        assertThat(store.remove(packs.iterator().next(), packs, Set.of(ID))).isTrue();

        assertThat(old).doesNotExist();
        assertThat(content(store.get(ID))).isEqualTo(CONTENT);
    }

    @Test
    void remove_indexDamagedSinceItWasRetired_keepsThePack() throws IOException {
        store.putAll(blobs(1, 20, 1_000));
        Path pack = PackBytes.packs(directory).get(0);
        Set<String> packs = store.sparse(Set.of());
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length - 3] ^= 1;
        makeWritable();
        Files.write(pack, bytes);

        assertThat(open().remove(packs.iterator().next(), packs, Set.of())).isFalse();

        assertThat(pack).exists();
    }

    private Path packOtherThan(Path known) throws IOException {
        return PackBytes.packs(directory).stream()
                .filter(pack -> !pack.equals(known))
                .findFirst()
                .orElseThrow();
    }

    private static void spoil(byte[] content, Path pack) throws IOException {
        pack.toFile().setWritable(true);
        PackBytes.flipOneBitOf(content, pack);
    }

    @Test
    void sparse_damagedIndex_isLeftAlone() throws IOException {
        store.putAll(blobs(1, 20, 1_000));
        Path pack = PackBytes.packs(directory).get(0);
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length - 3] ^= 1;
        makeWritable();
        Files.write(pack, bytes);

        assertThat(open().sparse(Set.of())).isEmpty();
    }

    private void makeWritable() throws IOException {
        for (Path pack : PackBytes.packs(directory)) {
            pack.toFile().setWritable(true);
        }
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
