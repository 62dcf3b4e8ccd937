package io.aidc.privacy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class LocalSnippetsTest {

    @Test
    void response_isReportedAndEstimated() {
        int answer = 1;
        // @start region="response"
        RandomizedResponse response = RandomizedResponse.of(2, 1.0); // yes or no
        int report;
        try (RandomBits bits = RandomBits.open()) { // on the reporter's device
            report = response.report(answer, bits);
        }
        Frequencies found = response.estimate(report); // where all reports are collected
        // @end
        assertThat(found.counts()).hasSize(2);
    }

    @Test
    void unary_isReportedAndEstimated() {
        List<BitSet> reports = new ArrayList<>();
        // @start region="unary"
        UnaryEncoding encoding = UnaryEncoding.optimised(100, 2.0);
        try (RandomBits bits = RandomBits.open()) { // on the reporter's device
            reports.add(encoding.report(42, bits));
        }
        Frequencies found = encoding.estimate(reports); // where all reports are collected
        // @end
        assertThat(found.counts()).hasSize(100);
    }

    @Test
    void rappor_isReportedAgainAndAgain() {
        List<BitSet> reports = new ArrayList<>();
        // @start region="rappor"
        Rappor rappor = Rappor.of(100, 0.5, 0.5, 0.75);
        try (RandomBits bits = RandomBits.open()) { // on the reporter's device
            BitSet kept = rappor.permanent(42, bits); // once, and kept
            reports.add(rappor.report(kept, bits)); // every day
        }
        Frequencies found = rappor.estimate(reports); // where all reports of a day are collected
        // @end
        assertThat(found.counts()).hasSize(100);
    }
}
