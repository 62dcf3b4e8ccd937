package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.TrainingReport;
import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.metrics.RegressionScores;
import io.aidc.training.track.internal.LineChart;
import io.aidc.training.track.internal.Page;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportPageTest {
    private static final String HOSTILE = "</table><script>alert('1')</script>&\" onload=x \u0007\uD800";

    /** The page is well-formed XML too, so that a strict parser can judge it. */
    private static Document parsed(String html) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new AssertionError("not well-formed: " + html, e);
        }
    }

    private static void requireHarmless(Document page) {
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            assertThat(element.getTagName()).isNotIn("script", "link", "img", "iframe", "object", "a");
            for (int k = 0; k < element.getAttributes().getLength(); k++) {
                assertThat(element.getAttributes().item(k).getNodeName())
                        .doesNotStartWith("on")
                        .isNotIn("src", "href");
            }
        }
    }

    @Test
    void page_showsTheReport(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("report.html");
        ReportPage.write(Runs.report(), file);
        Document page = parsed(Files.readString(file));
        requireHarmless(page);
        assertThat(page.getDocumentElement().getTextContent())
                .contains("PLATEAU: no gain in 3 epochs & more")
                .contains("Linear(4, 8)|Tanh <b>")
                .contains(Runs.report().dataFingerprint())
                .contains("validation accuracy")
                .contains("-42");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4); // loss, two scores, rate
        assertThat(Files.readString(file)).contains("prefers-color-scheme: dark");
    }

    @Test
    void hostileText_isOnlyText() {
        TrainingReport hostile = new TrainingReport(
                1,
                HOSTILE,
                Map.of(HOSTILE, HOSTILE),
                Map.of(HOSTILE, HOSTILE),
                Runs.START,
                Duration.ZERO,
                1,
                StopReason.FINISHED,
                HOSTILE,
                List.of(1.0),
                List.of(new io.aidc.training.EpochScores(1, 1, 1, 1, Map.of(HOSTILE, 1.0))));
        ClassificationScores scores = ClassificationScores.of(new float[][] {{1, 0}}, new int[1]);
        Document page = parsed(ReportPage.of(hostile)
                .title(HOSTILE)
                .scores(scores, List.of(HOSTILE, HOSTILE))
                .html());
        requireHarmless(page);
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
                .isEqualTo("</table><script>alert('1')</script>&\" onload=x \uFFFD\uFFFD");
    }

    @Test
    void scores_areShownWithConfusionAndReliability() {
        ClassificationScores scores =
                ClassificationScores.of(new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}}, new int[] {0, 1, 1});
        String html = ReportPage.of(Runs.report())
                .scores(scores, List.of("well", "ill"))
                .html();
        assertThat(parsed(html).getDocumentElement().getTextContent())
                .contains("Confusion")
                .contains("well")
                .contains("calibrationError")
                .contains("Reliability");
        String numbers = ReportPage.of(Runs.report())
                .scores(RegressionScores.of(new float[][] {{1}, {2}}, new float[][] {{1}, {3}}))
                .html();
        assertThat(parsed(numbers).getDocumentElement().getTextContent()).contains("maxError");
    }

    private static TrainingReport withLosses(int steps, List<Double> losses) {
        TrainingReport report = Runs.report();
        return new TrainingReport(
                report.seed(),
                report.dataFingerprint(),
                report.hyperParameters(),
                report.versions(),
                report.started(),
                report.duration(),
                steps,
                report.stopReason(),
                report.stopDetail(),
                losses,
                List.of());
    }

    @Test
    void resumedRun_showsItsLossesAtTheStepsTheyAreOf() {
        assertThat(ReportPage.of(withLosses(100, List.of(4.0, 3.0, 2.0, 1.0))).html())
                .contains(">98</text>", ">99</text>")
                .doesNotContain(">101</text>");
    }

    @Test
    void privateRun_saysWhyThereIsNoLoss() {
        TrainingReport none = withLosses(4, List.of());
        assertThat(ReportPage.of(none).html())
                .contains("computed on private rows")
                .doesNotContain("<svg");
    }

    @Test
    void smoothing_startsAtTheFirstValueAndSkipsGaps() {
        assertThat(ReportPage.smoothed(new double[] {2, 2, Double.NaN, 2}))
                .containsExactly(new double[] {2, 2, 2, 2}, within(1e-12));
        assertThat(ReportPage.smoothed(new double[] {0, 1})[1]).isCloseTo(0.1 / 0.19, within(1e-12));
        assertThat(ReportPage.smoothed(new double[] {Double.NaN})[0]).isNaN();
    }

    @Test
    void chartOfManyPoints_isSmallAndKeepsTheSpike() {
        double[] x = new double[1_000_000];
        double[] y = new double[x.length];
        var random = new SplittableRandom(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            y[i] = random.nextDouble();
        }
        y[123_456] = 100;
        String svg = new LineChart("t", "step").curve("c", x, y).svg();
        assertThat(svg.length()).isLessThan(60_000);
        assertThat(svg).containsPattern("L[0-9.]+ 26\\.0"); // the top of the picture
        parsed(svg);
    }

    @Test
    void chartOfNothingOrOneValue_isDrawn() {
        parsed(new LineChart("t", "step")
                .curve("c", new double[0], new double[0])
                .svg());
        parsed(new LineChart("t", "step")
                .curve("c", new double[] {1, 2}, new double[] {Double.NaN, Double.POSITIVE_INFINITY})
                .svg());
        assertThat(new LineChart("t", "step")
                        .curve("c", new double[] {5}, new double[] {-3})
                        .svg())
                .doesNotContain("NaN");
        assertThat(new LineChart("t", "step")
                        .curve("c", new double[] {1, 2}, new double[] {-Double.MAX_VALUE, Double.MAX_VALUE})
                        .svg())
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.5, 0.5",
        "0.123456, 0.1235",
        "12.30, 12.3",
        "120, 120",
        "123456, 123456",
        "0.00001, 1.000e-05",
        "NaN, n/a",
        "-Infinity, -∞"
    })
    void number_isShortInEveryLocale(double value, String shown) {
        assertThat(Page.number(value, 4)).isEqualTo(shown);
    }

    @Test
    void misuse_isNamed() {
        ClassificationScores scores = ClassificationScores.of(new float[][] {{1, 0}}, new int[1]);
        ReportPage page = ReportPage.of(Runs.report()).title("a");
        assertThatIllegalStateException().isThrownBy(() -> page.title("b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> page.scores(scores, List.of("a")))
                .withMessage("names must be one for each of 2 classes, got 1");
        page.scores(scores, List.of("a", "b"));
        assertThatIllegalStateException()
                .isThrownBy(() -> page.scores(RegressionScores.of(new float[][] {{1}}, new float[][] {{1}})));
    }

    @Test
    void page_ofAnInterruptedRun_isWrittenByTheInterruptedThread(@TempDir Path directory) {
        Path page = directory.resolve("page.html");
        Thread.currentThread().interrupt();
        try {
            ReportPage.of(Runs.report()).write(page);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(page).isNotEmptyFile();
        assertThat(directory).isDirectoryContaining(page::equals).isDirectoryNotContaining("glob:**.tmp");
    }
}
