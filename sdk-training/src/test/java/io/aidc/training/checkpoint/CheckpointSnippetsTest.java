package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class CheckpointSnippetsTest {
    @Test
    void save(@TempDir Path directory) {
        float[] weights = new float[12];
        float[] moments = new float[12];
        ModelDescription model = CheckpointState.at(0)
                .architecture("Linear(3, 4)")
                .parameter("0.weight", Tensor.of(weights, 4, 3))
                .build()
                .model();
        // @start region="save"
        Checkpoints checkpoints = Checkpoints.in(directory).keepLast(3).keepBest(2, "loss", Checkpoints.Best.LOWEST);
        try (CheckpointWriter writer = checkpoints.open()) {
            writer.save(CheckpointState.at(500)
                    .epoch(2)
                    .seed(42)
                    .architecture("Linear(3, 4)")
                    .parameter("0.weight", Tensor.view(FloatBuffer.wrap(weights), 4, 3))
                    .optimizer(new OptimizerState(
                            "Adam", NamedValues.none().and("steps", 500), Map.of("m", Tensor.of(moments, 12))))
                    .score("loss", 0.31)
                    .build());
        }
        checkpoints.latest().ifPresent(found -> {
            found.model().requireSame(model); // refuses a checkpoint of another model
            CheckpointState state = found.load();
            state.parameters().forEach((name, values) -> values.copyTo(FloatBuffer.wrap(weights)));
        });
        // @end
        assertThat(checkpoints.best().orElseThrow().step()).isEqualTo(500);
    }

    @Test
    void safetensors(@TempDir Path directory) {
        Path file = directory.resolve("model.safetensors");
        // @start region="safetensors"
        Tensor weight = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Safetensors.write(file, Map.of("0.weight", weight.as(TensorType.BF16)), Map.of("format", "pt"));
        try (SafetensorsFile opened = Safetensors.open(file)) {
            float[] numbers = opened.tensor("0.weight").floats();
            assertThat(numbers).containsExactly(1, 2, 3, 4, 5, 6);
        }
        // @end
    }

    @Test
    void store(@TempDir Path directory, @TempDir Path bucket) {
        try (CheckpointWriter writer = Checkpoints.in(directory.resolve("a")).open()) {
            writer.save(CheckpointSamples.small(500));
        }
        Checkpoint checkpoint = Checkpoints.in(directory.resolve("a")).latest().orElseThrow();
        // @start region="store"
        checkpoint.toStore((name, from) -> { // with sdk-storage: store.publish("runs/7", from)...
            for (String file : new String[] {"model.safetensors", "optimizer.safetensors", "state.json"}) {
                Files.copy(
                        from.resolve(file),
                        Files.createDirectories(bucket.resolve(name)).resolve(file));
            }
        });
        try (CheckpointWriter writer = Checkpoints.in(directory.resolve("b")).open()) {
            Checkpoint fetched = writer.fromStore("step-0000000500", (name, into) -> {
                for (String file : new String[] {"model.safetensors", "optimizer.safetensors", "state.json"}) {
                    Files.copy(bucket.resolve(name).resolve(file), into.resolve(file));
                }
            });
            assertThat(fetched.load()).isEqualTo(checkpoint.load());
        }
        // @end
    }
}
