package io.aidc.training.tribuo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.ensemble.EnsembleModel;
import org.tribuo.impl.ArrayExample;

class ForestFitTest {
    /** Tribuo's own answers are the reference for the trees taken over. */
    @Test
    void answers_areThoseOfTribuo() {
        Dataset data = Tables.classes(150, 1);
        MutableDataset<Label> set = TribuoRows.of(
                TribuoRows.doubles(Tables.rows(data)),
                TribuoRows.names(4),
                TribuoRows.all(data.rows()),
                row -> TribuoRows.label(data, row),
                new LabelFactory());
        var tree = new CARTClassificationTrainer(
                Integer.MAX_VALUE, 2, 0, ForestFit.fraction(0.5, 4), false, new GiniIndex(), 9);
        EnsembleModel<Label> reference =
                new RandomForestTrainer<>(tree, new FullyWeightedVotingCombiner(), 25, 9).train(set);
        Dataset others = Tables.classes(100, 2);
        try (Predictor predictor =
                TribuoLearners.randomForest(25).featureShare(0.5).fit(data, 9)) {
            for (float[] row : Tables.rows(others)) {
                Map<String, Label> wanted = reference
                        .predict(new ArrayExample<>(new Label("0"), TribuoRows.names(4), TribuoRows.doubles(row)))
                        .getOutputScores();
                float[] got = predictor.predict(new float[][] {row})[0];
                for (int k = 0; k < 3; k++) {
                    assertThat(got[k])
                            .isCloseTo(
                                    (float) requireNonNull(wanted.get(TribuoRows.name(k)))
                                            .getScore(),
                                    within(1e-6f));
                }
            }
        }
    }

    @Test
    void fraction_isOfAtLeastOneFeatureAndBelowOne() {
        assertThat(ForestFit.fraction(1, 1)).isLessThan(1).isGreaterThan(0.99f);
        assertThat(ForestFit.fraction(0.01, 30)).isEqualTo(1f / 30);
        assertThat(ForestFit.fraction(1 / Math.sqrt(30), 30)).isEqualTo(5f / 30);
        assertThat(Math.round(ForestFit.fraction(1, 1000) * 1000)).isEqualTo(1000);
    }

    @Test
    void depthAndSplitRows_boundTheTrees() {
        Dataset data = Tables.classes(200, 1);
        float[][] rows = Tables.rows(data);
        try (Predictor stump = TribuoLearners.randomForest(1).depth(1).fit(data, 1);
                Predictor large =
                        TribuoLearners.randomForest(1).minSplitRows(201).fit(data, 1)) {
            assertThat(Arrays.stream(stump.predict(rows)).map(row -> row[0]).distinct())
                    .hasSizeBetween(1, 2);
            assertThat(Arrays.stream(large.predict(rows)).map(row -> row[0]).distinct())
                    .hasSize(1);
        }
    }
}
