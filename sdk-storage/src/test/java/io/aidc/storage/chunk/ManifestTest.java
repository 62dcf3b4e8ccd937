package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.chunk.Manifest.ChunkEntry;
import io.aidc.storage.chunk.Manifest.FileEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTest {
    private static final ChunkId A = ChunkId.of(new byte[] {1});
    private static final ChunkId B = ChunkId.of(new byte[] {2});
    private static final Manifest SMALL = new Manifest(
            List.of(
                    new FileEntry("w/2.bin", 30, B, List.of(new ChunkEntry(A, 10), new ChunkEntry(B, 20))),
                    new FileEntry("empty", 0, A, List.of())),
            Map.of("k", "v", "ä", "ö"));

    @Test
    void decode_whatEncodeWrote_isEqual() {
        assertThat(Manifest.decode(SMALL.encode())).isEqualTo(SMALL);
    }

    @Test
    void encode_sameContentInAnotherOrder_givesTheSameBytes() {
        var other = new Manifest(List.of(SMALL.files().get(1), SMALL.files().get(0)), Map.of("ä", "ö", "k", "v"));

        assertThat(other.encode()).isEqualTo(SMALL.encode());
    }

    @Test
    void size_andChunkIds_coverAllFiles() {
        assertThat(SMALL.size()).isEqualTo(30);
        assertThat(SMALL.chunkIds()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void construct_lyingLength_isRefused() {
        assertThatThrownBy(() -> new FileEntry("f", 11, A, List.of(new ChunkEntry(A, 10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length 11")
                .hasMessageContaining("10");
    }

    @Test
    void construct_noFileOrTwiceTheSame_isRefused() {
        FileEntry file = SMALL.files().get(0);
        assertThatThrownBy(() -> new Manifest(List.of(), Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Manifest(List.of(file, file), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void construct_chunkWithoutBytes_isRefused() {
        assertThatThrownBy(() -> new ChunkEntry(A, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encode_tooManyChunks_isRefusedWithAdvice() {
        var chunk = new ChunkEntry(A, 1);
        ChunkEntry[] chunks = new ChunkEntry[460_000];
        Arrays.fill(chunks, chunk);
        var manifest = new Manifest(List.of(new FileEntry("f", chunks.length, A, List.of(chunks))), Map.of());

        assertThatThrownBy(manifest::encode)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("larger chunks");
    }

    @Test
    void encode_fourGibibytesInSmallChunks_fits() {
        int expectedChunkBytes = ChunkProfile.XET_64K.minBytes() + (64 << 10);
        int count = (int) ((4L << 30) / expectedChunkBytes) * 5 / 4;
        ChunkEntry[] chunks = new ChunkEntry[count];
        Arrays.fill(chunks, new ChunkEntry(A, expectedChunkBytes));
        var file = new FileEntry("f", (long) count * expectedChunkBytes, A, List.of(chunks));

        byte[] bytes = new Manifest(List.of(file), Map.of()).encode();

        assertThat(file.length()).isGreaterThan(4L << 30);
        assertThat(Manifest.decode(bytes).files()).containsExactly(file);
    }

    @Test
    void encode_tenThousandFilesWithLongNames_fits() {
        List<FileEntry> files = IntStream.range(0, 10_000)
                .mapToObj(i ->
                        new FileEntry("d".repeat(100) + "/%05d".formatted(i), 10, A, List.of(new ChunkEntry(A, 10))))
                .toList();

        byte[] bytes = new Manifest(files, Map.of()).encode();

        assertThat(Manifest.decode(bytes).files()).isEqualTo(files);
    }

    @Test
    void decode_pathTrickInside_isRefused() {
        byte[] bytes = new Manifest(List.of(new FileEntry("ab/c", 0, A, List.of())), Map.of()).encode();
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).replace("ab/c", "../c");

        assertThatThrownBy(() -> Manifest.decode(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("../c");
    }

    @Test
    void decode_everyPrefix_isRefused() {
        byte[] bytes = SMALL.encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Manifest.decode(prefix)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void decode_damagedBytes_isRefusedOrAManifest(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = SMALL.encode();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Manifest.decode(bytes).encode()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    static LongStream seeds() {
        return ChunkerTest.seeds();
    }
}
