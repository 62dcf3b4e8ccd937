package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkerTest {
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void cut_anyPieces_givesTheCutsOfOneBuffer(long seed) {
        var random = new Random(seed);
        byte[] content = new byte[random.nextInt(1 << 20)];
        random.nextBytes(content);

        List<Integer> pieces = ends(content, random.nextInt(5_000) + 1, ChunkProfile.XET_64K);

        assertThat(pieces).isEqualTo(slowEnds(content, new long[0]));
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest
    @EnumSource
    void cut_constantContent_cutsAtTheMaximum(ChunkProfile profile) {
        byte[] content = new byte[3 * profile.maxBytes() + 1];
        Arrays.fill(content, (byte) 59);

        assertThat(ends(content, 1 << 16, profile))
                .containsExactly(profile.maxBytes(), 2 * profile.maxBytes(), 3 * profile.maxBytes(), content.length);
    }

    @ParameterizedTest
    @EnumSource
    void cut_randomContent_staysWithinTheSizes(ChunkProfile profile) {
        byte[] content = new byte[32 << 20];
        new Random(7).nextBytes(content);

        List<Integer> ends = ends(content, 1 << 16, profile);

        int from = 0;
        for (int end : ends.subList(0, ends.size() - 1)) {
            assertThat(end - from).isBetween(profile.minBytes(), profile.maxBytes());
            from = end;
        }
        assertThat(ends.size()).isGreaterThan(content.length / profile.maxBytes());
    }

    @Test
    void cut_insertedByte_movesOnlyTheCutsNearIt() {
        byte[] content = new byte[4 << 20];
        new Random(3).nextBytes(content);
        byte[] longer = new byte[content.length + 1];
        System.arraycopy(content, 0, longer, 0, 1_000_000);
        System.arraycopy(content, 1_000_000, longer, 1_000_001, content.length - 1_000_000);

        List<Integer> before = ends(content, 4096, ChunkProfile.XET_64K);
        List<Integer> after = ends(longer, 4096, ChunkProfile.XET_64K);

        assertThat(after.stream().filter(end -> end < 1_000_000 || before.contains(end - 1)))
                .hasSizeGreaterThan(before.size() - 5);
    }

    @Test
    void cut_nothing_goesOn() {
        assertThat(new Chunker(ChunkProfile.XET_64K).cut(new byte[0], 0, 0)).isEqualTo(-1);
    }

    @Test
    void cut_rangeOutsideTheArray_isRefused() {
        assertThatThrownBy(() -> new Chunker(ChunkProfile.XET_64K).cut(new byte[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void cut_layoutInAnyPieces_givesTheCutsOfTheRule(long seed) {
        var random = new Random(seed);
        byte[] content = new byte[random.nextInt(1 << 20) + 1];
        random.nextBytes(content);
        var layout = Layout.of(content.length, random.longs(20, 0, content.length + 1));

        for (int piece : new int[] {content.length, 1 + random.nextInt(50), 1 + random.nextInt(50_000)}) {
            assertThat(ends(content, piece, new Chunker(ChunkProfile.XET_64K, layout)))
                    .as("pieces of %d", piece)
                    .isEqualTo(slowEnds(content, layout.cuts(ChunkProfile.XET_64K)));
        }
    }

    @Test
    void cut_forcedCutWhereContentOrMaximumCutsToo_isOneCut() {
        byte[] content = new byte[400_000];
        new Random(5).nextBytes(content);
        List<Integer> byContent = ends(content, content.length, ChunkProfile.XET_64K);
        var same = Layout.of(content.length, byContent.stream().mapToLong(end -> end));
        byte[] constant = new byte[400_000];
        var atMaximum = Layout.of(constant.length, LongStream.of(131_072));

        assertThat(ends(content, 1000, new Chunker(ChunkProfile.XET_64K, same))).isEqualTo(byContent);
        assertThat(ends(constant, 1000, new Chunker(ChunkProfile.XET_64K, atMaximum)))
                .startsWith(131_072, 262_144);
    }

    @Test
    void cut_partMovedToAnotherPlace_isCutAlike() {
        byte[] tensor = new byte[700_000];
        new Random(6).nextBytes(tensor);
        byte[] elsewhere = new byte[tensor.length + 20_001];
        System.arraycopy(tensor, 0, elsewhere, 10_001, tensor.length);
        var layout = Layout.of(elsewhere.length, LongStream.of(10_001, 10_001 + tensor.length));

        List<Integer> there = ends(elsewhere, 4096, new Chunker(ChunkProfile.XET_64K, layout));

        assertThat(there.stream()
                        .map(end -> end - 10_001)
                        .filter(end -> end > 0 && end <= tensor.length)
                        .toList())
                .isEqualTo(ends(tensor, tensor.length, ChunkProfile.XET_64K))
                .hasSizeGreaterThan(5);
    }

    static List<Integer> ends(byte[] content, int piece, ChunkProfile profile) {
        return ends(content, piece, new Chunker(profile));
    }

    private static List<Integer> ends(byte[] content, int piece, Chunker chunker) {
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < content.length; ) {
            int length = Math.min(piece, content.length - at);
            int cut = chunker.cut(content, at, length);
            at += cut < 0 ? length : cut;
            if (cut >= 0) {
                ends.add(at);
            }
        }
        if (content.length > 0 && (ends.isEmpty() || ends.get(ends.size() - 1) != content.length)) {
            ends.add(content.length);
        }
        return ends;
    }

    /** The published rule word by word: every byte is hashed, none is skipped. */
    private static List<Integer> slowEnds(byte[] content, long[] forced) {
        long[] table = GearTable.load();
        List<Integer> ends = new ArrayList<>();
        long hash = 0;
        int size = 0;
        for (int i = 0; i < content.length; i++) {
            hash = (hash << 1) + table[content[i] & 0xFF];
            size++;
            boolean byContent = size >= 8_192 && (size >= 131_072 || (hash & 0xFFFF_0000_0000_0000L) == 0);
            if (byContent || Arrays.binarySearch(forced, i + 1) >= 0) {
                ends.add(i + 1);
                hash = 0;
                size = 0;
            }
        }
        if (size > 0) {
            ends.add(content.length);
        }
        return ends;
    }
}
