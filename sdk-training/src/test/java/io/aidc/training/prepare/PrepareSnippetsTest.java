package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Augmentation;
import io.aidc.training.Dataset;
import io.aidc.training.Table;
import java.io.StringReader;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class PrepareSnippetsTest {
    private static final Table TRAIN =
            Table.read(new StringReader("age,city,outcome\n61,Rome,ill\nNA,Oslo,well\n48,,well\n"));
    private static final Table TODAY = Table.read(new StringReader("age,city,outcome\n,Rome,well\n"));

    @Test
    void cleaning() {
        Table train = TRAIN;
        Table today = TODAY;
        // @start region="cleaning"
        FittedCleaning cleaning = Cleaning.of()
                .treatAsMissing("NA", "?")
                .dropDuplicates()
                .clipOutliers(Outliers.iqr(1.5), "age")
                .impute(Imputation.median(), "age")
                .fit(train);
        Cleaned cleaned = cleaning.apply(train);
        Table scored = cleaning.applyKeepingRows(today).table();
        // @end
        assertThat(cleaned.changedCells("age")).isEqualTo(2);
        assertThat(scored.texts("age")).containsExactly("54.5");
    }

    @Test
    void encoding() {
        Table train = Table.read(new StringReader("age,city,outcome\n61,Rome,ill\n48,Oslo,well\n"));
        Table today = Table.read(new StringReader("age,city\n50,Rome\n"));
        // @start region="encoding"
        TableEncoder encoder = FeaturePlan.of()
                .between("age", 0, 120) // public bounds
                .oneHot("city", Unknown.ZEROS)
                .label("outcome")
                .fit(train);
        Dataset data = encoder.dataset(train);
        float[][] rows = TableEncoder.fromJson(encoder.toJson()).encode(today);
        // @end
        assertThat(data.featureNames()).containsExactly("age", "city=Oslo", "city=Rome");
        assertThat(rows[0]).containsExactly(50 / 120f, 0, 1);
    }

    @Test
    void rebalancing() {
        Dataset train =
                Dataset.classification(new float[][] {{1}, {2}, {3}, {4}, {9}, {10}}, new int[] {0, 0, 0, 0, 1, 1}, 2);
        // @start region="rebalancing"
        double[] weights = Rebalancing.classWeights(train);
        Dataset even = Rebalancing.smote(train, 1, 42);
        // @end
        assertThat(weights).containsExactly(0.75, 1.5);
        assertThat(even.rows()).isEqualTo(8);
    }

    @Test
    void images() {
        float[] row = new float[3 * 32 * 32];
        // @start region="images"
        var image = new ImageShape(3, 32, 32);
        Augmentation augmentation = image.flip()
                .withProbability(0.5)
                .then(image.crop(4, 0))
                .then(image.cutout(8, 0.5f).withProbability(0.5));
        augmentation.apply(row, new SplittableRandom(7));
        // @end
        assertThat(row).hasSize(image.size());
    }
}
