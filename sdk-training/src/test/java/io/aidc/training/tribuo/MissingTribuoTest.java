package io.aidc.training.tribuo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.ChildJvm;
import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingTribuoTest {
    /** What a program without Tribuo on its class path sees. */
    static final class Fits {
        public static void main(String[] arguments) {
            Dataset classes = Dataset.classification(new float[][] {{1}, {2}}, new int[] {0, 1}, 2);
            Dataset numbers = Dataset.regression(new float[][] {{1}, {2}}, new float[][] {{1}, {2}});
            attempt(TribuoLearners.logisticRegression(), classes);
            attempt(TribuoLearners.linearRegression(), numbers);
            attempt(TribuoLearners.randomForest(1), classes);
            attempt(TribuoLearners.randomForest(1), numbers);
            attempt(TribuoLearners.gradientBoosting(1), classes);
        }

        @SuppressWarnings("SystemOut")
        private static void attempt(Learner learner, Dataset data) {
            try {
                learner.fit(data, 1).close();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void learners_nameTheArtifactThatIsMissing(@TempDir Path directory) throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory)
                .without(jar -> jar.contains("tribuo-classification") || jar.contains("tribuo-regression"))
                .run(Fits.class);
        List<String> lines = child.output().lines().toList();
        assertThat(lines).as(child.errors()).hasSize(5);
        assertThat(lines.get(0))
                .startsWith("logisticRegression needs Tribuo: put org.tribuo:tribuo-classification-sgd,");
        assertThat(lines.get(1)).startsWith("linearRegression needs Tribuo: put org.tribuo:tribuo-regression-sgd,");
        assertThat(lines.get(2)).startsWith("randomForest needs Tribuo: put org.tribuo:tribuo-classification-tree,");
        assertThat(lines.get(3)).startsWith("randomForest needs Tribuo: put org.tribuo:tribuo-regression-tree,");
        assertThat(lines.get(4)).startsWith("gradientBoosting needs Tribuo: put org.tribuo:tribuo-regression-tree,");
    }
}
