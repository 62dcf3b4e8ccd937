package io.aidc.training;

import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.TopKSum;
import io.aidc.training.torch.internal.Vector;
import org.jspecify.annotations.Nullable;

/**
 * What a worker computed and has not sent yet: the error that is fed back. What a step leaves becomes valid when the step is
 * completed, by this worker or, if the group broke, by the one whose state it takes over; a step that nobody completed starts
 * again from what was there before.
 *
 * <p>Confined: one thread at a time.
 */
final class Residual implements AutoCloseable {
    private final int length;
    private @Nullable Vector carried;
    private @Nullable Vector left;
    private int completed;
    private int attempted;

    /** Of a gradient of so many numbers. Takes memory when it is first needed. */
    Residual(int length) {
        this.length = length;
    }

    /** Takes notice that a step begins, from 1. */
    void begin(int step) {
        attempted = step;
    }

    /** Begins to sum the largest numbers of a part of the gradient over the workers; leaves the others for later. */
    Group.Pending beginSum(Group group, Vector part, int from, int count) {
        Vector before = carried == null ? Vector.zeros(length, part.device()) : carried;
        Vector after = left == null ? Vector.zeros(length, part.device()) : left;
        carried = before;
        left = after;
        try (Vector old = before.slice(from, part.length());
                Vector rest = after.slice(from, part.length())) {
            part.add(old, 1);
            return TopKSum.begin(group, part, rest, count);
        }
    }

    /** Adds everything that belongs to a part of the gradient to it, and leaves nothing of it. */
    void addAll(Vector gradient, int from, int length) {
        if (carried == null || left == null) {
            return;
        }
        try (Vector part = gradient.slice(from, length);
                Vector old = carried.slice(from, length);
                Vector rest = left.slice(from, length)) {
            part.add(old, 1);
            rest.fill(0);
        }
    }

    /** Takes notice that the step that was begun is completed. */
    void complete() {
        Vector before = carried;
        carried = left;
        left = before;
        completed = attempted;
        attempted = 0;
    }

    /**
     * Takes notice of the last step that the group has completed, this worker with it or not.
     *
     * @param step the step this worker goes on after
     */
    void resumeAfter(int step) {
        if (attempted != 0 && attempted == step) {
            complete();
        } else if (completed != step && carried != null) {
            // Steps went by without this worker: what it kept is of parameters that are long gone.
            carried.fill(0);
        }
        completed = step;
        attempted = 0;
    }

    @Override
    public void close() {
        if (carried != null) {
            carried.close();
        }
        if (left != null) {
            left.close();
        }
    }
}
