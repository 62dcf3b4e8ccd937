package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardSnippetsTest {
    @Test
    void requests_areAdmittedUntilTheBurstIsUsed() {
        List<Alert> alerts = new ArrayList<>();
        List<AuditEvent> events = new ArrayList<>();
        AuditTrail auditLog = event -> {
            events.add(event);
            return events.size() - 1L;
        };
        // @start region="guard"
        RequestGuard guard = RequestGuard.builder()
                .rate(50, Duration.ofSeconds(1))
                .burst(100)
                .quota(100_000, Duration.ofDays(1))
                .extraction(ExtractionPolicy.per(Duration.ofDays(1)).volume(20_000))
                .listener(alerts::add)
                .auditTo(auditLog)
                .build();

        Admission admission = guard.admit("team-a");
        String answer = admission instanceof Admission.Refused refused
                ? "429, retry after " + refused.retryAfter().toSeconds() + " s"
                : "200";
        // @end
        assertThat(answer).isEqualTo("200");
    }

    @Test
    void limits_differByPrincipal() {
        // @start region="limits"
        RequestLimits nightly =
                RequestLimits.none().rate(1_000, Duration.ofSeconds(1)).burst(5_000);
        RequestGuard guard = RequestGuard.builder()
                .rate(10, Duration.ofSeconds(1))
                .limitsOf("nightly-report", nightly)
                .limitsOf("health-check", RequestLimits.none())
                .build();
        // @end
        assertThat(guard.admit("nightly-report", 5_000)).isInstanceOf(Admission.Admitted.class);
        assertThat(guard.admit("team-a", 5_000)).isInstanceOf(Admission.Refused.class);
        assertThat(guard.admit("health-check", Long.MAX_VALUE)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void baseline_isLearnedFromASample() {
        List<float[]> trainingData = Traffic.ofClusters(1).known();
        // @start region="baseline"
        Baseline benign = Baseline.of(trainingData);
        ExtractionPolicy policy = ExtractionPolicy.per(Duration.ofDays(1)).baseline(benign);
        // @end
        assertThat(policy.toString()).contains("DISTANCE");
    }

    @Test
    void extraction_raisesAnAlertAndRefuses() {
        Traffic traffic = Traffic.ofClusters(1);
        Baseline benign = Baseline.of(traffic.known());
        List<Alert> alerts = new ArrayList<>();
        // @start region="extraction"
        ExtractionPolicy policy = ExtractionPolicy.per(Duration.ofHours(6))
                .volume(10_000) // queries
                .baseline(benign)
                .boundary(0.1, 0.5) // half of the answers with the two best classes within 0.1
                .threshold(Alert.Kind.DISTANCE, 0.4)
                .refuseOnAlert(Duration.ofMinutes(30));
        RequestGuard guard =
                RequestGuard.builder().extraction(policy).listener(alerts::add).build();

        for (float[] query : traffic.uniform(300, 1)) {
            if (guard.admit("mallory", query) instanceof Admission.Admitted) {
                guard.answered("mallory", traffic.margin(query));
            }
        }
        // @end
        assertThat(alerts).extracting(Alert::kind).isNotEmpty().isSubsetOf(Alert.Kind.COVERAGE, Alert.Kind.DISTANCE);
        assertThat(guard.admit("mallory")).isInstanceOf(Admission.Refused.class);
    }
}
