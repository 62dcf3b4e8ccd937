package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenBucketTest {
    @Test
    void fill_withTimeGoingBack_earnsNothing() {
        TokenBucket bucket = new TokenBucket(RequestLimits.none().rate(1, Duration.ofSeconds(1)), 5_000_000_000L);
        bucket.take(1);

        bucket.fill(1_000_000_000L);
        bucket.fill(5_000_000_000L);

        assertThat(bucket.permits()).isZero();
    }

    @Test
    void nanosUntil_isExact() {
        TokenBucket bucket = new TokenBucket(RequestLimits.none().rate(3, Duration.ofSeconds(1)), 0);
        bucket.take(3);

        long wait = bucket.nanosUntil(1);
        bucket.fill(wait - 1);
        assertThat(bucket.nanosUntil(1)).isEqualTo(1);
        bucket.fill(wait);
        assertThat(bucket.nanosUntil(1)).isZero();
        assertThat(wait).isEqualTo(333_333_334L);
    }

    @Test
    void fill_afterCenturies_isFullAndNoMore() {
        RequestLimits limits = RequestLimits.none()
                .rate(1_000_000_000, Duration.ofNanos(1_001))
                .burst(2_000_000_000);
        TokenBucket bucket = new TokenBucket(limits, 0);
        bucket.take(2_000_000_000);

        bucket.fill(Long.MAX_VALUE);

        assertThat(bucket.permits()).isEqualTo(2_000_000_000);
    }

    /** Against a bucket that counts with numbers of any size. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void take_admitsWhatExactArithmeticAdmits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long permits = random.nextLong(1, 1_000);
        Duration per = Duration.ofNanos(random.nextLong(1_000, 10_000_000_000L));
        long burst = random.nextLong(1, 2_000);
        TokenBucket bucket =
                new TokenBucket(RequestLimits.none().rate(permits, per).burst(burst), 0);
        BigInteger full = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(per.toNanos()));
        BigInteger level = full;
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            long elapsed = random.nextLong(0, 2 * per.toNanos() / permits + 2);
            now += elapsed;
            bucket.fill(now);
            level = level.add(BigInteger.valueOf(elapsed).multiply(BigInteger.valueOf(permits)))
                    .min(full);
            long cost = random.nextLong(1, 4);
            BigInteger taken = BigInteger.valueOf(cost).multiply(BigInteger.valueOf(per.toNanos()));
            boolean admitted = cost <= burst && bucket.nanosUntil(cost) == 0;
            assertThat(admitted).isEqualTo(level.compareTo(taken) >= 0);
            if (admitted) {
                bucket.take(cost);
                level = level.subtract(taken);
            }
        }
    }
}
