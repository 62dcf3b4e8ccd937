package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExactSumTest {
    private static final BigDecimal STEP = BigDecimal.valueOf(2).pow(-56, new MathContext(60));

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 30), LongStream.of(System.nanoTime()));
    }

    private record Term(float value, long weight) {}

    private static List<Term> terms(long seed) {
        var random = new Random(seed);
        List<Term> terms = new ArrayList<>();
        int count = 1 + random.nextInt(200);
        for (int i = 0; i < count; i++) {
            float value = Math.scalb((float) random.nextGaussian(), random.nextInt(90) - 70);
            value = Math.max(-Checks.LARGEST, Math.min(Checks.LARGEST, value));
            long weight = random.nextBoolean() ? 1 : random.nextInt((int) Update.MOST_EXAMPLES + 1);
            terms.add(new Term(value, weight));
        }
        return terms;
    }

    private static ExactSum sum(List<Term> terms) {
        var sum = new ExactSum(1);
        terms.forEach(term -> sum.add(new float[] {term.value()}, term.weight()));
        return sum;
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void sum_equalsThatOfTermsCutOffToSteps(long seed) {
        List<Term> terms = terms(seed);
        BigDecimal steps = BigDecimal.ZERO;
        for (Term term : terms) {
            BigDecimal product = new BigDecimal((double) term.value() * term.weight());
            steps = steps.add(
                    new BigDecimal(product.divide(STEP, new MathContext(80)).toBigInteger()));
        }
        float expected = steps.multiply(STEP).floatValue();
        float got = sum(terms).dividedBy(1)[0];
        assertThat(got).isBetween(Math.nextDown(expected), Math.nextUp(expected)); // float64 in between rounds twice
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void sum_inAnyOrder_isTheSameToTheLastBit(long seed) {
        List<Term> terms = terms(seed);
        float first = sum(terms).dividedBy(7)[0];
        Collections.shuffle(terms, new Random(seed));
        assertThat(sum(terms).dividedBy(7)[0]).isEqualTo(first);
    }

    @Test
    void sum_ofTermsThatCancel_isZero() {
        var sum = new ExactSum(2);
        sum.add(new float[] {Checks.LARGEST, -1e-9f}, Update.MOST_EXAMPLES);
        sum.add(new float[] {3, 0}, 1);
        sum.add(new float[] {-Checks.LARGEST, 1e-9f}, Update.MOST_EXAMPLES);
        assertThat(sum.dividedBy(1)).containsExactly(3, 0);
    }

    @Test
    void sum_ofTheLargestTerms_doesNotOverflow() {
        var sum = new ExactSum(2);
        for (int i = 0; i < 1000; i++) {
            sum.add(new float[] {Checks.LARGEST, -Checks.LARGEST}, Update.MOST_EXAMPLES);
        }
        double weight = 1000.0 * Update.MOST_EXAMPLES;
        assertThat(sum.dividedBy(weight)).containsExactly(Checks.LARGEST, -Checks.LARGEST);
    }

    @Test
    void sum_ofLessThanAStep_isCutOff() {
        var sum = new ExactSum(3);
        sum.add(new float[] {0x1p-57f, -0x1.8p-56f, Float.MIN_VALUE}, 1);
        assertThat(sum.dividedBy(1)).containsExactly(0, -0x1p-56f, 0);
    }
}
