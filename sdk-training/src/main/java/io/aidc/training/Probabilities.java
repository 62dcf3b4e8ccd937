package io.aidc.training;

import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Loss;

/** Turns what a model answers into probabilities, where its loss says that it answers logits. */
final class Probabilities {
    private Probabilities() {}

    static float[][] of(Trainable model, int classes, float[][] outputs) {
        Loss loss = model.answersFor(classes).orElse(null);
        if (loss instanceof Loss.BinaryCrossEntropy) {
            return classes == 2 ? pairs(outputs) : each(outputs);
        }
        boolean isLogits = loss instanceof Loss.CrossEntropy
                || loss instanceof Loss.SoftCrossEntropy
                || loss instanceof Loss.Distillation;
        return isLogits ? softmax(outputs) : outputs;
    }

    private static float[][] pairs(float[][] logits) {
        float[][] pairs = new float[logits.length][];
        for (int i = 0; i < logits.length; i++) {
            float positive = sigmoid(logits[i][0]);
            pairs[i] = new float[] {1 - positive, positive};
        }
        return pairs;
    }

    private static float[][] each(float[][] logits) {
        for (float[] row : logits) {
            for (int j = 0; j < row.length; j++) {
                row[j] = sigmoid(row[j]);
            }
        }
        return logits;
    }

    private static float sigmoid(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }

    private static float[][] softmax(float[][] logits) {
        for (float[] row : logits) {
            float greatest = Float.NEGATIVE_INFINITY;
            for (float value : row) {
                greatest = Math.max(greatest, value);
            }
            double sum = 0;
            for (float value : row) {
                sum += Math.exp(value - greatest);
            }
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) (Math.exp(row[j] - greatest) / sum);
            }
        }
        return logits;
    }
}
