package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.guard.Admission.Admitted;
import io.aidc.security.guard.Admission.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PrincipalsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();
    private final List<Alert> alerts = new ArrayList<>();

    private RequestGuard.Builder guard() {
        return RequestGuard.builder().ticker(ticker).seed(1).listener(alerts::add);
    }

    @Test
    void flood_ofFreshNames_givesNobodyAFreshBucket() {
        RequestGuard guard =
                guard().quota(1, Duration.ofDays(1)).principals(100).build();
        guard.admit("victim");
        for (int i = 0; i < 10_000; i++) {
            guard.admit("fresh-" + i);
        }

        assertThat(guard.admit("victim")).isInstanceOf(Refused.class);
        assertThat(guard.admit("fresh-0")).isInstanceOf(Refused.class);
    }

    @Test
    void flood_ofFreshNames_isAdmittedAsOne() {
        RequestGuard guard = guard().quota(5, Duration.ofDays(1)).principals(10).build();
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += guard.admit("fresh-" + i) instanceof Admitted ? 1 : 0;
        }

        assertThat(admitted).isEqualTo(10 + 5);
    }

    @Test
    void flood_raisesOneAlert() {
        RequestGuard guard = guard().quota(5, Duration.ofDays(1)).principals(10).build();
        for (int i = 0; i < 1_000; i++) {
            guard.admit("fresh-" + i);
        }

        assertThat(alerts)
                .containsExactly(new Alert(RequestGuard.OTHERS, Alert.Kind.CROWDED, 1, 1, Duration.ofDays(1), 10));
    }

    @Test
    void flood_thatLasts_raisesAnAlertAMinute() {
        RequestGuard guard = guard().rate(1, SECOND).principals(1).build();
        for (int i = 0; i < 1_500; i++) {
            guard.admit("a");
            guard.admit("b");
            ticker.advance(Duration.ofMillis(100));
        }

        assertThat(alerts).hasSize(3);
    }

    @Test
    void flood_whereNothingIsRemembered_raisesAnAlertAMinute() {
        RequestGuard guard =
                guard().limitsOf("x", RequestLimits.none()).principals(1).build();
        for (int i = 0; i < 1_000; i++) {
            guard.admit("fresh-" + i);
        }

        assertThat(alerts)
                .containsExactly(new Alert(RequestGuard.OTHERS, Alert.Kind.CROWDED, 1, 1, Duration.ofMinutes(1), 1));
    }

    @Test
    void flood_leavesNamesWithLimitsOfTheirOwnAlone() {
        RequestGuard guard = guard().quota(1, Duration.ofDays(1))
                .limitsOf("vip", RequestLimits.none().quota(2, SECOND))
                .principals(1)
                .build();
        guard.admit("a");
        guard.admit("b");
        guard.admit("c");

        assertThat(guard.admit("vip")).isEqualTo(new Admitted(1));
    }

    @Test
    void others_areAPrincipalOfTheirOwn() {
        RequestGuard guard = guard().quota(3, SECOND).principals(1).build();
        guard.admit("a");
        guard.admit("b");

        assertThat(guard.admit(RequestGuard.OTHERS)).isEqualTo(new Admitted(1));
        assertThat(guard.report(RequestGuard.OTHERS).orElseThrow().remaining()).isEqualTo(1);
    }

    @Test
    void others_mayHaveLimitsOfTheirOwn() {
        RequestGuard guard = guard().quota(1, SECOND)
                .limitsOf(RequestGuard.OTHERS, RequestLimits.none().quota(50, SECOND))
                .principals(1)
                .build();
        guard.admit("a");

        assertThat(guard.admit("b")).isEqualTo(new Admitted(49));
    }

    @Test
    void place_ofAPrincipalWithNothingToRemember_isGivenAway() {
        RequestGuard guard = guard().rate(1, SECOND).burst(2).principals(1).build();
        guard.admit("a");
        ticker.advance(Duration.ofSeconds(3));

        guard.admit("b");
        assertThat(guard.report("a")).isEmpty();
        assertThat(guard.report("b")).isPresent();
        assertThat(alerts).isEmpty();
    }

    @Test
    void place_ofAPrincipalInQuarantine_isKept() {
        RequestGuard guard = guard().extraction(
                        ExtractionPolicy.per(SECOND).volume(1).refuseOnAlert(Duration.ofHours(1)))
                .principals(1)
                .build();
        guard.admit("a");
        ticker.advance(Duration.ofMinutes(59));
        guard.admit("b");

        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
    }

    @Test
    void places_takenByTwoThreads_areNotOneMore() throws Exception {
        RequestGuard guard =
                guard().quota(1, Duration.ofDays(1)).principals(500).build();
        Callable<Integer> flood = () -> {
            int admitted = 0;
            for (int i = 0; i < 5_000; i++) {
                admitted += guard.admit(Thread.currentThread().getName() + i) instanceof Admitted ? 1 : 0;
            }
            return admitted;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            int admitted = 0;
            for (Future<Integer> one : threads.invokeAll(List.of(flood, flood))) {
                admitted += one.get();
            }
            assertThat(admitted).isEqualTo(500 + 1);
        } finally {
            threads.shutdown();
        }
        assertThat(guard.toString()).isEqualTo("RequestGuard[500 of 500 principals]");
    }

    @Test
    void places_givenAwayAgainAndAgain_areCountedRightly() {
        RequestGuard guard = guard().rate(1, SECOND).principals(3).build();
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 3; i++) {
                guard.admit("n" + round + "-" + i);
            }
            ticker.advance(Duration.ofSeconds(3));
        }

        assertThat(alerts).isEmpty();
    }
}
