package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.security.guard.Admission.Admitted;
import io.aidc.security.guard.Admission.Reason;
import io.aidc.security.guard.Admission.Refused;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();

    private RequestGuard.Builder guard() {
        return RequestGuard.builder().ticker(ticker).seed(1);
    }

    @Test
    void admit_withinTheBurst_saysWhatRemains() {
        RequestGuard guard = guard().rate(10, SECOND).burst(3).build();

        assertThat(List.of(guard.admit("a"), guard.admit("a"), guard.admit("a")))
                .containsExactly(new Admitted(2), new Admitted(1), new Admitted(0));
    }

    @Test
    void admit_beyondTheBurst_saysWhenToRetry() {
        RequestGuard guard = guard().rate(10, SECOND).burst(1).build();
        guard.admit("a");

        assertThat(guard.admit("a")).isEqualTo(new Refused(Reason.RATE, Duration.ofMillis(100)));
    }

    @Test
    void admit_afterTheWait_isAdmitted() {
        RequestGuard guard = guard().rate(3, SECOND).burst(1).build();
        guard.admit("a");
        Refused refused = (Refused) guard.admit("a");

        ticker.advance(refused.retryAfter().minusNanos(1));
        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
        ticker.advance(Duration.ofNanos(1));
        assertThat(guard.admit("a")).isInstanceOf(Admitted.class);
    }

    @Test
    void admit_refused_chargesNothing() {
        RequestGuard guard =
                guard().rate(1, SECOND).burst(5).quota(6, Duration.ofDays(1)).build();
        guard.admit("a", 4);
        guard.admit("a", 3);

        assertThat(guard.admit("a", 1)).isEqualTo(new Admitted(0));
    }

    @Test
    void admit_ofSeveralPrincipals_keepsThemApart() {
        RequestGuard guard = guard().rate(1, SECOND).build();
        guard.admit("a");

        assertThat(guard.admit("b")).isInstanceOf(Admitted.class);
    }

    @Test
    void admit_beyondTheQuota_waitsForTheWindow() {
        RequestGuard guard = guard().quota(2, Duration.ofDays(1)).build();
        guard.admit("a");
        ticker.advance(Duration.ofHours(1));
        guard.admit("a");

        assertThat(guard.admit("a")).isEqualTo(new Refused(Reason.QUOTA, Duration.ofHours(23)));
        ticker.advance(Duration.ofHours(23));
        assertThat(guard.admit("a")).isEqualTo(new Admitted(1));
    }

    @Test
    void admit_beyondBoth_namesTheLongerWait() {
        RequestGuard guard =
                guard().rate(1, SECOND).quota(1, Duration.ofDays(1)).build();
        guard.admit("a");

        assertThat(guard.admit("a")).isEqualTo(new Refused(Reason.QUOTA, Duration.ofDays(1)));
    }

    @Test
    void admit_ofMoreThanTheBurst_isNeverAdmitted() {
        RequestGuard guard = guard().rate(10, SECOND).build();

        assertThat(guard.admit("a", 11)).isEqualTo(new Refused(Reason.COST, Admission.NEVER));
    }

    @Test
    void admit_ofTheGreatestCost_overflowsNothing() {
        RequestGuard guard = guard().rate(10, SECOND)
                .quota(Long.MAX_VALUE, SECOND)
                .limitsOf("counted", RequestLimits.none().quota(Long.MAX_VALUE, SECOND))
                .extraction(ExtractionPolicy.per(SECOND).volume(Long.MAX_VALUE))
                .build();

        assertThat(guard.admit("a", Long.MAX_VALUE)).isEqualTo(new Refused(Reason.COST, Admission.NEVER));
        assertThat(guard.admit("counted", Long.MAX_VALUE)).isEqualTo(new Admitted(0));
        assertThat(guard.admit("counted", Long.MAX_VALUE)).isEqualTo(new Refused(Reason.QUOTA, SECOND));
    }

    @Test
    void admit_withoutLimits_remainsAtMost() {
        RequestGuard guard =
                guard().limitsOf("a", RequestLimits.none()).rate(1, SECOND).build();

        guard.admit("a", Long.MAX_VALUE);
        assertThat(guard.admit("a", Long.MAX_VALUE)).isEqualTo(new Admitted(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void admit_ofNoCost_isRefused(long cost) {
        RequestGuard guard = guard().rate(1, SECOND).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> guard.admit("a", cost))
                .withMessage("cost must be >= 1, got " + cost);
    }

    @Test
    void admit_withoutName_isRefused() {
        RequestGuard guard = guard().rate(1, SECOND).build();

        assertThatIllegalArgumentException().isThrownBy(() -> guard.admit(""));
    }

    @Test
    void admit_withANameTooLong_isRefused() {
        RequestGuard guard = guard().rate(1, SECOND).build();

        assertThat(guard.admit("n".repeat(256))).isInstanceOf(Admitted.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> guard.admit("n".repeat(257)))
                .withMessage("principal must be 1 to 256 characters, got 257");
    }

    @Test
    void admit_withHalfASurrogatePair_isRefused() {
        RequestGuard guard = guard().rate(1, SECOND).build();

        assertThat(guard.admit("\ud83d\ude00")).isInstanceOf(Admitted.class);
        for (String name : List.of("\ud83d", "a\ude00b", "\ude00\ud83d")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> guard.admit(name))
                    .withMessage("principal must be well-formed UTF-16");
        }
    }

    @Test
    void admit_ofAQueryWithoutPolicy_isRefused() {
        RequestGuard guard = guard().rate(1, SECOND).build();

        assertThatIllegalStateException()
                .isThrownBy(() -> guard.admit("a", new float[1]))
                .withMessageContaining("extraction is missing");
        assertThatIllegalStateException().isThrownBy(() -> guard.admit("a", new byte[1]));
        assertThatIllegalStateException().isThrownBy(() -> guard.answered("a", 1));
    }

    @Test
    void admit_withTheTickerGoingBack_admitsNoMore() {
        RequestGuard guard =
                guard().rate(1, SECOND).quota(2, Duration.ofSeconds(10)).build();
        ticker.advance(Duration.ofSeconds(5));
        guard.admit("a");

        ticker.advance(Duration.ofSeconds(-5));
        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
        ticker.advance(SECOND);
        assertThat(guard.admit("a")).isInstanceOf(Admitted.class);
    }

    @Test
    void admit_byTwoThreads_admitsNotOneMore() throws Exception {
        RequestGuard guard = guard().rate(1, SECOND)
                .burst(10_000)
                .quota(15_000, Duration.ofDays(1))
                .build();

        assertThat(admittedByTwoThreads(guard, 10_000, i -> "a")).isEqualTo(10_000);
        ticker.advance(Duration.ofSeconds(10_000));
        assertThat(admittedByTwoThreads(guard, 10_000, i -> "a")).isEqualTo(5_000);
    }

    @Test
    void admit_byTwoThreadsOfManyNames_admitsNotOneMoreOfEach() throws Exception {
        RequestGuard guard = guard().rate(1, SECOND).burst(4).principals(1_000).build();

        assertThat(admittedByTwoThreads(guard, 8_000, i -> "n" + i % 1_000)).isEqualTo(4_000);
    }

    /** States expire and are made again while the other thread holds them: a state that was dropped admits nobody. */
    @Test
    void admit_whileStatesExpire_admitsNotOneMore() throws Exception {
        Duration apart = Duration.ofSeconds(3);
        RequestGuard guard = guard().rate(1, SECOND).burst(1).principals(2).build();
        int rounds = 3_000;
        long admitted = 0;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < rounds; round++) {
                ticker.advance(apart);
                Callable<Boolean> ask = () -> guard.admit("a") instanceof Admitted;
                for (Future<Boolean> answer : threads.invokeAll(List.of(ask, ask))) {
                    admitted += answer.get() ? 1 : 0;
                }
            }
        } finally {
            threads.shutdown();
        }
        assertThat(admitted).isEqualTo(rounds);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void admit_atAnyTimes_staysBelowTheBound(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RequestGuard guard = guard().rate(5, SECOND)
                .burst(8)
                .quota(40, Duration.ofSeconds(20))
                .build();
        long began = ticker.getAsLong();
        long admitted = 0;
        for (int i = 0; i < 2_000; i++) {
            ticker.advance(Duration.ofMillis(random.nextInt(100)));
            long cost = random.nextLong(1, 4);
            admitted += guard.admit("a", cost) instanceof Admitted ? cost : 0;
            long elapsed = ticker.getAsLong() - began;
            assertThat(admitted).isLessThanOrEqualTo(8 + 5 * elapsed / 1_000_000_000L);
            assertThat(admitted).isLessThanOrEqualTo(40 * (1 + elapsed / 20_000_000_000L));
        }
    }

    @Test
    void rate_twice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().rate(1, SECOND).rate(2, SECOND))
                .withMessageContaining("rate is given already");
    }

    @Test
    void burst_beforeRate_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> guard().burst(1));
    }

    @Test
    void burst_twice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().rate(1, SECOND).burst(1).burst(1));
    }

    @Test
    void quota_twice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().quota(1, SECOND).quota(1, SECOND));
    }

    @Test
    void limitsOf_theSameTwice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().limitsOf("a", RequestLimits.none()).limitsOf("a", RequestLimits.none()));
    }

    @Test
    void limitsOf_nobody_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> guard().limitsOf("", RequestLimits.none()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_000_001})
    void principals_outOfRange_areRefused(int most) {
        assertThatIllegalArgumentException().isThrownBy(() -> guard().principals(most));
    }

    @Test
    void principals_twice_isRefused() {
        assertThatIllegalStateException().isThrownBy(() -> guard().principals(1).principals(1));
    }

    @Test
    void extraction_listenerAndTrailTwice_areRefused() {
        ExtractionPolicy policy = ExtractionPolicy.per(SECOND);

        assertThatIllegalStateException()
                .isThrownBy(() -> guard().extraction(policy).extraction(policy));
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().listener(alert -> {}).listener(alert -> {}));
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().auditTo(event -> 0).auditTo(event -> 0));
    }

    @Test
    void build_withoutAnything_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> guard().build())
                .withMessageContaining("rate, quota, limitsOf or extraction is missing");
    }

    @Test
    void build_thenMoreOptions_changesNothingBuilt() {
        RequestGuard.Builder builder = guard().rate(1, SECOND);
        RequestGuard guard = builder.build();
        builder.limitsOf("a", RequestLimits.none());

        guard.admit("a");
        assertThat(guard.admit("a")).isInstanceOf(Refused.class);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void admit_ofNull_isRefused() {
        RequestGuard guard =
                guard().extraction(ExtractionPolicy.per(SECOND).volume(1)).build();

        assertThatNullPointerException().isThrownBy(() -> guard.admit(null));
        assertThatNullPointerException().isThrownBy(() -> guard.admit("a", (float[]) null));
        assertThatNullPointerException().isThrownBy(() -> guard.admit("a", (byte[]) null));
    }

    /** How many of so many requests by each of two threads are admitted. */
    private static int admittedByTwoThreads(RequestGuard guard, int each, IntFunction<String> name) throws Exception {
        Callable<Integer> requests = () -> {
            int admitted = 0;
            for (int i = 0; i < each; i++) {
                admitted += guard.admit(name.apply(i)) instanceof Admitted ? 1 : 0;
            }
            return admitted;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            int sum = 0;
            for (Future<Integer> admitted : threads.invokeAll(List.of(requests, requests))) {
                sum += admitted.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }
}
