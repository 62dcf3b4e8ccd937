package io.aidc.training;

import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Sums a step's numbers over the workers. A gradient of one part travels with what stands behind it in one exchange; parts of
 * a larger one are sent as they are ready, while the rest is still computed.
 */
final class Reductions implements AutoCloseable {
    private final Group group;
    private final Vector sum;
    private final int count;
    private final Deque<Group.Pending> begun = new ArrayDeque<>();

    /** Sums numbers of which the first are the gradient. */
    Reductions(Group group, Vector sum, int count) {
        this.group = group;
        this.sum = sum;
        this.count = count;
    }

    /** Begins to sum a part of the gradient that is ready. */
    void ready(int from, int length) {
        if (group.size() > 1 && length < count) {
            try (Vector part = sum.slice(from, length)) {
                begun.add(group.beginAllReduce(part));
            }
        }
    }

    /** Begins to sum all parts, as a worker does that has no rows of its own. */
    void readyAll(List<VectorReplica.Part> parts) {
        for (VectorReplica.Part part : parts) {
            ready(part.from(), part.length());
        }
    }

    /** Sums what was not begun and waits for all. */
    void finish() {
        if (begun.isEmpty()) {
            group.allReduce(sum);
            return;
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

    /** Lets go of parts that a broken exchange left behind. */
    @Override
    public void close() {
        while (!begun.isEmpty()) {
            begun.remove().close();
        }
    }
}
