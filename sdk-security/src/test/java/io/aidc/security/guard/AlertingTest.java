package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.guard.Admission.Admitted;
import io.aidc.security.guard.Admission.Reason;
import io.aidc.security.guard.Admission.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertingTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ExtractionPolicy BUDGET = ExtractionPolicy.per(HOUR).volume(3);

    private final FakeTicker ticker = new FakeTicker();
    private final List<Alert> alerts = new ArrayList<>();
    private final List<AuditEvent> events = new ArrayList<>();
    private boolean trailFails;

    private RequestGuard.Builder guard(ExtractionPolicy policy) {
        return RequestGuard.builder()
                .ticker(ticker)
                .seed(1)
                .extraction(policy)
                .listener(alerts::add)
                .auditTo(event -> {
                    if (trailFails) {
                        throw new IllegalStateException("disk full");
                    }
                    events.add(event);
                    return events.size() - 1L;
                });
    }

    @Test
    void alert_atTheBudget_goesToTheListener() {
        RequestGuard guard = guard(BUDGET).build();

        guard.admit("a", 2);
        assertThat(alerts).isEmpty();
        guard.admit("a");
        assertThat(alerts).containsExactly(new Alert("a", Alert.Kind.VOLUME, 1, 1, HOUR, 3));
    }

    @Test
    void alert_withoutRefusal_isRecordedAsAllowed() {
        guard(BUDGET).build().admit("a", 6);

        assertThat(events)
                .containsExactly(new AuditEvent(
                        "a",
                        "alert",
                        "guard/volume",
                        AuditEvent.Outcome.ALLOWED,
                        Map.of("score", "2.000", "threshold", "1.000", "window", "PT1H", "count", "6")));
    }

    @Test
    void alert_withRefusal_isRecordedAsDenied() {
        guard(BUDGET.refuseOnAlert(HOUR)).build().admit("a", 3);

        assertThat(events).extracting(AuditEvent::outcome).containsExactly(AuditEvent.Outcome.DENIED);
    }

    @Test
    void alert_isRaisedOnceAWindow() {
        RequestGuard guard = guard(BUDGET).build();
        for (int i = 0; i < 100; i++) {
            guard.admit("a");
        }
        assertThat(alerts).hasSize(1);

        ticker.advance(HOUR);
        guard.admit("a", 3);
        assertThat(alerts).hasSize(2);
    }

    @Test
    void alert_withoutRefusal_refusesNothing() {
        assertThat(guard(BUDGET).build().admit("a", 3)).isInstanceOf(Admitted.class);
    }

    @Test
    void alert_withRefusal_refusesTheQueryThatRaisedItAndWhatFollows() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();

        assertThat(guard.admit("a", 3)).isEqualTo(new Refused(Reason.QUARANTINE, HOUR));
        ticker.advance(Duration.ofMinutes(20));
        assertThat(guard.admit("a")).isEqualTo(new Refused(Reason.QUARANTINE, Duration.ofMinutes(40)));
        ticker.advance(Duration.ofMinutes(40));
        assertThat(guard.admit("a")).isInstanceOf(Admitted.class);
    }

    @Test
    void alert_ofOnePrincipal_leavesOthersAlone() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();
        guard.admit("a", 3);

        assertThat(guard.admit("b")).isInstanceOf(Admitted.class);
    }

    @Test
    void listener_thatFails_changesNothing() {
        RequestGuard guard = RequestGuard.builder()
                .extraction(BUDGET)
                .listener(alert -> {
                    throw new IllegalStateException("listener");
                })
                .auditTo(event -> {
                    events.add(event);
                    return events.size() - 1L;
                })
                .build();

        assertThat(guard.admit("a", 3)).isInstanceOf(Admitted.class);
        assertThat(guard.admit("b", 3)).isInstanceOf(Admitted.class);
        assertThat(events).hasSize(2);
    }

    @Test
    void listener_thatFailsWithAnError_isToldAgain() {
        boolean[] failing = {true};
        RequestGuard guard = RequestGuard.builder()
                .extraction(BUDGET)
                .listener(alert -> {
                    if (failing[0]) {
                        throw new StackOverflowError("listener");
                    }
                    alerts.add(alert);
                })
                .auditTo(event -> {
                    events.add(event);
                    return events.size() - 1L;
                })
                .build();
        assertThatThrownBy(() -> guard.admit("a", 3)).isInstanceOf(StackOverflowError.class);
        assertThat(events).isEmpty();

        failing[0] = false;
        guard.admit("a");
        assertThat(alerts).hasSize(1);
        assertThat(events).extracting(AuditEvent::resource).containsExactly("guard/volume");
    }

    @Test
    void listener_thatAsksTheGuard_isAnswered() {
        List<Admission> asked = new ArrayList<>();
        RequestGuard[] guard = new RequestGuard[1];
        guard[0] = RequestGuard.builder()
                .extraction(BUDGET)
                .listener(alert -> asked.add(guard[0].admit(alert.principal())))
                .build();

        guard[0].admit("a", 3);
        assertThat(asked).hasSize(1).first().isInstanceOf(Admitted.class);
    }

    @Test
    void trail_thatFails_failsTheRequest() {
        RequestGuard guard = guard(BUDGET).build();
        trailFails = true;

        assertThatThrownBy(() -> guard.admit("a", 3)).hasMessage("disk full");
    }

    @Test
    void trail_thatFailed_isGivenTheAlertWithTheNextRequest() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();
        trailFails = true;
        assertThatThrownBy(() -> guard.admit("a", 3)).hasMessage("disk full");
        assertThatThrownBy(() -> guard.admit("a")).hasMessage("disk full");

        trailFails = false;
        guard.admit("a");
        guard.admit("a");
        assertThat(events).extracting(AuditEvent::resource).containsExactly("guard/volume");
    }

    @Test
    void trail_thatFailedForACrowd_isGivenTheAlertAgain() {
        RequestGuard guard = guard(BUDGET).principals(1).build();
        guard.admit("a");
        trailFails = true;
        assertThatThrownBy(() -> guard.admit("b")).hasMessage("disk full");

        trailFails = false;
        guard.admit("b");
        assertThat(events).extracting(AuditEvent::resource).containsExactly("guard/crowded");
    }

    @Test
    void release_endsAQuarantine() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();
        guard.admit("a", 3);

        assertThat(guard.release("a")).isTrue();
        assertThat(guard.admit("a", 50)).isInstanceOf(Admitted.class);
        assertThat(events).last().isEqualTo(AuditEvent.of("a", "release", "guard", AuditEvent.Outcome.DONE));
    }

    @Test
    void release_ofWhomItMayNotConcern_saysSo() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();
        guard.admit("a");

        assertThat(guard.release("a")).isFalse();
        assertThat(guard.release("unknown")).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void release_thatCannotBeRecorded_releasesNobody() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR)).build();
        guard.admit("a", 3);
        trailFails = true;

        assertThatThrownBy(() -> guard.release("a")).hasMessage("disk full");
        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
    }

    @Test
    void release_withoutName_isRefused() {
        RequestGuard guard = guard(BUDGET).build();

        assertThatIllegalArgumentException().isThrownBy(() -> guard.release(""));
    }

    @Test
    void answered_nearTheBoundary_raisesAnAlert() {
        RequestGuard guard =
                guard(ExtractionPolicy.per(HOUR).boundary(0.1, 0.5)).build();
        for (int i = 0; i < 64; i++) {
            guard.answered("a", i % 2 == 0 ? 0.05 : 0.9);
        }

        assertThat(alerts).containsExactly(new Alert("a", Alert.Kind.BOUNDARY, 0.5, 0.5, HOUR, 0));
    }

    @Test
    void answered_farFromTheBoundary_raisesNone() {
        RequestGuard guard =
                guard(ExtractionPolicy.per(HOUR).boundary(0.1, 0.5)).build();
        for (int i = 0; i < 1_000; i++) {
            guard.answered("a", 0.1);
        }

        assertThat(alerts).isEmpty();
    }

    @Test
    void answered_withoutSense_isRefused() {
        RequestGuard guard = guard(BUDGET).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> guard.answered("a", Double.NaN))
                .withMessage("margin must be >= 0, got NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> guard.answered("a", -0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> guard.answered("", 0.1));
    }

    @Test
    void report_ofAStranger_isEmptyAndMakesNoPlace() {
        RequestGuard guard = guard(BUDGET).build();

        assertThat(guard.report("a")).isEmpty();
        assertThat(guard.toString()).contains("[0 of");
    }

    @Test
    void report_showsWhatIsHeld() {
        RequestGuard guard = guard(BUDGET.refuseOnAlert(HOUR))
                .rate(1, Duration.ofSeconds(1))
                .burst(10)
                .build();
        guard.admit("a", 3);
        ticker.advance(Duration.ofSeconds(2));

        assertThat(guard.report("a"))
                .contains(new GuardReport("a", 9, Duration.ofSeconds(3598), 3, Map.of(Alert.Kind.VOLUME, 1.0)));
    }

    @Test
    void report_afterTheWindow_scoresNothing() {
        RequestGuard guard = guard(BUDGET).build();
        guard.admit("a", 2);
        ticker.advance(HOUR);

        assertThat(guard.report("a").orElseThrow().scores()).isEmpty();
    }

    @Test
    void report_withoutName_isRefused() {
        RequestGuard guard = guard(BUDGET).build();

        assertThatIllegalArgumentException().isThrownBy(() -> guard.report(""));
    }
}
