package io.aidc.examples.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PicturesTest {
    @Test
    void lineChart_drawsEachCurveInsideTheFrame() throws Exception {
        Document svg = parse(LineChart.of(
                "Loss <1>",
                "steps",
                100,
                List.of(
                        new LineChart.Curve("a & b", new double[] {0.7, 0.3, 0.1}),
                        new LineChart.Curve("one point", new double[] {0.5}))));

        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo("Loss <1>");
    }

    @Test
    void barChart_writesNameAndValueOfEachBar() throws Exception {
        Document svg = parse(BarChart.of("Accuracy", 1, List.of(new BarChart.Bar("with", 0.97, "97.0 %"))));

        assertThat(svg.getDocumentElement().getTextContent()).contains("with", "97.0 %");
    }

    @Test
    void proofTree_drawsEveryNodeAndAsManyHashesAsTheProofHas() throws Exception {
        Document svg = parse(ProofTree.of("proof", 45, 36));

        var circles = svg.getElementsByTagName("circle");
        long given = IntStream.range(0, circles.getLength())
                .filter(i -> ((Element) circles.item(i)).getAttribute("class").equals("given"))
                .count();
        assertThat(given).isEqualTo(5); // RFC 6962: the path of leaf 36 in a tree of 45
        assertThat(circles.getLength() - given).isEqualTo(45 + 44);
    }

    @Test
    void proofTree_ofOneEntry_isADot() throws Exception {
        assertThat(parse(ProofTree.of("proof", 1, 0))
                        .getElementsByTagName("circle")
                        .getLength())
                .isEqualTo(1);
    }

    @Test
    void histogram_countsEveryValueOnce() throws Exception {
        double[] values = new double[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 10 + i;
        }
        Document svg = parse(Histogram.of("Latency", "µs", values));

        long counted = 0;
        var titles = svg.getElementsByTagName("title");
        for (int i = 0; i < titles.getLength(); i++) {
            counted += Long.parseLong(titles.item(i).getTextContent());
        }
        assertThat(counted).isEqualTo(1000);
        assertThat(svg.getDocumentElement().getTextContent()).contains("p50 510", "p99 1000");
    }

    @Test
    void histogram_ofOneValue_isDrawn() throws Exception {
        assertThat(parse(Histogram.of("Latency", "µs", new double[] {5}))).isNotNull();
    }

    @Test
    void timeline_marksTheKilledLane() throws Exception {
        Document svg = parse(Timeline.of(
                "Cluster",
                List.of(new Timeline.Lane("node a", 0, 4, false), new Timeline.Lane("node b", 0, 2, true)),
                List.of(new Timeline.Event(1, 2, "killed"))));

        assertThat(svg.getDocumentElement().getTextContent()).contains("node a", "node b", "killed");
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(1);
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
