package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.internal.GroupBrokenException;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.Adam;
import io.aidc.training.torch.internal.SoloGroup;
import io.aidc.training.torch.internal.Vector;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker takes over the state of another that is three steps ahead, and that may be lost on the way. */
class TakeOverTest {
    private static final Dataset DATA = Samples.classes(101, 1);

    private final Worker ahead = worker();
    private final Worker behind = worker();
    private final Told told = new Told(0, Integer.MAX_VALUE);
    private Outcome outcome;

    private static Worker worker() {
        Plan plan = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .steps(3)
                .seed(7)
                .plan(DATA);
        return new Worker(plan, DATA, () -> false);
    }

    @BeforeEach
    void takeSteps() throws Worker.RegroupException {
        ahead.enter(new SoloGroup());
        outcome = ahead.run();
        ahead.enter(told, 0);
    }

    @AfterEach
    void close() {
        outcome.close();
        ahead.close();
        behind.close();
    }

    /** A group of two. Worker 0 keeps what it tells; worker 1 is told it, until worker 0 is lost. */
    private static final class Told extends GroupOfTwo {
        private final Deque<int[]> words = new ArrayDeque<>();
        private final Deque<float[]> numbers = new ArrayDeque<>();
        private int left;

        Told(int rank, int left) {
            super(rank);
            this.left = left;
        }

        Told toOther(int exchanges) {
            var other = new Told(1, exchanges);
            other.words.addAll(words);
            other.numbers.addAll(numbers);
            return other;
        }

        private void requireSource() {
            if (left-- == 0) {
                throw new GroupBrokenException("broadcast", rank(), new IllegalStateException("gone"));
            }
        }

        @Override
        public void broadcast(IntBuffer values, int source) {
            requireSource();
            if (rank() == source) {
                int[] all = new int[values.remaining()];
                values.duplicate().get(all);
                words.add(all);
            } else {
                values.duplicate().put(words.remove());
            }
        }

        @Override
        public void broadcast(Vector values, int source) {
            requireSource();
            if (rank() == source) {
                numbers.add(values.toArray());
            } else {
                values.set(0, numbers.remove());
            }
        }
    }

    private static List<float[]> vectors(Worker worker) {
        return new ArrayList<>(
                worker.state().vectors().values().stream().map(Vector::toArray).toList());
    }

    @Test
    void takeOver_givesAllThatTheOtherCarries() {
        behind.enter(told.toOther(Integer.MAX_VALUE), 0);
        assertThat(vectors(behind)).usingRecursiveComparison().isEqualTo(vectors(ahead));
        assertThat(behind.state().numbers()).isEqualTo(ahead.state().numbers());
        assertThat(behind.progress()).isEqualTo(ahead.progress());
    }

    /** Wherever it ends: else the worker would go on with numbers of two steps. */
    @Test
    void takeOver_thatEndsHalfway_changesNothing() {
        List<float[]> before = vectors(behind);
        long progress = behind.progress();
        int exchanges = 1 + before.size();
        for (int left = 0; left < exchanges; left++) {
            Told broken = told.toOther(left);
            assertThatThrownBy(() -> behind.enter(broken, 0)).isInstanceOf(GroupBrokenException.class);
            assertThat(vectors(behind)).usingRecursiveComparison().isEqualTo(before);
            assertThat(behind.progress()).isEqualTo(progress).isLessThan(ahead.progress());
        }
        behind.enter(told.toOther(exchanges), 0);
        assertThat(behind.progress()).isEqualTo(ahead.progress());
    }
}
