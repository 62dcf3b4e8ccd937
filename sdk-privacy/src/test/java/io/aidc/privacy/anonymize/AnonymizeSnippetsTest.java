package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class AnonymizeSnippetsTest {
    @Test
    void table_isRead() {
        // @start region="table"
        Table patients = Table.readCsv(new StringReader("""
                        age,postcode,diagnosis
                        34,80331,flu
                        36,80335,asthma
                        """), ',');
        // @end
        assertThat(patients.rows()).isEqualTo(2);
    }

    @Test
    void hierarchy_makesCoarser() {
        // @start region="hierarchy"
        Hierarchy age = Hierarchy.intervals(0, 120, 5, 10, 20);
        Hierarchy postcode = Hierarchy.maskTrailing(5);
        Hierarchy work = Hierarchy.builder()
                .path("nurse", "health", "*")
                .path("doctor", "health", "*")
                .path("clerk", "office", "*")
                .build();
        String wider = age.generalise("34", 2);
        // @end
        assertThat(wider).isEqualTo("[30, 40)");
        assertThat(postcode.generalise("80331", 2)).isEqualTo("803**");
        assertThat(work.generalise("nurse", 1)).isEqualTo("health");
    }

    @Test
    void check_namesClasses() {
        Table release = Table.of(
                List.of("age", "diagnosis"),
                List.of(
                        List.of("[30, 40)", "flu"),
                        List.of("[30, 40)", "asthma"),
                        List.of("[50, 60)", "flu"),
                        List.of("*", "*")));
        // @start region="check"
        Verification answer = PrivacyModel.kAnonymity(2).check(release, Set.of("age"));
        if (answer instanceof Verification.Violated violated) {
            violated.violations().forEach(v -> review(v.firstRow(), v.rows()));
        }
        // @end
        assertThat(answer).isEqualTo(new Verification.Violated(2, 1, List.of(new Verification.Violation(1, 2, 1)), 0));
        assertThat(reviewed).containsExactly(2);
    }

    @Test
    void anonymize_makesATableThatHolds() {
        Table patients = Table.of(
                List.of("name", "age", "postcode", "diagnosis"),
                List.of(
                        List.of("Ada", "34", "80331", "flu"),
                        List.of("Bo", "36", "80335", "asthma"),
                        List.of("Cy", "38", "80339", "flu"),
                        List.of("Di", "52", "80469", "asthma"),
                        List.of("Ed", "58", "80469", "flu"),
                        List.of("Flo", "91", "10115", "gout")));
        // @start region="anonymize"
        Anonymisation result = Anonymizer.of(patients)
                .identifying("name")
                .quasiIdentifier("age", Hierarchy.intervals(0, 120, 5, 10, 20))
                .quasiIdentifier("postcode", Hierarchy.maskTrailing(5))
                .sensitive("diagnosis")
                .require(PrivacyModel.kAnonymity(2))
                .require(PrivacyModel.distinctDiversity("diagnosis", 2))
                .suppressAtMost(0.2)
                .optimal();
        if (result instanceof Anonymised done) {
            publish(done.table());
        }
        // @end
        StringWriter text = new StringWriter();
        published.get(0).writeCsv(text, ';');
        assertThat(text.toString().lines())
                .containsExactly(
                        "age;postcode;diagnosis",
                        "[30, 40);8033*;flu",
                        "[30, 40);8033*;asthma",
                        "[30, 40);8033*;flu",
                        "[50, 60);8046*;asthma",
                        "[50, 60);8046*;flu",
                        "*;*;*");
    }

    @Test
    void risk_isMeasuredAndShown() {
        Table original = Table.of(
                List.of("age"), List.of(List.of("34"), List.of("36"), List.of("38"), List.of("52"), List.of("58")));
        Table release = Table.of(
                List.of("age"),
                List.of(
                        List.of("[30, 40)"),
                        List.of("[30, 40)"),
                        List.of("[30, 40)"),
                        List.of("[50, 60)"),
                        List.of("[50, 60)")));
        // @start region="risk"
        RiskReport report = RiskReport.of(original, release, Set.of("age"), 0.4);
        double rowsTooEasyToFind = report.after().shareAbove();
        String page = report.toHtml();
        // @end
        assertThat(rowsTooEasyToFind).isEqualTo(0.4);
        assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("<script");
    }

    @Test
    void pseudonyms_areKeyed() {
        byte[] secret = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        Table visits = Table.of(
                List.of("customer", "day"), List.of(List.of("4711", "2026-11-26"), List.of("4711", "2026-11-30")));
        // @start region="pseudonyms"
        SecretKeySpec key = new SecretKeySpec(secret, "HmacSHA256");
        Pseudonyms pseudonyms = Pseudonyms.keyedBy(bytes -> {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return mac.doFinal(bytes);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
        Table joined = pseudonyms.replace(visits, Set.of("customer"));
        // @end
        assertThat(joined.cell(0, "customer")).hasSize(32).isEqualTo(joined.cell(1, "customer"));
        UnaryOperator<byte[]> keyedFunction = Keys.hmac(1);
        // @start region="dates"
        DateShift shift = DateShift.keyedBy(keyedFunction, 180);
        Table shifted = shift.shift(visits, "customer", Set.of("day"));
        // @end
        assertThat(LocalDate.parse(shifted.cell(0, "day")).plusDays(4))
                .isEqualTo(LocalDate.parse(shifted.cell(1, "day")));
    }

    private final List<Table> published = new ArrayList<>();

    private void publish(Table table) {
        published.add(table);
    }

    private final List<Integer> reviewed = new ArrayList<>();

    private void review(int firstRow, int rows) {
        assertThat(rows).isPositive();
        reviewed.add(firstRow);
    }
}
