package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class SearchPageTest {
    private static SearchResult result() {
        return Search.minimise(trial -> {
                    double x = trial.logUniform("rate <b>", 1e-4, 1);
                    String kind = trial.choice("kind", "plain", "a\"b,c", "<script>");
                    if (trial.number() == 6) {
                        throw new IllegalStateException("line\none, \"two\"");
                    }
                    for (int step = 1; step <= 4; step++) {
                        trial.report(step, x + 1.0 / step);
                        if (trial.shouldPrune()) {
                            return 0;
                        }
                    }
                    return x + kind.length();
                })
                .pruner(Median.create().startupTrials(3))
                .seed(1)
                .trials(30)
                .run();
    }

    @Test
    void html_hasAllPicturesAndNoScript() throws Exception {
        String page = result().html();
        assertThat(page)
                .doesNotContain("<script")
                .doesNotContain("<b>")
                .doesNotContain("NaN")
                .doesNotContain("Infinity");
        for (String title : List.of(
                "Value of each trial and the best so far",
                "Intermediate values by step",
                "Importance of parameters",
                "Parallel coordinates",
                "Value over kind",
                "Value over rate &lt;b&gt;")) {
            assertThat(page).contains("<title>" + title + "</title>");
        }
        // Each picture is well-formed XML.
        int pictures = 0;
        for (int at = page.indexOf("<svg"); at >= 0; at = page.indexOf("<svg", at + 1)) {
            String svg = page.substring(at, page.indexOf("</svg>", at) + 6);
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            pictures++;
        }
        assertThat(pictures).isEqualTo(6);
    }

    @Test
    void html_ofOneTrialWithoutParameters_isDrawn() {
        assertThat(Search.minimise(trial -> 1).trials(1).run().html())
                .contains("<svg")
                .doesNotContain("NaN");
    }

    @Test
    void html_doesNotDependOnTheLocale() {
        assertThat(result().html()).doesNotContainPattern("cx=\"\\d+,");
    }

    @Test
    void writeHtml_writesTheFile(@TempDir Path directory) throws IOException {
        SearchResult result = result();
        result.writeHtml(directory.resolve("search.html"));
        assertThat(Files.readString(directory.resolve("search.html"))).isEqualTo(result.html());
    }

    @Test
    void table_showsTheBestFirst() {
        SearchResult result = result();
        String[] lines = result.table(3).split("\n", -1);
        assertThat(lines[0])
                .contains("rank")
                .contains("trial")
                .contains("value")
                .contains("kind");
        assertThat(lines[1])
                .contains(" " + result.best().orElseThrow().number() + " ")
                .hasSameSizeAs(lines[0]);
        assertThat(lines[4]).startsWith("30 trials: ");
        assertThatIllegalArgumentException().isThrownBy(() -> result.table(0));
    }

    @Test
    void csv_quotesWhatNeedsIt() {
        SearchResult result = result();
        String csv = result.csv();
        assertThat(csv).startsWith("trial,state,value,steps,seconds,started,attempts,error,kind,rate <b>\r\n");
        assertThat(csv)
                .contains("\"java.lang.IllegalStateException: line\none, \"\"two\"\"\"")
                .contains("\"a\"\"b,c\"");
        assertThat(csv.split("\r\n", -1)).hasSize(32);
    }

    @Test
    void numbers_haveAFewDigits() {
        assertThat(SearchText.number(0)).isEqualTo("0");
        assertThat(SearchText.number(1.5)).isEqualTo("1.5");
        assertThat(SearchText.number(-0.00123456)).isEqualTo("-0.00123");
        assertThat(SearchText.number(1e-9)).isEqualTo("1.000e-09");
        assertThat(SearchText.number(1234.56)).isEqualTo("1234.6");
        assertThat(SearchText.number(100)).isEqualTo("100");
    }
}
