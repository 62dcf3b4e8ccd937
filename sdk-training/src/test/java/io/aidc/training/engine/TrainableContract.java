package io.aidc.training.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every {@link Trainable} must keep to; its model takes four features and tells three classes apart. */
public abstract class TrainableContract {
    private static final int FEATURES = 4;
    private static final int CLASSES = 3;
    private static final int ROWS = 6;

    protected abstract Trainable model();

    private static Batch batch(int rows) {
        var random = new SplittableRandom(3);
        FloatBuffer features = FlatBuffers.floats(rows * FEATURES);
        FloatBuffer targets = FlatBuffers.floats(rows);
        for (int i = 0; i < rows * FEATURES; i++) {
            features.put(i, (float) random.nextDouble(-1, 1));
        }
        for (int i = 0; i < rows; i++) {
            targets.put(i, i % CLASSES);
        }
        return new Batch(rows, CLASSES, features, targets);
    }

    private static float[] array(FloatBuffer buffer) {
        float[] copy = new float[buffer.limit()];
        buffer.get(0, copy);
        return copy;
    }

    @Test
    void initialParameters_fillAllParametersAndDependOnTheSeedAlone() {
        float[] first = model().initialParameters(5);
        assertThat(first)
                .hasSize(model().parameters().stream().mapToInt(Parameter::size).sum());
        assertThat(model().initialParameters(5)).containsExactly(first);
    }

    @Test
    void requireFit_refusesAnotherWidthOrNumberOfClasses() {
        model().requireFit(FEATURES, CLASSES, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> model().requireFit(FEATURES + 1, CLASSES, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> model().requireFit(FEATURES, CLASSES + 1, 1));
    }

    @Test
    void predict_givesOutputsForEachRow() {
        try (Replica replica = model().replica(FlatBuffers.floats(model().initialParameters(1)), 1)) {
            assertThat(replica.predict(ROWS, batch(ROWS).features())).hasSize(ROWS * model().outputs());
        }
    }

    /** Replaces what was in the buffer, and a weight scales the gradient but not the loss. */
    @Test
    void gradient_isOfTheWeightedSumOfRowLosses() {
        FloatBuffer once = FlatBuffers.floats(model().initialParameters(1).length);
        FloatBuffer twice = FlatBuffers.floats(once.limit());
        for (int i = 0; i < once.limit(); i++) {
            once.put(i, 99);
        }
        try (Replica replica = model().replica(FlatBuffers.floats(model().initialParameters(1)), 1)) {
            double loss = replica.gradient(batch(ROWS), 1, once);
            assertThat(replica.gradient(batch(ROWS), 2, twice)).isCloseTo(loss, within(1e-5 * loss));
        }
        float[] doubled = array(once);
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] *= 2;
        }
        assertThat(array(twice)).containsExactly(doubled, within(1e-4f));
    }

    /** The slope of the loss along its gradient is the gradient's squared norm. */
    @Test
    void gradient_pointsWhereTheLossGrows() {
        float[] start = model().initialParameters(1);
        FloatBuffer parameters = FlatBuffers.floats(start);
        FloatBuffer gradient = FlatBuffers.floats(start.length);
        FloatBuffer unused = FlatBuffers.floats(start.length);
        try (Replica replica = model().replica(parameters, 1)) {
            replica.gradient(batch(ROWS), 1, gradient);
            double square = 0;
            for (float g : array(gradient)) {
                square += (double) g * g;
            }
            double step = 1e-2 / Math.sqrt(square);
            double up = lossAt(replica, parameters, start, gradient, step, unused);
            double down = lossAt(replica, parameters, start, gradient, -step, unused);
            assertThat((up - down) / (2 * step)).isCloseTo(square, within(1e-2 * square));
        }
    }

    private static double lossAt(
            Replica replica,
            FloatBuffer parameters,
            float[] start,
            FloatBuffer gradient,
            double step,
            FloatBuffer unused) {
        for (int i = 0; i < start.length; i++) {
            parameters.put(i, (float) (start[i] + step * gradient.get(i)));
        }
        replica.parametersChanged();
        return replica.gradient(batch(ROWS), 1, unused);
    }

    @Test
    void clippedGradient_isThereExactlyIfTheModelSaysSo() {
        FloatBuffer into = FlatBuffers.floats(model().initialParameters(1).length);
        try (Replica replica = model().replica(FlatBuffers.floats(model().initialParameters(1)), 1)) {
            if (model().clipsRows()) {
                replica.clippedGradient(batch(1), 0.01, into);
                double square = 0;
                for (float g : array(into)) {
                    square += (double) g * g;
                }
                assertThat(Math.sqrt(square)).isCloseTo(0.01, within(1e-6));
            } else {
                assertThatThrownBy(() -> replica.clippedGradient(batch(1), 0.01, into))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }
}
