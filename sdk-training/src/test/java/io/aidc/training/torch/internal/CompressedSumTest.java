package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.dist.GradientCompression;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.GroupBrokenException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed sums, bit for bit as plain Java computes them. */
@Timeout(60)
class CompressedSumTest {
    /** No multiple of a number of workers. */
    private static final int LENGTH = 10_007;

    private static final int KEPT = 101;

    @TempDir
    Path directory;

    private interface Rank<T> {
        T run(Group group);
    }

    /** Runs the code on each rank's own thread. */
    private <T> List<T> together(int size, Rank<T> code) throws InterruptedException, ExecutionException {
        var pool = Executors.newFixedThreadPool(size);
        try {
            List<Callable<T>> ranks = IntStream.range(0, size)
                    .<Callable<T>>mapToObj(rank -> () -> {
                        String store = "file:" + directory.resolve("group");
                        try (Group group = GlooGroup.join(store, rank, size, Duration.ofSeconds(20));
                                Vector end = Vector.zeros(1, Device.CPU)) {
                            T answer = code.run(group);
                            // Nobody leaves while another is still in an exchange.
                            group.allReduce(end);
                            return answer;
                        }
                    })
                    .toList();
            List<T> answers = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(ranks)) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            pool.shutdown();
        }
    }

    private static float[] numbers(int rank) {
        var random = new SplittableRandom(rank);
        float[] numbers = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            numbers[i] = (float) (random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-6, 7)));
        }
        return numbers;
    }

    private static float[] roundedSum(Group group) {
        Vector numbers = Vector.of(numbers(group.rank()), Device.CPU);
        try (Group.Pending pending = Bfloat16Sum.begin(group, numbers)) {
            pending.await();
        }
        return numbers.toArray();
    }

    /** To nearest, ties to even, as IEEE 754 rounds a significand to 8 bits. */
    private static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void bfloat16_roundsEachGradientAndTheirSum(int size) throws Exception {
        float[] expected = new float[LENGTH];
        for (int rank = 0; rank < size; rank++) {
            float[] own = numbers(rank);
            for (int i = 0; i < LENGTH; i++) {
                expected[i] = rank == 0 ? rounded(own[i]) : expected[i] + rounded(own[i]);
            }
        }
        for (int i = 0; i < LENGTH; i++) {
            expected[i] = rounded(expected[i]);
        }
        List<float[]> sums = together(size, CompressedSumTest::roundedSum);
        assertThat(sums).hasSize(size);
        for (float[] sum : sums) {
            assertThat(sum).containsExactly(expected);
        }
    }

    @Test
    void bfloat16_ofNumbersThatAreNotFinite_tellsThem() throws Exception {
        List<float[]> sums = together(2, group -> {
            Vector numbers = Vector.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1}, Device.CPU);
            try (Group.Pending pending = Bfloat16Sum.begin(group, numbers)) {
                pending.await();
            }
            return numbers.toArray();
        });
        assertThat(sums).hasSize(2);
        for (float[] sum : sums) {
            assertThat(sum).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, 2);
        }
    }

    /** Which of its numbers a rank sends. */
    private static int[] largest(float[] numbers) {
        return IntStream.range(0, LENGTH)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(numbers[i])))
                .limit(KEPT)
                .mapToInt(i -> i)
                .toArray();
    }

    private record Sparse(Vector sum, Vector left) {}

    private static Sparse largestSum(Group group) {
        Vector numbers = Vector.of(numbers(group.rank()), Device.CPU);
        Vector left = Vector.zeros(LENGTH, Device.CPU);
        try (Group.Pending pending = TopKSum.begin(group, numbers, left, KEPT)) {
            pending.await();
        }
        return new Sparse(numbers, left);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void topK_addsTheLargestOfEachAndLeavesTheRest(int size) throws Exception {
        float[] expected = new float[LENGTH];
        List<float[]> lefts = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            float[] own = numbers(rank);
            for (int i : largest(own)) {
                expected[i] += own[i];
                own[i] = 0;
            }
            lefts.add(own);
        }
        List<Sparse> sums = together(size, CompressedSumTest::largestSum);
        assertThat(sums).hasSize(size);
        for (int rank = 0; rank < size; rank++) {
            assertThat(sums.get(rank).sum().toArray()).containsExactly(expected);
            assertThat(sums.get(rank).left().toArray()).containsExactly(lefts.get(rank));
        }
    }

    /** Parts are begun one after the other before the first of them is waited for. */
    @Test
    void sums_thatAreUnderWayTogether_doNotMix() throws Exception {
        List<float[]> sums = together(3, group -> {
            Vector numbers = Vector.zeros(30, Device.CPU);
            numbers.fill(group.rank() + 1);
            Vector left = Vector.zeros(10, Device.CPU);
            try (Group.Pending first = Bfloat16Sum.begin(group, numbers.slice(20, 10));
                    Group.Pending second = TopKSum.begin(group, numbers.slice(10, 10), left, 10);
                    Group.Pending third = Bfloat16Sum.begin(group, numbers.slice(0, 10))) {
                group.allReduce(Vector.zeros(5, Device.CPU));
                first.await();
                second.await();
                third.await();
            }
            return numbers.toArray();
        });
        for (float[] sum : sums) {
            assertThat(sum).containsOnly(6);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sum_whenAPeerLeaves_endsWithAnError(boolean isRounded) {
        Rank<float[]> one = group -> {
            if (group.rank() == 1) {
                group.close();
                throw new IllegalStateException("left");
            }
            return isRounded ? roundedSum(group) : largestSum(group).sum().toArray();
        };
        assertThatThrownBy(() -> together(2, one)).hasCauseInstanceOf(GroupBrokenException.class);
    }

    /** Counts what a rank sends, as a ring and a pairwise exchange send it. */
    private static final class Counting implements Group {
        private final Group group;
        private long bytes;

        Counting(Group group) {
            this.group = group;
        }

        @Override
        public int rank() {
            return group.rank();
        }

        @Override
        public int size() {
            return group.size();
        }

        @Override
        public Pending beginAllReduce(Vector numbers) {
            throw new AssertionError("not compressed");
        }

        @Override
        public Pending beginAllGather(Tensor own, Tensor all) {
            bytes += own.nbytes() * (size() - 1);
            return group.beginAllGather(own, all);
        }

        @Override
        public Pending beginAllToAll(Tensor pieces, Tensor received) {
            bytes += pieces.nbytes() / size() * (size() - 1);
            return group.beginAllToAll(pieces, received);
        }

        @Override
        public void broadcast(IntBuffer numbers, int source) {
            throw new AssertionError("not compressed");
        }

        @Override
        public void broadcast(Vector numbers, int source) {
            throw new AssertionError("not compressed");
        }

        @Override
        public void setTimeout(Duration limit) {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void sums_sendAsManyBytesAsIsSaid(int size) throws Exception {
        double share = (double) KEPT / LENGTH;
        List<long[]> sent = together(size, group -> {
            var rounded = new Counting(group);
            roundedSum(rounded);
            var largest = new Counting(group);
            largestSum(largest);
            return new long[] {rounded.bytes, largest.bytes};
        });
        long[] said = {
            GradientCompression.bfloat16().bytesSent(LENGTH, size),
            GradientCompression.topK(share).bytesSent(LENGTH, size)
        };
        assertThat(sent).hasSize(size).allSatisfy(bytes -> assertThat(bytes).isEqualTo(said));
        assertThat(Arrays.stream(said).max().orElseThrow())
                .isLessThan(GradientCompression.none().bytesSent(LENGTH, size));
    }

    @Test
    void sums_thatAreClosed_holdNoNativeObject() throws Exception {
        int before = NativeObjects.count();
        together(2, group -> {
            try (Vector numbers = Vector.of(numbers(group.rank()), Device.CPU);
                    Vector others = Vector.of(numbers(group.rank()), Device.CPU);
                    Vector left = Vector.zeros(LENGTH, Device.CPU)) {
                for (int i = 0; i < 3; i++) {
                    try (Group.Pending pending = Bfloat16Sum.begin(group, numbers);
                            Group.Pending other = TopKSum.begin(group, others, left, KEPT)) {
                        pending.await();
                        other.await();
                    }
                }
                return 0;
            }
        });
        assertThat(NativeObjects.count()).isEqualTo(before);
    }
}
