package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.metrics.RegressionScores;
import java.util.Arrays;
import java.util.Map;

/** Asks predictors, checks the shape of what they answer and scores it. */
final class Answers {
    private Answers() {}

    static float[][] features(Dataset data) {
        float[][] rows = new float[data.rows()][];
        Arrays.setAll(rows, data::row);
        return rows;
    }

    static int width(Dataset data) {
        return data.classes() > 0 ? data.classes() : data.targets();
    }

    static float[][] of(Predictor predictor, Dataset data) {
        float[][] answers = predictor.predict(features(data));
        if (answers.length != data.rows()) {
            throw new IllegalArgumentException(
                    "predictor must answer each of %d rows, got %d answers".formatted(data.rows(), answers.length));
        }
        int width = width(data);
        for (int i = 0; i < answers.length; i++) {
            if (answers[i].length != width) {
                throw new IllegalArgumentException("predictor must answer %d %s for row %d, got %d"
                        .formatted(width, data.classes() > 0 ? "probabilities" : "numbers", i, answers[i].length));
            }
        }
        return answers;
    }

    static Map<String, Double> scores(Dataset data, float[][] answers) {
        if (data.classes() == 0) {
            float[][] targets = new float[data.rows()][];
            Arrays.setAll(targets, data::target);
            return RegressionScores.of(answers, targets).byName();
        }
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        return ClassificationScores.of(answers, labels).byName();
    }
}
