package io.aidc.serving.internal.batch;

/**
 * The most rows that the next run may have: one more after each full run that met the target, half after one that did
 * not and had at least half as many.
 *
 * <p>Confined: under the batcher's lock.
 *
 * @see <a href="https://www.usenix.org/conference/nsdi17/technical-sessions/presentation/crankshaw">Crankshaw et al.
 *     2017, Clipper, section 4.3.1</a>; ours halves where theirs takes a tenth off, and starts at the maximum
 */
final class BatchLimit {
    private final int most;
    private final long targetNanos;
    private int rows;

    BatchLimit(int most, long targetNanos) {
        this.most = most;
        this.targetNanos = targetNanos;
        this.rows = most;
    }

    int rows() {
        return rows;
    }

    void ran(int ranRows, long nanos) {
        if (nanos > targetNanos) {
            // a slow run that was far from full says nothing about a full one
            if (ranRows >= rows - ranRows) {
                rows = Math.max(1, rows / 2);
            }
        } else if (ranRows >= rows && rows < most) {
            rows++;
        }
    }
}
