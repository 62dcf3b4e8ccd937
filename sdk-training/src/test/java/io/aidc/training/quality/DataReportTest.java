package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Table;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

class DataReportTest {
    private static final Table TABLE = Table.read(new StringReader("""
            age,twice,city,one,none,kind
            10,20,Rome,x,,a
            20,40,Rome,x,,b
            30,60,,x,,a
            40,80,Paris,x,,a
            10,20,Rome,x,,a
            ,100,Rome,x,,a
            """));

    private static <T extends ColumnProfile> T column(DataReport report, String name, Class<T> type) {
        return report.columns().stream()
                .filter(column -> column.name().equals(name))
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void numbers_areDescribed() {
        ColumnProfile.Numbers age = column(DataReport.of(TABLE), "age", ColumnProfile.Numbers.class);
        assertThat(age.missing()).isEqualTo(1);
        assertThat(age.distinct()).isEqualTo(4);
        assertThat(age.min()).isEqualTo(10);
        assertThat(age.max()).isEqualTo(40);
        assertThat(age.mean()).isEqualTo(22);
        assertThat(age.standardDeviation()).isCloseTo(Math.sqrt(170), within(1e-12));
        assertThat(age.quantiles()).isEqualTo(new ColumnProfile.Quantiles(10, 10, 20, 30, 38));
        assertThat(age.histogram().counts()).hasSize(20).startsWith(2).endsWith(1);
        assertThat(age.histogram().counts().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(5);
    }

    @Test
    void texts_areCountedTheMostCommonFirst() {
        ColumnProfile.Categories city = column(DataReport.of(TABLE), "city", ColumnProfile.Categories.class);
        assertThat(city.missing()).isEqualTo(1);
        assertThat(city.distinct()).isEqualTo(2);
        assertThat(city.mostCommon())
                .containsExactly(new ColumnProfile.Category("Rome", 4), new ColumnProfile.Category("Paris", 1));
    }

    @Test
    void table_isJudgedAsAWhole() {
        DataReport report = DataReport.of(TABLE, "kind");
        assertThat(report.rows()).isEqualTo(6);
        assertThat(report.duplicateRows()).isEqualTo(1);
        assertThat(report.constantColumns()).containsExactly("one", "none");
        assertThat(report.correlations()).hasSize(1);
        assertThat(report.correlations().get(0).coefficient()).isCloseTo(1, within(1e-12));
        assertThat(report.classes())
                .containsExactly(new ColumnProfile.Category("a", 5), new ColumnProfile.Category("b", 1));
        assertThat(report.imbalance()).isEqualTo(5);
        assertThat(DataReport.of(TABLE).imbalance()).isNaN();
        assertThatIllegalArgumentException().isThrownBy(() -> DataReport.of(TABLE, "nothing"));
    }

    @Test
    void correlation_agreesWithScipy() {
        GoldenJson golden = GoldenJson.read("quality.json").object("correlation");
        double[] a = golden.numbers("a");
        double[] b = golden.numbers("b");
        var text = new StringBuilder("a,b\n");
        for (int i = 0; i < a.length; i++) {
            text.append(a[i]).append(',').append(b[i]).append('\n');
        }
        List<DataReport.Correlation> pairs =
                DataReport.of(Table.read(new StringReader(text.toString()))).correlations();
        assertThat(pairs).hasSize(1);
        assertThat(pairs.get(0).coefficient()).isCloseTo(golden.number("pearson"), within(1e-13));
    }

    @Test
    void withoutValues_leavesOutTextsAndExtremes() {
        Table table = Table.read(
                new StringReader("name,pay\nAda,1234567\nAda,11\nAda,12\nAda,13\nAda,14\nBob,15\nCleo,-7654321\n"));
        DataReport bare = DataReport.of(table, "name").withoutValues();
        assertThat(column(bare, "name", ColumnProfile.Categories.class).mostCommon())
                .containsExactly(new ColumnProfile.Category("#1", 5));
        assertThat(bare.classes()).containsExactly(new ColumnProfile.Category("#1", 5));
        ColumnProfile.Numbers pay = column(bare, "pay", ColumnProfile.Numbers.class);
        assertThat(pay.min()).isNaN();
        assertThat(pay.max()).isNaN();
        assertThat(pay.histogram().counts()).isEmpty();
        assertThat(pay.quantiles().median()).isEqualTo(13);
        assertThat(bare.text() + bare.html("t") + bare)
                .doesNotContain("Ada")
                .doesNotContain("Bob")
                .doesNotContain("1234567")
                .doesNotContain("7654321");
    }

    @Test
    void text_isOneAlignedLineAColumn() {
        String text = DataReport.of(TABLE, "kind").text();
        assertThat(text)
                .contains("rows: 6, duplicates: 1\n")
                .contains("constant: one, none\n")
                .contains("correlated: age and twice, 1.000\n")
                .contains("class a: 5\n")
                .contains("Rome (4), Paris (1)");
        List<String> lines = text.lines().toList();
        assertThat(lines.get(1)).startsWith("column");
        assertThat(lines.get(2).indexOf("numbers")).isEqualTo(lines.get(1).indexOf("type"));
    }

    @Test
    void text_holdsNoControlCharacters() {
        Table table = Table.read(new StringReader("\"a\u001b[2J\"\n\"x\u001b[31m\ny\"\n"));
        assertThat(DataReport.of(table).text().chars().filter(c -> c < ' ' && c != '\n'))
                .isEmpty();
    }

    @Test
    void html_refersToNothingOutsideAndRunsNothing() {
        String page = DataReport.of(TABLE, "kind").html("Patients");
        assertThat(page)
                .contains("<title>Patients</title>")
                .contains("default-src 'none'")
                .contains("<svg")
                .doesNotContain("<script")
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("src=")
                .doesNotContain("href");
    }

    /** Whatever stands in names and cells, the page keeps its shape: it parses, and has no element but our own. */
    @Test
    void html_ofHostileCells_isEscaped() throws Exception {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 100; round++) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                cells.add('"' + hostile(random).replace("\"", "\"\"") + '"');
            }
            Table table = Table.read(new StringReader("x%s,y%s\n%s,%s\n%s,%s\n"
                    .formatted("", "", cells.get(0), cells.get(1), cells.get(2), cells.get(3))
                    .replace("x,", cells.get(4).replaceFirst("\"", "\"x") + ",")));
            requireOwnElementsOnly(DataReport.of(table, "y").html(hostile(random)));
        }
    }

    private static String hostile(SplittableRandom random) {
        List<String> parts = List.of(
                "<script>alert(1)</script>",
                "\" onload=\"x",
                "'",
                "&",
                "]]>",
                "<!--",
                "\u0000",
                "\uD800",
                "</td>",
                "é",
                "\n");
        var text = new StringBuilder("v");
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(parts.get(random.nextInt(parts.size())));
        }
        return text.toString();
    }

    private static void requireOwnElementsOnly(String page)
            throws ParserConfigurationException, IOException, SAXException {
        String xml = page.substring(page.indexOf("<body>")).replace("</html>", "");
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        var elements = document.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            var element = (Element) elements.item(i);
            assertThat(element.getTagName())
                    .isIn("body", "h1", "h2", "p", "table", "tr", "th", "td", "svg", "rect", "div", "span", "ul", "li");
            assertThat(element.hasAttribute("onload")).isFalse();
        }
    }

    @Test
    void emptyTable_hasAReport() {
        DataReport report = DataReport.of(Table.read(new StringReader("a,b\n")));
        assertThat(report.rows()).isZero();
        assertThat(report.columns()).allMatch(ColumnProfile.Empty.class::isInstance);
        assertThat(report.text()).contains("rows: 0");
        assertThat(report.html("empty")).contains("0 rows");
    }
}
