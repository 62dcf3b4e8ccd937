package io.aidc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vault;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.serving.Answer;
import io.aidc.serving.ModelServer;
import io.aidc.serving.ModelSource;
import io.aidc.training.Dataset;
import io.aidc.training.Table;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.onnx.OnnxExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's sample: this file is where it is compiled and run. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("aidc.root"));

    @TempDir
    Path directory;

    @Test
    void sample_trainsSealsAndServes() throws IOException {
        Path csv = Files.write(
                directory.resolve("patients.csv"),
                IntStream.rangeClosed(-1, 99)
                        .mapToObj(i -> i < 0
                                ? "a,b,diagnosis"
                                : i % 2 + "," + i % 5 + "," + (i % 2 == 0 ? "benign" : "malignant"))
                        .toList());
        Path ring = directory.resolve("keys.ring");
        char[] passphrase = "correct horse".toCharArray();
        float[] patient = {1, 2};
        KeyRing.create(ring, passphrase).close();

        // @start region="readme"
        Dataset data = Table.read(csv).classification("diagnosis");
        Network network = Network.of(Layer.linear(data.features(), 16), Layer.tanh(), Layer.linear(16, data.classes()));
        try (TrainingResult run =
                        TrainingRun.of(network, Loss.CROSS_ENTROPY).workers(2).fit(data);
                Vault vault = Vault.builder().keyStore(ring, passphrase).open()) {
            byte[] onnx = OnnxExport.of(run.model()).probabilities().bytes();
            var sealed = vault.seal(ByteBuffer.wrap(onnx), "models/tumour/1");
            var source = ModelSource.decrypting(() -> vault.unseal(sealed, "models/tumour/1"), SecretBytes::buffer);
            try (ModelServer server = ModelServer.onnx(source).open()) {
                Answer answer = server.ask(patient).join();
                // @end
                assertThat(answer).isInstanceOf(Answer.Scored.class);
                assertThat(((Answer.Scored) answer).output().floats()).hasSize(2);
                // @start region="readme-end"
            }
        }
        // @end
    }

    @Test
    void readme_showsThatSample() throws IOException {
        List<String> source =
                Files.readAllLines(ROOT.resolve("examples/src/test/java/io/aidc/examples/ReadmeTest.java"));
        assertThat(sample(Files.readString(ROOT.resolve("README.md"))))
                .containsExactlyElementsOf(region(source, "\"readme\"", "\"readme-end\""));
    }

    @Test
    void accessPage_showsTheSampleThatIsTested() throws IOException {
        List<String> source =
                Files.readAllLines(ROOT.resolve("sdk-security/src/test/java/io/aidc/security/SnippetsTest.java"));

        assertThat(sample(Files.readString(ROOT.resolve("docs/access.md"))))
                .containsExactlyElementsOf(region(source, "\"joined\""));
    }

    @Test
    void readme_linksOnlyToFilesThatExist() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        List<String> links = Pattern.compile("]\\(([^)#:]+)\\)")
                .matcher(readme)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(links)
                .hasSizeGreaterThan(10)
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    /** The first one on a page. */
    private static List<String> sample(String page) {
        int begin = page.indexOf("```java\n") + 8;
        return page.substring(begin, page.indexOf("```", begin))
                .lines()
                .map(String::strip)
                .toList();
    }

    private static List<String> region(List<String> source, String... names) {
        return Arrays.stream(names)
                .flatMap(name -> {
                    int from = IntStream.range(0, source.size())
                            .filter(i -> source.get(i).contains("@start region=" + name))
                            .findFirst()
                            .orElseThrow();
                    return source.subList(from + 1, source.size()).stream()
                            .takeWhile(line -> !line.contains("// @end"));
                })
                .map(String::strip)
                .toList();
    }
}
