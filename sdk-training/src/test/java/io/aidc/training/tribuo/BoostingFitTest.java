package io.aidc.training.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoostingFitTest {
    private static final float[][] ROWS = {{0}, {1}, {2}, {3}};

    /** By hand: the mean is 4, the residuals are -4 -4 4 4, a leaf says 0.5 * 8 / (2 + 1). */
    @Test
    void round_onNumbersIsThatOfThePaper() {
        Dataset data = Dataset.regression(ROWS, new float[][] {{0}, {0}, {8}, {8}});
        try (Predictor predictor =
                TribuoLearners.gradientBoosting(1).learningRate(0.5).depth(1).fit(data, 1)) {
            float[][] answers = predictor.predict(ROWS);
            assertThat(answers[0][0]).isCloseTo(4 - 4f / 3, within(1e-6f));
            assertThat(answers[3][0]).isCloseTo(4 + 4f / 3, within(1e-6f));
        }
    }

    /** By hand: the odds are 1, the slopes are ∓1/2, the curvatures 1/4, a leaf says 1 / (1/2) without a penalty. */
    @Test
    void round_onTwoClassesIsANewtonStep() {
        Dataset data = Dataset.classification(ROWS, new int[] {0, 0, 1, 1}, 2);
        try (Predictor predictor = TribuoLearners.gradientBoosting(1)
                .learningRate(1)
                .depth(1)
                .leafPenalty(0)
                .fit(data, 1)) {
            float[][] answers = predictor.predict(ROWS);
            assertThat(answers[3][1]).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
            assertThat(answers[0][1]).isCloseTo((float) (1 / (1 + Math.exp(2))), within(1e-6f));
        }
    }

    /** By hand, Friedman's algorithm 6 with one row of each of three classes: (2/3) * (2/3) / (2/9) = 2 for its own. */
    @Test
    void round_onThreeClassesIsThatOfThePaper() {
        Dataset data = Dataset.classification(new float[][] {{0}, {1}, {2}}, new int[] {0, 1, 2}, 3);
        try (Predictor predictor = TribuoLearners.gradientBoosting(1)
                .learningRate(1)
                .depth(2)
                .leafPenalty(0)
                .fit(data, 1)) {
            float[] answer = predictor.predict(new float[][] {{0}})[0];
            double own = Math.exp(2);
            double other = Math.exp(-1);
            assertThat(answer[0]).isCloseTo((float) (own / (own + 2 * other)), within(1e-6f));
        }
    }

    @Test
    void loss_fallsFromRoundToRoundAndStaysFinite() {
        Dataset data = Tables.classes(100, 1);
        double before = Double.POSITIVE_INFINITY;
        for (int rounds : new int[] {1, 10, 100, 400}) {
            try (Predictor predictor =
                    TribuoLearners.gradientBoosting(rounds).leafPenalty(0).fit(data, 1)) {
                double loss = 0;
                float[][] answers = predictor.predict(Tables.rows(data));
                for (int i = 0; i < answers.length; i++) {
                    loss -= Math.log(answers[i][data.label(i)]);
                }
                assertThat(loss).isNotNaN().isLessThanOrEqualTo(before);
                before = loss;
            }
        }
    }

    /** Labels and targets are of people too. */
    @Test
    void predictor_keepsNothingOfTheRows() throws IllegalAccessException {
        int rows = 137; // as many as nothing else has
        float[][] features = new float[rows][];
        float[][] targets = new float[rows][];
        int[] two = new int[rows];
        int[] three = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[i] = new float[] {i % 7, i % 11};
            targets[i] = new float[] {i % 5};
            two[i] = i % 2;
            three[i] = i % 3;
        }
        for (Dataset data : List.of(
                Dataset.regression(features, targets),
                Dataset.classification(features, two, 2),
                Dataset.classification(features, three, 3))) {
            try (Predictor predictor = TribuoLearners.gradientBoosting(2).fit(data, 1)) {
                List<Integer> lengths = new ArrayList<>();
                addArrays(predictor, lengths);
                assertThat(lengths).isNotEmpty().doesNotContain(rows);
            }
        }
    }

    /** The lengths of all arrays that an object holds, lists and other objects of this package looked into. */
    private static void addArrays(@Nullable Object held, List<Integer> lengths) throws IllegalAccessException {
        if (held instanceof Iterable<?> all) {
            for (Object one : all) {
                addArrays(one, lengths);
            }
        } else if (held != null && held.getClass().isArray()) {
            lengths.add(Array.getLength(held));
            if (held instanceof Object[] all) {
                addArrays(Arrays.asList(all), lengths);
            }
        } else if (held != null && held.getClass().getPackageName().equals("io.aidc.training.tribuo")) {
            for (Field field : held.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    addArrays(field.get(held), lengths);
                }
            }
        }
    }
}
