package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.aidc.storage.backup.MemoryObjects;
import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An index that is wrong, or written halfway. */
class RepositoryTest {
    private static final Settings SETTINGS =
            new Settings(Clock.systemUTC(), "host", "user", () -> {}, new ScryptCost(2, 1, 1), 1 << 20);

    private static List<Pack> packs() {
        List<Pack> packs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ChunkId id = ChunkId.of(("pack" + i).getBytes(StandardCharsets.UTF_8));
            List<PackedBlob> blobs = new ArrayList<>();
            for (int b = 0; b < 30_000; b++) {
                blobs.add(new PackedBlob(BlobType.DATA, id, b * 100, 100, 0));
            }
            packs.add(new Pack(id, blobs));
        }
        return packs;
    }

    @Test
    void saveIndex_killedBetweenItsFiles_hidesNothing() throws IOException {
        var objects = new MemoryObjects();
        var repository = Repository.create(objects, new char[] {'x'}, 1, SETTINGS);
        List<ChunkId> old = repository.saveIndex(packs(), List.of());
        assertThat(old).hasSize(3);
        for (int written = 0; written < 3; written++) {
            objects.failAfter(written);
            assertThatIOException().isThrownBy(() -> repository.saveIndex(packs(), old));
            assertThat(repository.index().packs()).hasSize(3);
        }
        objects.working();

        List<ChunkId> saved = repository.saveIndex(packs(), old);

        assertThat(saved).hasSize(3);
        old.forEach(id -> objects.content.remove(FileKind.INDEX.key(id)));
        assertThat(repository.index().packs()).hasSize(3);
    }

    @Test
    void blob_whereTheIndexNamesAnother_isRefused() throws IOException {
        var repository = Repository.create(new MemoryObjects(), new char[] {'x'}, 1, SETTINGS);
        byte[] first = {1};
        byte[] second = {2};
        List<Pack> packs;
        try (RepositoryLock lock = repository.lock(RepositoryLock.Mode.SHARED)) {
            var writer = new BlobWriter(repository, (type, id) -> false, lock, Runnable::run, 1);
            assertThat(writer.add(BlobType.DATA, first)).isCompletedWithValue(ChunkId.of(first));
            assertThat(writer.add(BlobType.DATA, second)).isCompletedWithValue(ChunkId.of(second));
            packs = writer.finish();
        }
        assertThat(repository.blob(repository.index(), BlobType.DATA, ChunkId.of(first)))
                .isEqualTo(first);
        List<PackedBlob> swapped = List.of(
                new PackedBlob(BlobType.DATA, ChunkId.of(second), 0, 33, 0),
                new PackedBlob(BlobType.DATA, ChunkId.of(first), 33, 33, 0));
        repository.saveIndex(List.of(new Pack(packs.get(0).id(), swapped)), repository.list(FileKind.INDEX));

        assertThatExceptionOfType(DamagedObjectException.class)
                .isThrownBy(() -> repository.blob(repository.index(), BlobType.DATA, ChunkId.of(first)))
                .withMessageContaining("another SHA-256");
    }
}
