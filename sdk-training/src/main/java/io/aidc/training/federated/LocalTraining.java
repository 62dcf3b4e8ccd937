package io.aidc.training.federated;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Trains on a client's rows with an ordinary run, as one client of a federated run.
 *
 * {@snippet class="io.aidc.training.federated.LocalTrainingTest" region="local"}
 *
 * <p>Thread-safe if the supplier is.
 */
public final class LocalTraining implements FederatedClient {
    private final Supplier<TrainingRun> runs;
    private final Dataset rows;

    private LocalTraining(Supplier<TrainingRun> runs, Dataset rows) {
        this.runs = runs;
        this.rows = rows;
    }

    /**
     * Makes a client.
     *
     * @param runs makes a run with all options but where it starts from, its seed and the proximal weight, which the round sets
     * @param rows the client's own rows
     * @return the client
     */
    public static LocalTraining of(Supplier<TrainingRun> runs, Dataset rows) {
        return new LocalTraining(Objects.requireNonNull(runs, "runs"), Objects.requireNonNull(rows, "rows"));
    }

    @Override
    public Update train(RoundTask task) {
        TrainingRun run = runs.get().startFrom(task.parameters()).seed(task.seed());
        if (task.proximal() > 0) {
            run.proximal(task.proximal());
        }
        try (TrainingResult result = run.fit(rows)) {
            return Update.between(task.parameters(), result.model().numbers(), rows.rows());
        }
    }
}
