package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingLibrariesTest {
    @TempDir
    Path directory;

    /** Trains and prints what came of it. */
    static final class Trains {
        public static void main(String[] arguments) {
            String result;
            try {
                TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                        .steps(2)
                        .workers(Integer.parseInt(arguments[0]))
                        .fit(Dataset.regression(new float[][] {{1}}, new float[][] {{1}}))
                        .close();
                result = "trained";
            } catch (NativeLibraryException e) {
                result = "refused: " + e.getMessage();
            }
            print(result);
        }

        @SuppressWarnings("SystemOut")
        private static void print(String result) {
            System.out.println(result);
        }
    }

    @Test
    void fit_withoutNd4jOnTheClassPath_trains() throws IOException, InterruptedException {
        ChildJvm.Ended child =
                new ChildJvm(directory).without(jar -> jar.contains("nd4j")).run(Trains.class, "2");
        assertThat(child.output()).as(child.errors()).contains("trained");
    }

    @Test
    void fit_withoutTheNativeJars_namesWhatIsNeeded() throws IOException, InterruptedException {
        for (String workers : new String[] {"1", "2"}) {
            ChildJvm.Ended child = new ChildJvm(directory)
                    .without(jar -> jar.matches(".*pytorch-.*-(linux|macosx|windows)-.*"))
                    .run(Trains.class, workers);
            assertThat(child.output())
                    .as(child.errors())
                    .contains("refused: Cannot load libtorch")
                    .contains("classifier linux-x86_64");
        }
    }
}
