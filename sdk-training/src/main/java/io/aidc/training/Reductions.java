package io.aidc.training;

import io.aidc.training.dist.GradientCompression;
import io.aidc.training.torch.internal.Bfloat16Sum;
import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.SoloGroup;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Sums a step's numbers over the workers. A gradient of one part travels with what stands behind it in one exchange, unless it
 * is compressed; parts of a larger one are sent as they are ready, while the rest is still computed.
 */
final class Reductions implements AutoCloseable {
    private final GradientCompression compression;
    private final Vector sum;
    private final int count;
    private final Residual residual;
    private final Deque<Group.Pending> begun = new ArrayDeque<>();
    private Group group = new SoloGroup();
    private boolean isWhole = true;

    /** Sums numbers of which the first are the gradient. */
    Reductions(GradientCompression compression, Vector sum, int count) {
        this.compression = compression;
        this.sum = sum;
        this.count = count;
        this.residual = new Residual(count);
    }

    /** Goes on with other workers; what was not finished with those before is let go. */
    void join(Group joined) {
        letGo();
        group = joined;
    }

    /** Takes notice of the last step that the group has completed. */
    void resumeAfter(int step) {
        residual.resumeAfter(step);
    }

    /**
     * Begins a step.
     *
     * @param leavesNothing whether everything that was computed must be sent by the end of the step
     */
    void begin(int step, boolean leavesNothing) {
        isWhole = leavesNothing || group.size() == 1;
        residual.begin(step);
    }

    /** Whether the step leaves something that is to be sent in a later one. */
    boolean holdsBack() {
        return compression instanceof GradientCompression.TopK && !isWhole;
    }

    /** Begins to sum a part of the gradient that is ready. */
    void ready(int from, int length) {
        if (group.size() > 1 && length < count) {
            send(from, length);
        }
    }

    /** Begins to sum all parts, as a worker does that has no rows of its own. */
    void readyAll(List<VectorReplica.Part> parts) {
        for (VectorReplica.Part part : parts) {
            ready(part.from(), part.length());
        }
    }

    private void send(int from, int length) {
        try (Vector part = sum.slice(from, length)) {
            begun.add(beginSum(part, from));
        }
    }

    private Group.Pending beginSum(Vector part, int from) {
        if (compression instanceof GradientCompression.TopK topK && !isWhole) {
            return residual.beginSum(group, part, from, (int) topK.kept(part.length()));
        }
        if (compression instanceof GradientCompression.Bfloat16) {
            return Bfloat16Sum.begin(group, part);
        }
        residual.addAll(sum, from, part.length());
        return group.beginAllReduce(part);
    }

    /** Sums what was not begun and waits for all. */
    void finish() {
        if (begun.isEmpty() && isOneExchange()) {
            residual.addAll(sum, 0, count);
            group.allReduce(sum);
        } else {
            if (begun.isEmpty()) {
                send(0, count);
            }
            try (Vector rest = sum.slice(count, sum.length() - count)) {
                group.allReduce(rest);
            }
            while (!begun.isEmpty()) {
                try (Group.Pending part = begun.remove()) {
                    part.await();
                }
            }
        }
        residual.complete();
    }

    private boolean isOneExchange() {
        boolean isRounded = compression instanceof GradientCompression.Bfloat16 && group.size() > 1;
        return !isRounded && !holdsBack();
    }

    private void letGo() {
        while (!begun.isEmpty()) {
            begun.remove().close();
        }
    }

    /** Lets go of parts that a broken exchange left behind, too. */
    @Override
    public void close() {
        letGo();
        residual.close();
    }
}
