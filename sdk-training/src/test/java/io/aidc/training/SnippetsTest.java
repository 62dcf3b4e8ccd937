package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class SnippetsTest {
    private static final Dataset DATA = Samples.classes(100, 1);

    @Test
    void simple(@TempDir Path directory) {
        Dataset data = DATA;
        // @start region="simple"
        double accuracy;
        Dataset.Split split = data.split(0.2, 7);
        Network network = Network.of(Layer.linear(4, 16), Layer.relu(), Layer.linear(16, 3));
        try (TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .epochs(30)
                .workers(2)
                .seed(42)
                .fit(split.train())) {
            accuracy = result.model().accuracy(split.heldAside());
            OnnxExport.of(result.model()).probabilities().write(directory.resolve("model.onnx"));
        }
        // @end
        assertThat(accuracy).isGreaterThan(0.8);
        assertThat(Files.exists(directory.resolve("model.onnx"))).isTrue();
    }

    @Test
    void readme_showsTheSampleThatIsTested() throws IOException {
        Path module = Path.of(System.getProperty("aidc.root")).resolve("sdk-training");
        String readme = Files.readString(module.resolve("README.md"));
        String test = Files.readString(module.resolve("src/test/java/io/aidc/training/SnippetsTest.java"));
        String shown = between(readme, "```java\n", "```");
        String tested = between(test, "region=\"simple\"\n", "        //" + " @end");
        assertThat(shown).isNotBlank().isEqualTo(tested.replaceAll("(?m)^ {8}", ""));
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }

    @Test
    void network() {
        // @start region="network"
        Network network = Network.of(
                Layer.clamp(new float[] {0, 0}, new float[] {120, 250}), // public bounds
                Layer.scale(new float[] {60, 125}, new float[] {1 / 60f, 1 / 125f}), // to [-1, 1]
                Layer.linear(2, 16),
                Layer.layerNorm(16),
                Layer.tanh(),
                Layer.linear(16, 2));
        // @end
        assertThat(network.parameterCount()).isEqualTo(2 * 16 + 16 + 16 + 16 + 16 * 2 + 2);
    }

    @Test
    void table() {
        Table file = Table.read(new StringReader("age,weight,outcome\n61,80,ill\n35,62,well\n"));
        // @start region="table"
        Dataset data = file.classification("outcome"); // file = Table.read(Path.of("patients.csv"))
        assertThat(data.classNames()).containsExactly("ill", "well");
        assertThat(data.featureNames()).containsExactly("age", "weight");
        // @end
    }

    @Test
    void privacy() {
        Dataset data = DATA;
        var random = new SecureRandom();
        // @start region="privacy"
        DpSgd privacy = DpSgd.clip(1.0)
                .noiseMultiplier(1.1)
                .sampling(
                        0.2 * data.rows(),
                        population -> IntStream.range(0, population)
                                .filter(row -> random.nextDouble() < 0.2)
                                .toArray())
                .noise((sum, deviation) -> { // for real use: the exact sampler of sdk-privacy
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (float) (deviation * random.nextGaussian());
                    }
                })
                .onStep(step -> step <= 50); // the place to charge a budget
        TrainingResult result = TrainingRun.of(
                        Network.of(Layer.linear(4, 8), Layer.tanh(), Layer.linear(8, 3)), Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(1.0))
                .steps(100)
                .privacy(privacy)
                .fit(data);
        // @end
        assertThat(result.report().steps()).isEqualTo(50);
        result.close();
    }

    @Test
    void onnx(@TempDir Path directory) {
        TrainingResult result =
                TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY).steps(1).fit(DATA);
        // @start region="onnx"
        OnnxExport.of(result.model()).probabilities().write(directory.resolve("model.onnx"));
        // @end
        result.close();
        assertThat(Files.exists(directory.resolve("model.onnx"))).isTrue();
    }
}
