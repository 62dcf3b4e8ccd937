package io.aidc.training.data;

import io.aidc.training.Dataset;
import io.aidc.training.engine.Batch;
import io.aidc.training.internal.FlatBuffers;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Fills batches: everything about one follows from the seed, the epoch and its number. Used by several threads. */
final class BatchFiller {
    private final Dataset data;
    private final int batchSize;
    private final long seed;
    private final boolean ordered;
    private final boolean transformed;
    private final RowTransform transform;
    /** Replaced as a whole, so that a thread sees one or the other. */
    private volatile Order latest;

    private static final class Order {
        private final int epoch;
        private final int[] rows;

        Order(int epoch, int[] rows) {
            this.epoch = epoch;
            this.rows = rows;
        }
    }

    BatchFiller(BatchReader.Builder options) {
        data = options.data;
        batchSize = Math.min(options.batchSize, data.rows());
        seed = options.seed;
        ordered = options.ordered;
        transformed = options.transformed;
        transform = options.transform;
        latest = new Order(-1, new int[0]);
    }

    /** Buffers for a batch. */
    Batch room() {
        return new Batch(
                batchSize,
                data.classes(),
                FlatBuffers.floats(Math.multiplyExact(batchSize, data.features())),
                FlatBuffers.floats(Math.multiplyExact(batchSize, data.targets())));
    }

    Batch fill(int epoch, int batch, Batch room) {
        int from = batch * batchSize;
        int[] rows = Arrays.copyOfRange(order(epoch), from, Math.min(from + batchSize, data.rows()));
        FloatBuffer features = room.features().clear();
        FloatBuffer targets = room.targets().clear();
        data.copy(rows, features, targets);
        if (transformed) {
            float[] row = new float[data.features()];
            for (int i = 0; i < rows.length; i++) {
                change(epoch, rows[i], row, features.slice(i * row.length, row.length));
            }
        }
        return new Batch(rows.length, data.classes(), features.flip(), targets.flip());
    }

    private void change(int epoch, int index, float[] row, FloatBuffer place) {
        place.duplicate().get(row);
        transform.apply(row, new SplittableRandom(mixed(mixed(seed, epoch), index)));
        for (int j = 0; j < row.length; j++) {
            if (!Float.isFinite(row[j])) {
                throw new IllegalStateException("the transformation made feature %d of row %d %s, it must be finite"
                        .formatted(j, index, row[j]));
            }
        }
        place.put(row);
    }

    private int[] order(int epoch) {
        Order known = latest;
        if (known.epoch != epoch) {
            known = new Order(epoch, drawn(epoch));
            latest = known;
        }
        return known.rows;
    }

    private int[] drawn(int epoch) {
        var random = new SplittableRandom(mixed(~seed, epoch));
        int[] order = new int[data.rows()];
        for (int i = 0; i < order.length; i++) {
            int j = ordered ? i : random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * Two numbers mixed to one as SplitMix64 does, so that neighbours have nothing in common.
     *
     * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood 2014, Fast splittable generators</a>
     */
    private static long mixed(long seed, long number) {
        long z = seed + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
