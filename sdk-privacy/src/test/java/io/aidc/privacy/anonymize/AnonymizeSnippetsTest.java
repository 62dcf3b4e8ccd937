package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
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
}
