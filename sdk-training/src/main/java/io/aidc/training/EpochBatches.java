package io.aidc.training;

import io.aidc.training.torch.internal.Group;
import java.util.Arrays;
import java.util.Optional;

/** Goes through all rows once an epoch, in an order drawn from the run's seed; the last batch of an epoch may be short. */
final class EpochBatches implements Batches {
    private final Plan plan;
    private final int rows;
    private final Group group;
    private int epoch = -1;
    private int[] order = {};

    EpochBatches(Plan plan, int rows, Group group) {
        this.plan = plan;
        this.rows = rows;
        this.group = group;
    }

    @Override
    public Draw draw(int step) {
        int wanted = (step - 1) / plan.epochSteps();
        if (wanted != epoch) {
            epoch = wanted;
            order = Shuffle.of(rows, plan.seedFor(Seeds.EPOCHS + epoch));
        }
        int from = (step - 1) % plan.epochSteps() * plan.batching().size();
        int to = Math.min(from + plan.batching().size(), rows);
        return Draw.of(Arrays.copyOfRange(order, from, to), group.rank(), group.size());
    }

    @Override
    public Optional<Draw> foreseen(int step) {
        return Optional.of(draw(step));
    }
}
