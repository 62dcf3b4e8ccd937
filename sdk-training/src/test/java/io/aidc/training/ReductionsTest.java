package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.dist.GradientCompression;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.GroupBrokenException;
import io.aidc.training.torch.internal.SoloGroup;
import io.aidc.training.torch.internal.Vector;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker carries from step to step when it sends the largest of three numbers, and the group breaks. */
class ReductionsTest {
    private static final float[] GRADIENT = {5, 2, 1};

    private final Vector sum = Vector.zeros(4, Device.CPU);
    private final Reductions reductions = new Reductions(GradientCompression.topK(1.0 / 3), sum, 3);
    private Echo group = new Echo();

    ReductionsTest() {
        reductions.join(group);
    }

    @AfterEach
    void close() {
        reductions.close();
        sum.close();
    }

    /** A group of two whose other worker does what this one does, until it is gone. */
    private static final class Echo extends GroupOfTwo {
        private static final Pending DONE = new Pending() {
            @Override
            public void await() {}

            @Override
            public void close() {}
        };

        private boolean isBroken;

        Echo() {
            super(0);
        }

        @Override
        public Pending beginAllReduce(Vector numbers) {
            if (isBroken) {
                throw new GroupBrokenException("all-reduce", 0, new IllegalStateException("gone"));
            }
            numbers.scale(2);
            return DONE;
        }

        @Override
        public Pending beginAllGather(Tensor own, Tensor all) {
            all.narrow(0, 0, own.numel()).copy_(own);
            all.narrow(0, own.numel(), own.numel()).copy_(own);
            return DONE;
        }
    }

    private float[] step(int step, boolean leavesNothing) {
        sum.set(0, GRADIENT);
        sum.set(3, 10);
        reductions.begin(step, leavesNothing);
        reductions.finish();
        assertThat(sum.get(3)).isEqualTo(20);
        return sum.toArray(0, 3);
    }

    private float[] step(int step) {
        return step(step, false);
    }

    private void breakIn(int step, boolean leavesNothing) {
        group.isBroken = true;
        assertThatThrownBy(() -> step(step, leavesNothing)).isInstanceOf(GroupBrokenException.class);
        group = new Echo();
        reductions.join(group);
    }

    /** [5 2 1] sends 5; [5 4 2] sends 5; [5 6 3] sends 6; [10 2 4] sends 10. */
    @Test
    void steps_sendTheLargestOfWhatIsNewAndWhatWasLeft() {
        assertThat(step(1)).containsExactly(10, 0, 0);
        assertThat(step(2)).containsExactly(10, 0, 0);
        assertThat(step(3)).containsExactly(0, 12, 0);
        assertThat(step(4)).containsExactly(20, 0, 0);
        assertThat(reductions.holdsBack()).isTrue();
    }

    @Test
    void step_thatLeavesNothing_sendsAll() {
        step(1);
        assertThat(step(2, true)).containsExactly(10, 8, 4);
        assertThat(reductions.holdsBack()).isFalse();
        assertThat(step(3)).containsExactly(10, 0, 0);
        assertThat(step(4)).containsExactly(10, 0, 0);
        assertThat(step(5)).containsExactly(0, 12, 0);
    }

    @Test
    void step_thatIsTakenAgain_usesWhatWasLeftOnce() {
        step(1);
        breakIn(2, false);
        reductions.resumeAfter(1);
        assertThat(step(2)).containsExactly(10, 0, 0);
        assertThat(step(3)).containsExactly(0, 12, 0);
    }

    @Test
    void step_thatLeavesNothingAndIsTakenAgain_stillHasAll() {
        step(1);
        breakIn(2, true);
        reductions.resumeAfter(1);
        assertThat(step(2, true)).containsExactly(10, 8, 4);
    }

    /** Another worker had all that this one sent: its part is in the step. */
    @Test
    void step_thatOnlyOthersCompleted_counts() {
        step(1);
        breakIn(2, false);
        reductions.resumeAfter(2);
        assertThat(step(3)).containsExactly(0, 12, 0);
    }

    @Test
    void steps_thatWentByWithoutThisWorker_leaveItNothing() {
        step(1);
        breakIn(2, false);
        reductions.resumeAfter(9);
        assertThat(step(10)).containsExactly(10, 0, 0);
        assertThat(step(11)).containsExactly(10, 0, 0);
        assertThat(step(12)).containsExactly(0, 12, 0);
    }

    @Test
    void worker_thatIsLeftAlone_usesEverythingItKept() {
        step(1);
        reductions.join(new SoloGroup());
        reductions.resumeAfter(1);
        sum.set(0, GRADIENT);
        reductions.begin(2, false);
        reductions.finish();
        assertThat(sum.toArray(0, 3)).containsExactly(5, 4, 2);
        assertThat(reductions.holdsBack()).isFalse();
        reductions.join(group);
        reductions.resumeAfter(2);
        assertThat(step(3)).containsExactly(10, 0, 0);
        assertThat(step(4)).containsExactly(10, 0, 0);
    }
}
