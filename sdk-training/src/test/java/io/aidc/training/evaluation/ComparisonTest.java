package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.evaluation.ComparisonResult.Difference;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ComparisonTest {
    private static final Dataset CLOUDS = Learners.clouds(90, 1);

    private static Map<String, Learner> learners() {
        Map<String, Learner> learners = new LinkedHashMap<>();
        learners.put("constant", Learners.CONSTANT);
        learners.put("centroid", Learners.NEAREST_CENTROID);
        learners.put("same <again>", Learners.CONSTANT);
        return learners;
    }

    private static ComparisonResult compared() {
        return Comparison.of(learners())
                .validatedBy(validation ->
                        validation.folds(5).repeats(2).stratified().seed(3))
                .run(CLOUDS);
    }

    @Test
    void betterLearner_isFoundAndTheEqualOneIsNot() {
        ComparisonResult result = compared();
        assertThat(result.best("accuracy")).isEqualTo("centroid");
        assertThat(result.best("logLoss")).isEqualTo("centroid");
        assertThat(result.baseline()).isEqualTo("constant");
        Map<String, Difference> differences = result.differences("accuracy");
        assertThat(differences.keySet()).containsExactly("centroid", "same <again>");
        Difference centroid = Objects.requireNonNull(differences.get("centroid"));
        assertThat(centroid.estimate().mean()).isGreaterThan(0.3);
        assertThat(centroid.estimate().p()).isLessThan(0.001);
        assertThat(centroid.adjustedP()).isCloseTo(2 * centroid.estimate().p(), within(1e-15));
        Difference same = Objects.requireNonNull(differences.get("same <again>"));
        assertThat(same.estimate().mean()).isZero();
        assertThat(same.adjustedP()).isEqualTo(1);
    }

    @Test
    void difference_isOfTheSameFolds() {
        ComparisonResult result = compared();
        double[] base = result.result("constant").values("logLoss");
        double[] other = result.result("centroid").values("logLoss");
        for (int i = 0; i < base.length; i++) {
            other[i] -= base[i];
        }
        assertThat(Objects.requireNonNull(result.differences("logLoss").get("centroid"))
                        .estimate())
                .isEqualTo(Estimate.of(other, 0.25, 0.95));
    }

    @Test
    void text_isATableOfScoresAndLearners() {
        String[] lines = compared().text().split("\n", -1);
        assertThat(lines[0])
                .startsWith("score")
                .contains("constant (baseline)")
                .contains("centroid")
                .contains("same <again>");
        assertThat(lines).hasSize(2 + compared().scores().size()).endsWith("");
        assertThat(lines[1]).startsWith("accuracy").contains(" * ".strip()).contains("p=");
        assertThat(compared()).hasToString(compared().text());
    }

    @Test
    void page_isWellFormedHasAPictureForEachScoreAndNoMarkupFromNames(@TempDir Path directory)
            throws IOException, SAXException, ParserConfigurationException {
        Path file = directory.resolve("comparison.html");
        compared().write(file);
        Document page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Files.readString(file))));
        assertThat(page.getElementsByTagName("svg").getLength())
                .isEqualTo(compared().scores().size());
        assertThat(page.getElementsByTagName("again").getLength()).isZero();
        assertThat(page.getDocumentElement().getTextContent()).contains("same <again>");
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void numbers_areComparedByTheirErrors() {
        Learner exact = (data, seed) -> rows -> {
            float[][] answers = new float[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                answers[i] = new float[] {rows[i][0], 2 * rows[i][0]};
            }
            return answers;
        };
        ComparisonResult result = Comparison.of(Map.of("constant", Learners.CONSTANT, "exact", exact))
                .baseline("exact")
                .run(Learners.line(20));
        assertThat(result.best("mae")).isEqualTo("exact");
        assertThat(result.best("r2")).isEqualTo("exact");
        assertThat(result.baseline()).isEqualTo("exact");
        assertThat(result.html()).contains("maxError");
    }

    @Test
    void misuse_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(Map.of("a", Learners.CONSTANT)))
                .withMessage("a comparison needs at least 2 learners, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(learners()).baseline("forest"))
                .withMessage("no learner 'forest'; there are [constant, centroid, same <again>]");
        assertThatIllegalStateException()
                .isThrownBy(() -> Comparison.of(learners()).baseline("constant").baseline("centroid"));
        assertThatIllegalStateException()
                .isThrownBy(() -> Comparison.of(learners()).validatedBy(v -> v).validatedBy(v -> v));
        assertThatIllegalArgumentException().isThrownBy(() -> compared().result("forest"));
        assertThatIllegalArgumentException().isThrownBy(() -> compared().differences("profit"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compared().difference("constant", "accuracy"))
                .withMessageEndingWith("but the baseline 'constant', got 'constant'");
    }
}
