package io.aidc.training;

import io.aidc.training.dp.DpSgd;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.torch.internal.Group;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the gate and the caller's sampler on worker 0 and tells the others, before anybody touches a row. */
final class PrivateBatches implements Batches {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateBatches.class);
    private static final int REFUSED = -1;

    private final DpSgd privacy;
    private final int rows;
    private final Group group;
    private final IntBuffer count = FlatBuffers.ints(1);

    PrivateBatches(DpSgd privacy, int rows, Group group) {
        this.privacy = privacy;
        this.rows = rows;
        this.group = group;
    }

    @Override
    public Draw draw(int step) throws RefusedException {
        int[] drawn = {};
        String refusal = "";
        if (group.rank() == 0) {
            refusal = refusal(step);
            if (refusal.isEmpty()) {
                drawn = checked(privacy.sampler().draw(rows));
            }
            count.put(0, refusal.isEmpty() ? drawn.length : REFUSED);
        }
        group.broadcast(count, 0);
        if (count.get(0) == REFUSED) {
            throw new RefusedException(refusal);
        }
        return Draw.of(shared(drawn), group.rank(), group.size());
    }

    /** Rows are drawn only for a step that is admitted, and a step is admitted only when it is taken. */
    @Override
    public Optional<Draw> foreseen(int step) {
        return Optional.empty();
    }

    /** Why the step may not be taken; empty if it may. */
    private String refusal(int step) {
        try {
            return privacy.gate().admit(step) ? "" : "the gate did not admit step " + step;
        } catch (RuntimeException e) {
            LOG.warn("privacy gate failed, run ends: step={}", step, e);
            return "the gate failed at step %d: %s".formatted(step, e);
        }
    }

    private int[] checked(int[] drawn) {
        var seen = new BitSet(rows);
        for (int row : drawn) {
            if (row < 0 || row >= rows) {
                throw new IllegalStateException("the sampler drew row %d, rows are in [0, %d)".formatted(row, rows));
            }
            if (seen.get(row)) {
                throw new IllegalStateException("the sampler drew row " + row + " twice in one step");
            }
            seen.set(row);
        }
        return drawn;
    }

    private int[] shared(int[] drawn) {
        int size = count.get(0);
        if (group.size() == 1 || size == 0) {
            return drawn;
        }
        IntBuffer indices = FlatBuffers.ints(size);
        if (group.rank() == 0) {
            indices.put(0, drawn);
        }
        group.broadcast(indices, 0);
        int[] joined = new int[size];
        indices.get(0, joined);
        return joined;
    }
}
