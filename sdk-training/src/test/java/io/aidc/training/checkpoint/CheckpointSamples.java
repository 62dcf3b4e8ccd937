package io.aidc.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** States to save. */
final class CheckpointSamples {
    private CheckpointSamples() {}

    /** A small state whose numbers differ from step to step. */
    static CheckpointState small(long step) {
        return small(step, 1.0 / step);
    }

    static CheckpointState small(long step, double loss) {
        var random = new Random(step ^ Double.doubleToLongBits(loss));
        return CheckpointState.at(step)
                .parameter("0.weight", Tensor.of(floats(random, 6), 2, 3))
                .parameter("0.bias", Tensor.of(floats(random, 2), 2))
                .optimizer(new OptimizerState(
                        "Adam", NamedValues.none().and("steps", step), Map.of("m", Tensor.of(floats(random, 8), 8))))
                .score("loss", loss)
                .build();
    }

    /** A state with something in every part. */
    static CheckpointState full() {
        var random = new Random(1);
        return CheckpointState.at(500)
                .epoch(3)
                .seed(-42)
                .groupSize(4)
                .architecture("Linear(3, 2), BatchNorm(2) \"ü\"")
                .parameter("0.weight", Tensor.of(floats(random, 6), 2, 3))
                .parameter("0.bias", Tensor.of(floats(random, 2), 2))
                .buffer("1.running_mean", Tensor.of(floats(random, 2), 2))
                .buffer("1.num_batches_tracked", Tensor.of(new long[] {Long.MAX_VALUE}))
                .optimizer(new OptimizerState(
                        "Adam[learningRate=0.001]",
                        NamedValues.none().and("steps", 500),
                        Map.of("exp_avg", Tensor.of(floats(random, 8), 8), "0.bias", Tensor.of(new float[0], 0))))
                .averages("ema", Map.of("0.weight", Tensor.of(floats(random, 6), 2, 3)))
                .averages("swa", Map.of("0.bias", Tensor.of(new double[] {0.1, 1e300}, 2)))
                .sampler(NamedValues.none().and("position", 17).and("order", "shuffled"))
                .schedule(NamedValues.none().and("rate", 1e-3).and("cycles", Long.MIN_VALUE))
                .earlyStopping(NamedValues.none()
                        .and("best", Double.POSITIVE_INFINITY)
                        .and("worst", Double.NEGATIVE_INFINITY)
                        .and("gain", Double.NaN)
                        .and("zero", -0.0)
                        .and("tiny", Double.MIN_VALUE)
                        .and("third", 1.0 / 3)
                        .and("whole", 2.0))
                .lossScaling(NamedValues.none().and("scale", 65536.0).and("good", 12))
                .generators(NamedValues.none().and("torch", new byte[] {0, -1, 127, -128}))
                .privacy(NamedValues.none().and("ledger", new byte[0]).and("account", "rdp:7"))
                .score("loss", 0.25)
                .score("accuracy", Double.NaN)
                .dataFingerprint("ab12")
                .hyperParameters(Map.of("batchSize", "32", "optimizer", "Adam"))
                .versions(Map.of("java", "17"))
                .provenance(Map.of("commit", "4b97c9e", "note", "line\nbreak"))
                .build();
    }

    static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static List<Long> steps(Checkpoints checkpoints) {
        return checkpoints.list().stream().map(Checkpoint::step).toList();
    }

    /** The names in a directory but for the lock. */
    static List<String> names(Path directory) throws IOException {
        try (var listed = Files.list(directory)) {
            return listed.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals(DirectoryLock.FILE))
                    .sorted()
                    .toList();
        }
    }

    /** Changes one bit in the middle of a file. */
    static void damage(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
    }
}
