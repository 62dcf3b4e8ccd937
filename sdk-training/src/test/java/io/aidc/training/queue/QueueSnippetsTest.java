package io.aidc.training.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class QueueSnippetsTest {
    private static final AtomicInteger TRAINED = new AtomicInteger();

    private static void train(int cores) {
        TRAINED.addAndGet(cores);
    }

    private static void trainEpoch(int epoch) {
        TRAINED.addAndGet(epoch);
    }

    private static void save() {}

    @Test
    void simple() {
        // @start region="simple"
        JobState end;
        try (TrainingQueue queue = TrainingQueue.builder()
                .cores(8)
                .memoryBytes(16L << 30)
                .weight("research", 2)
                .open()) {
            JobHandle job = queue.submit(Job.of("fraud-net", control -> train(control.cores()))
                    .owner("research")
                    .cores(4)
                    .memoryBytes(2L << 30));
            end = job.result().join(); // Done, Failed or Cancelled
        }
        // @end
        assertThat(end).isInstanceOf(JobState.Done.class);
        assertThat(TRAINED.get()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void pause() {
        // @start region="pause"
        Work work = control -> {
            for (int epoch = 1; epoch <= 20; epoch++) {
                trainEpoch(epoch);
                if (control.pauseRequested()) {
                    save(); // in case the process ends during the pause
                }
                control.checkpointHere();
            }
        };
        // @end
        try (TrainingQueue queue = TrainingQueue.open()) {
            assertThat(queue.submit(Job.of("epochs", work)).result().join()).isInstanceOf(JobState.Done.class);
        }
    }
}
