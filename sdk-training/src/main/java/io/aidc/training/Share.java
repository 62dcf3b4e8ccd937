package io.aidc.training;

import io.aidc.training.engine.Batch;
import io.aidc.training.internal.FlatBuffers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts the rows of a worker's share into buffers that are used again and again. */
final class Share {
    private final Dataset data;
    private FloatBuffer features = FlatBuffers.floats(0);
    private FloatBuffer targets = FlatBuffers.floats(0);

    Share(Dataset data) {
        this.data = data;
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
