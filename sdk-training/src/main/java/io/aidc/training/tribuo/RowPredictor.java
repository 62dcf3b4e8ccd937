package io.aidc.training.tribuo;

import io.aidc.training.Predictor;
import java.util.function.Function;

/** Answers row by row. Thread-safe, since what is asked keeps no state. */
final class RowPredictor implements Predictor {
    private final int features;
    private final Function<float[], float[]> answer;

    RowPredictor(int features, Function<float[], float[]> answer) {
        this.features = features;
        this.answer = answer;
    }

    @Override
    public float[][] predict(float[][] rows) {
        float[][] answers = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != features) {
                throw new IllegalArgumentException(
                        "row %d must have %d features, got %d".formatted(i, features, rows[i].length));
            }
            answers[i] = answer.apply(rows[i]);
        }
        return answers;
    }
}
