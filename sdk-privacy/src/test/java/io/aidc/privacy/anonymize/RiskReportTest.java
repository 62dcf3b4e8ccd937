package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class RiskReportTest {
    private static final Set<String> AGE = Set.of("age");
    /** Classes of 1, 2 and 4 rows, one row suppressed. */
    private static final Table TABLE = table("a b b c c c c *");
    /** 4, 2 and 10 people fit them. */
    private static final Table POPULATION = table("a a a a b b c c c c c c c c c c d d");

    @Test
    void prosecutor_classSizes_areInverted() {
        ReidentificationRisk risk = ReidentificationRisk.prosecutor(TABLE, AGE, 0.25);
        // 3 classes, 7 rows; 1 and 1/2 are above 0.25, 1/4 is not
        assertThat(risk).isEqualTo(new ReidentificationRisk(1, 3.0 / 7, 3.0 / 7, 0.25));
        assertThat(ReidentificationRisk.prosecutor(TABLE, AGE, 0.24).shareAbove())
                .isEqualTo(1);
        assertThat(ReidentificationRisk.prosecutor(TABLE, AGE, 1).shareAbove()).isZero();
    }

    @Test
    void journalist_populationClasses_areInverted() {
        ReidentificationRisk risk = ReidentificationRisk.journalist(TABLE, AGE, POPULATION, 0.25);
        // 1/4, 2/2, 4/10 expected of 7 rows = 1.65/7; 3 classes of 16 people = 0.1875
        assertThat(risk.highest()).isEqualTo(0.5);
        assertThat(risk.average()).isCloseTo(1.65 / 7, within(1e-15));
        assertThat(risk.shareAbove()).isEqualTo(2.0 / 7);
        // one class that few of many are in: 1 class of 100 rows in 200 people, and a unique one
        Table mostly = table("a b b b");
        Table people = table("a a a a a a a a a a b b b");
        assertThat(ReidentificationRisk.journalist(mostly, AGE, people, 0.25).average())
                .isCloseTo((0.1 + 1) / 4, within(1e-15));
        // the strict average is the greater one if large classes are sampled thinly
        assertThat(ReidentificationRisk.journalist(table("a b b b"), AGE, table("a b b b b b b b b b b b b"), 0.25)
                        .average())
                .isCloseTo((1 + 0.25) / 4, within(1e-15));
    }

    @Test
    void marketer_expectedMatches_areCounted() {
        assertThat(ReidentificationRisk.marketer(TABLE, AGE, POPULATION)).isCloseTo(1.65 / 7, within(1e-15));
        assertThat(ReidentificationRisk.marketer(TABLE, AGE, TABLE)).isCloseTo(3.0 / 7, within(1e-15));
    }

    @Test
    void risk_populationThatLacksSomebody_isRefusedByNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReidentificationRisk.journalist(TABLE, AGE, table("a b c c c c"), 0.2))
                .withMessage("population must have everybody in the table, but for class 1 has 1 people to 2 rows");
        assertThatIllegalArgumentException().isThrownBy(() -> ReidentificationRisk.marketer(TABLE, AGE, table("d")));
    }

    @Test
    void risk_numbersOutside_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReidentificationRisk.prosecutor(TABLE, AGE, Double.NaN))
                .withMessage("threshold must be in [0, 1], got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReidentificationRisk.journalist(TABLE, AGE, POPULATION, -0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> ReidentificationRisk.prosecutor(TABLE, Set.of(), 0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReidentificationRisk.prosecutor(TABLE, Set.of("zip"), 0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskReport.of(TABLE, TABLE, AGE, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReidentificationRisk(2, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReidentificationRisk(0, 0, -1, 0));
    }

    @Test
    void risk_noRows_isZero() {
        Table empty = Table.of(List.of("age"), List.of());
        assertThat(ReidentificationRisk.prosecutor(empty, AGE, 0.2)).isEqualTo(new ReidentificationRisk(0, 0, 0, 0.2));
        assertThat(ReidentificationRisk.journalist(empty, AGE, empty, 0.2))
                .isEqualTo(new ReidentificationRisk(0, 0, 0, 0.2));
        assertThat(RiskReport.of(empty, empty, AGE, 0.2).toHtml()).contains("shows 0 of 0 rows");
    }

    @Test
    void risk_everythingHidden_isOneClass() {
        assertThat(ReidentificationRisk.prosecutor(table("* *"), AGE, 0.2))
                .isEqualTo(new ReidentificationRisk(0.5, 0.5, 1, 0.2));
    }

    @Test
    void report_population_addsJournalistAndMarketer() {
        RiskReport report = RiskReport.of(table("1 2 3 4 5 6 7 8"), TABLE, AGE, 0.25);
        assertThat(report.before().average()).isEqualTo(1);
        assertThat(report.after()).isEqualTo(ReidentificationRisk.prosecutor(TABLE, AGE, 0.25));
        assertThat(report.journalist()).isEmpty();
        assertThat(report.marketer()).isEqualTo(3.0 / 7);
        assertThat(report.toHtml()).doesNotContain("journalist");
        RiskReport against = report.against(POPULATION);
        assertThat(against.journalist()).contains(ReidentificationRisk.journalist(TABLE, AGE, POPULATION, 0.25));
        assertThat(against.marketer()).isEqualTo(ReidentificationRisk.marketer(TABLE, AGE, POPULATION));
        assertThat(against.toHtml()).contains("journalist");
        assertThat(against.toString()).startsWith("RiskReport[before=").doesNotContain("[a");
    }

    @Test
    void toHtml_hostileNames_areEscapedAndThePageIsWellFormed() throws Exception {
        String name = "<script>alert('&\"')</script>\u0000" + "x".repeat(40);
        Table table = Table.of(List.of(name), List.of(List.of("hush"), List.of("hush-hush")));
        String page = RiskReport.of(table, table, Set.of(name), 0.2).toHtml();
        assertThat(page).doesNotContain("<script", "hush").contains("&lt;script&gt;");
        // no scripts, no links, nothing from elsewhere
        assertThat(page).doesNotContain("http", "href", "src=", "url(", "onload");
        String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(3);
    }

    @Test
    void toHtml_classSizes_areSharesOfRows() {
        String page = RiskReport.of(TABLE, TABLE, AGE, 0.2).toHtml();
        assertThat(page)
                .contains("1 row (unique)", "2 rows", "3 to 4 rows", "14.3 %", "28.6 %", "57.1 %")
                .contains("shows 7 of 8 rows and hides 1 (12.5 %)")
                .doesNotContain("5 to 9 rows");
    }

    @Test
    void toHtml_separation_leavesOutSuppressedRows() {
        // of the 21 pairs among 7 rows, 1 + 6 agree
        assertThat(RiskReport.of(TABLE, TABLE, AGE, 0.2).toHtml())
                .contains("66.7 %")
                .doesNotContain("75 %");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 %",
        "1,100 %",
        "0.5,50 %",
        "0.12345,12.3 %",
        "0.012345,1.23 %",
        "1e-9,< 0.01 %",
        "0.99999,> 99.99 %",
        "0.9998,99.98 %",
        "0.99951,99.95 %"
    })
    void percent_shares_areNeverRoundedToNoneOrAll(double share, String text) {
        assertThat(Html.percent(share)).isEqualTo(text);
    }

    private static Table table(String cells) {
        return Table.of(
                List.of("age"), Arrays.stream(cells.split(" ")).map(List::of).toList());
    }
}
