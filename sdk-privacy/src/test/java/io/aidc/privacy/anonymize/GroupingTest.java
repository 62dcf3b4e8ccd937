package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupingTest {
    static LongStream seeds() {
        return Seeds.few(100);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void raised_stepByStep_groupsAsTheRowsDo(long seed) {
        Random random = new Random(seed);
        // up to 9 columns of up to 12 bits: one word or two
        List<Dimension> dimensions = wide(random, 1 + random.nextInt(9));
        Grouping grouping = Grouping.ofRows(dimensions);
        assertSame(grouping, dimensions);
        for (int step = 0; step < 8; step++) {
            int d = random.nextInt(dimensions.size());
            int level = grouping.node()[d];
            int higher = level + random.nextInt(dimensions.get(d).height() - level + 1);
            grouping = grouping.raised(d, higher);
            assertSame(grouping, dimensions);
        }
        int[] top = dimensions.stream().mapToInt(Dimension::height).toArray();
        assertSame(grouping.raisedTo(top), dimensions);
    }

    private static List<Dimension> wide(Random random, int columns) {
        List<Dimension> dimensions = new ArrayList<>();
        for (int d = 0; d < columns; d++) {
            int[][] levels = Tables.levels(random, 1 + random.nextInt(4000), random.nextInt(4));
            int size = levels[0].length;
            int[] places = IntStream.range(0, size).toArray();
            // two values a column and rows in pairs, so that rows agree in one word and not in the next
            int[] half = IntStream.range(0, 60)
                    .map(row -> random.nextBoolean() ? size - 1 : size / 3)
                    .toArray();
            int[] codes = IntStream.range(0, 120).map(row -> half[row / 2]).toArray();
            dimensions.add(Dimension.categorical(codes, levels, places));
        }
        return dimensions;
    }

    private static void assertSame(Grouping grouping, List<Dimension> dimensions) {
        Classes expected = Tables.group(dimensions, grouping.node());
        assertThat(grouping.count()).isEqualTo(expected.count());
        assertThat(grouping.classOf()).isEqualTo(expected.classOf());
        for (int cls = 0; cls < grouping.count(); cls++) {
            int row = expected.first(cls);
            assertThat(grouping.size(cls)).isEqualTo(expected.size(cls));
            for (int d = 0; d < dimensions.size(); d++) {
                int level = grouping.node()[d];
                assertThat(grouping.code(d, cls))
                        .isEqualTo(dimensions
                                .get(d)
                                .generalised(level, dimensions.get(d).code(row)));
            }
        }
        assertThat(Arrays.stream(grouping.classOf()).max().orElseThrow()).isEqualTo(grouping.count() - 1);
    }
}
