package io.aidc.training;

import io.aidc.training.engine.Batch;
import io.aidc.training.internal.FlatBuffers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Puts the rows of a worker's share into buffers that are used again and again. */
final class Share {
    private final Dataset data;
    private FloatBuffer features = FlatBuffers.floats(0);
    private FloatBuffer targets = FlatBuffers.floats(0);

    Share(Dataset data) {
        this.data = data;
    }

    /** The rows as a batch, each changed by the augmentation as the epoch has it; valid until the next call. */
    Batch augmented(int[] rows, Augmentation augmentation, long epochSeed) {
        Batch batch = batch(rows);
        float[] row = new float[data.features()];
        for (int i = 0; i < rows.length; i++) {
            batch.features().get(i * row.length, row);
            augmentation.apply(row, new SplittableRandom(epochSeed + rows[i] * 0x9E3779B97F4A7C15L));
            batch.features().put(i * row.length, row);
        }
        return batch;
    }

    /** The rows as a batch, valid until the next call. */
    Batch batch(int[] rows) {
        if (features.capacity() < rows.length * data.features()) {
            features = FlatBuffers.floats(Math.multiplyExact(rows.length, data.features()));
            targets = FlatBuffers.floats(Math.multiplyExact(rows.length, data.targets()));
        }
        data.copy(rows, features.clear(), targets.clear());
        return new Batch(rows.length, data.classes(), features.flip(), targets.flip());
    }

    /** Divides rows into at most so many parts of nearly the same size; none of them is empty. */
    static List<int[]> parts(int[] rows, int count) {
        List<int[]> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) rows.length * i / count);
            int to = (int) ((long) rows.length * (i + 1) / count);
            if (to > from) {
                parts.add(Arrays.copyOfRange(rows, from, to));
            }
        }
        return parts;
    }
}
