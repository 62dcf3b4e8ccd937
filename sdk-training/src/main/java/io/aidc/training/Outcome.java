package io.aidc.training;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.util.List;

/** What a worker ended with. Whoever holds it closes it. */
record Outcome(
        StopReason reason,
        String detail,
        int steps,
        List<Double> losses,
        List<EpochScores> epochs,
        Vector numbers,
        VectorReplica replica)
        implements AutoCloseable {
    @Override
    public void close() {
        replica.close();
        numbers.close();
    }
}
