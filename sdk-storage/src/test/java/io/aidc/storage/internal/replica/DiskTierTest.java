package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTierTest {
    @TempDir
    Path directory;

    @Test
    void get_whatWasPut_isFound_alsoInTheNextProcess() throws IOException {
        byte[] content = chunk(1);
        new DiskTier(directory, 10_000).put(ChunkId.of(content), content);

        assertThat(new DiskTier(directory, 10_000).get(ChunkId.of(content))).isEqualTo(content);
        assertThat(new DiskTier(directory, 10_000).get(ChunkId.of(chunk(2)))).isNull();
    }

    @Test
    void put_moreThanTheLimit_evicts() throws IOException {
        var tier = new DiskTier(directory, 3_500);
        for (int i = 0; i < 20; i++) {
            byte[] content = chunk(i);
            tier.put(ChunkId.of(content), content);
        }

        assertThat(files()).isEqualTo(3);
    }

    @Test
    void open_smallerLimit_evictsWhatWasLeft_andScratchFiles() throws IOException {
        var tier = new DiskTier(directory, 10_000);
        for (int i = 0; i < 5; i++) {
            byte[] content = chunk(i);
            tier.put(ChunkId.of(content), content);
        }
        Files.write(directory.resolve("chunk123.tmp"), new byte[10]);
        Files.write(directory.resolve(".stranger"), new byte[10]);

        new DiskTier(directory, 2_500);

        assertThat(files()).as("two chunks and what is not ours").isEqualTo(3);
    }

    @Test
    void get_damagedCopy_isNull_andThrownAway() throws IOException {
        byte[] content = chunk(1);
        var tier = new DiskTier(directory, 10_000);
        tier.put(ChunkId.of(content), content);
        content[5] ^= 1;
        Files.write(directory.resolve(ChunkId.of(chunk(1)).toString()), content);

        assertThat(tier.get(ChunkId.of(chunk(1)))).isNull();
        assertThat(files()).isZero();
    }

    @Test
    void get_copyGone_isNull() throws IOException {
        byte[] content = chunk(1);
        var tier = new DiskTier(directory, 10_000);
        tier.put(ChunkId.of(content), content);
        Files.delete(directory.resolve(ChunkId.of(content).toString()));

        assertThat(tier.get(ChunkId.of(content))).isNull();
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static byte[] chunk(long seed) {
        byte[] content = new byte[1_000];
        new Random(seed).nextBytes(content);
        return content;
    }
}
