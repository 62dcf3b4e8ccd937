package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final int MIN = ChunkProfile.XET_64K.minBytes();

    @Test
    void cuts_partsOfTheMinimum_areCutAtBothEnds() {
        assertThat(cuts(4L * MIN, MIN, 2L * MIN)).containsExactly(MIN, 2L * MIN);
    }

    @Test
    void cuts_smallPartsBesideEachOther_areOne() {
        long large = 10L * MIN;
        assertThat(cuts(large + 400, 100, 200, 300, 300 + large)).containsExactly(300, 300 + large);
        assertThat(cuts(400, 100, 200, 300)).isEmpty();
    }

    @Test
    void cuts_oneByteLessThanTheMinimum_isSmall() {
        assertThat(cuts(MIN + MIN - 1L, MIN)).containsExactly(MIN);
        assertThat(cuts(2L * MIN - 2, MIN - 1)).isEmpty();
    }

    @Test
    void cuts_dependOnTheProfile() {
        var layout = Layout.of(100_000, LongStream.of(50_000));

        assertThat(layout.cuts(ChunkProfile.XET_64K)).containsExactly(50_000);
        assertThat(layout.cuts(ChunkProfile.WEIGHTS_1M)).isEmpty();
    }

    @Test
    void of_bothEndsUnsortedAndRepeated_keepsWhatIsInside() {
        assertThat(cuts(30_000, 30_000, 20_000, 0, 10_000, 20_000)).containsExactly(10_000, 20_000);
        assertThat(Layout.of(30_000, LongStream.of(0, 7, 30_000))).hasToString("Layout[1 boundaries in 30000 bytes]");
    }

    @Test
    void of_boundaryOutsideTheFile_isRefused() {
        assertThatThrownBy(() -> Layout.of(10, LongStream.of(3, 11)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 0 and 10, got 3 to 11");
        assertThatThrownBy(() -> Layout.of(10, LongStream.of(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void and_another_hasTheBoundariesOfBoth() {
        var both = Layout.of(50_000, LongStream.of(10_000)).and(Layout.of(50_000, LongStream.of(30_000)));

        assertThat(both.cuts(ChunkProfile.XET_64K)).containsExactly(10_000, 30_000);
        assertThat(both.and(Layout.none()).cuts(ChunkProfile.XET_64K)).containsExactly(10_000, 30_000);
    }

    @Test
    void none_hasNoCut() {
        assertThat(Layout.none().cuts(ChunkProfile.XET_64K)).isEmpty();
    }

    private static long[] cuts(long fileBytes, long... boundaries) {
        return Layout.of(fileBytes, LongStream.of(boundaries)).cuts(ChunkProfile.XET_64K);
    }
}
