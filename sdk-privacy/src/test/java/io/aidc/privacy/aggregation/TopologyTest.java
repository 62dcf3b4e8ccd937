package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTest {
    /** Google federated-compute, graph_parameter_finder_test.cc; thresholds there are upper bounds, we meet them. */
    @ParameterizedTest
    @CsvSource({
        "curious, 10, 0.33, 0.33, 8, 4",
        "curious, 100, 0.05, 0.33, 28, 6",
        "curious, 10000, 0.05, 0.33, 86, 29",
        "curious, 10, 0.33, 0.05, 4, 4",
        "curious, 100, 0.33, 0.05, 34, 29",
        "lying, 10, 0.05, 0.33, 8, 5",
        "lying, 100, 0.05, 0.33, 72, 39",
        "curious, 100, 0.45, 0.45, 92, 46",
        "curious, 1000, 0.45, 0.45, 822, 417",
        "curious, 1000, 0.33, 0.33, 286, 150",
        "curious, 1000000, 0.33, 0.33, 518, 270",
        "curious, 1000, 0.05, 0.33, 72, 24",
        "curious, 1000000, 0.05, 0.33, 102, 34",
        "curious, 1000, 0.33, 0, 38, 36",
        "curious, 1000, 0, 0.33, 38, 2",
        "curious, 1000, 0, 0, 2, 2",
        "curious, 100, 0.05, 0.05, 12, 6",
        "lying, 100, 0.3, 0.3, 92, 62",
        "lying, 1000, 0.3, 0.3, 872, 584",
        "lying, 10, 0.33, 0.05, 4, 4",
        "lying, 100, 0.33, 0.05, 42, 37",
        "lying, 10000, 0.05, 0.33, 746, 420",
        "lying, 1000000, 0.05, 0.05, 74, 52",
        "lying, 10, 0, 0.33, 8, 5",
        "lying, 1000, 0.33, 0, 38, 37",
        "lying, 10, 0, 0, 2, 2",
    })
    void topology_publishedInstances_areReproduced(
            String server, int clients, double colluding, double dropout, int degree, int threshold) {
        SecureSum sum = sum(server, clients, colluding, dropout);
        assertThat(sum.degree()).isEqualTo(degree);
        assertThat(sum.threshold()).isEqualTo(threshold);
    }

    /** The published answer is 4, 2, but with 3 of 10 gone, one client in 30 keeps one neighbour of 4 only. */
    @Test
    void topology_thresholdRaisedToTwo_isKeptToo() {
        assertThat(new Hypergeometric(10, 7, 4).mass(1)).isCloseTo(7.0 / 210, within(1e-12));
        assertThat(sum("curious", 10, 0.05, 0.33).degree()).isEqualTo(6);
        assertThat(sum("curious", 10, 0.05, 0.33).threshold()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "curious, 1000, 0.5, 0.5",
        "lying, 1000, 0.5, 0.5",
        "lying, 1000, 0.33, 0.33",
        "curious, 1000, 0.46, 0.45",
    })
    void build_ratesTooHigh_areRefusedByName(String server, int clients, double colluding, double dropout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum(server, clients, colluding, dropout))
                .withMessageContaining("dropout must be at most 0.9");
    }

    @Test
    void build_fewerThanTwoHonestStay_isRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum("curious", 2, 0.5, 0))
                .withMessage("at least two honest clients must stay, got 2 that stay of which 1 may collude");
        assertThatIllegalArgumentException().isThrownBy(() -> sum("curious", 2, 0, 0.5));
    }

    @Test
    void build_noThresholdFits_isRefusedByName() {
        // of 2 neighbours 1 may leave, and a lying server must not get both kinds of shares from the 2
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum("lying", 3, 0, 0.34))
                .withMessageStartingWith("no threshold fits: with 3 clients");
    }

    @ParameterizedTest
    @CsvSource({
        "curious, 2, 0, 0, 1, 1",
        "lying, 2, 0, 0, 1, 1",
        "curious, 3, 0, 0.34, 2, 1",
        "curious, 3, 0.34, 0, 2, 2",
        "lying, 3, 0.34, 0, 2, 2",
        "curious, 5, 0.4, 0.2, 4, 3",
        "lying, 5, 0.2, 0.2, 4, 3",
    })
    void topology_tooFewForARing_isComplete(
            String server, int clients, double colluding, double dropout, int degree, int threshold) {
        SecureSum sum = sum(server, clients, colluding, dropout);
        assertThat(sum.degree()).isEqualTo(degree);
        assertThat(sum.threshold()).isEqualTo(threshold);
    }

    @Test
    void hypergeometric_mass_isExact() {
        // rational arithmetic with binomials of a thousand
        var distribution = new Hypergeometric(1000, 330, 72);
        for (int x : new int[] {0, 1, 5, 24, 40, 70, 72}) {
            double exact = new BigDecimal(binomial(330, x).multiply(binomial(670, 72 - x)))
                    .divide(new BigDecimal(binomial(1000, 72)), MathContext.DECIMAL64)
                    .doubleValue();
            assertThat(distribution.mass(x) / exact).isCloseTo(1, within(1e-10));
        }
    }

    @Test
    void hypergeometric_bounds_agreeWithExactTails() {
        var distribution = new Hypergeometric(60, 20, 14);
        for (double p : new double[] {1e-9, 1e-5, 0.01, 0.3}) {
            int upper = 0;
            while (tailAbove(upper) > p) {
                upper++;
            }
            int lower = 0;
            while (1 - tailAbove(lower) < p) {
                lower++;
            }
            assertThat(distribution.upperBound(p)).isEqualTo(upper);
            assertThat(distribution.lowerBound(p)).isEqualTo(lower);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "3, 0", "7, 0.2", "10, 0.3", "40, 0.1", "301, 0.1"})
    void graph_isSymmetricRegularAndConnected(int clients, double dropout) {
        SecureSum sum = sum("curious", clients, 0, dropout > 0 ? dropout : 0);
        var graph = new Graph(sum, new KeySchedule(sum, new byte[32]));
        for (int client = 0; client < clients; client++) {
            List<Integer> neighbours = graph.neighbours(client);
            assertThat(neighbours).hasSize(sum.degree()).doesNotContain(client).isSorted();
            for (int other : neighbours) {
                assertThat(graph.neighbours(other)).contains(client);
            }
        }
        var reached = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(0));
        while (!open.isEmpty()) {
            int client = open.pop();
            if (!reached.get(client)) {
                reached.set(client);
                open.addAll(graph.neighbours(client));
            }
        }
        assertThat(reached.cardinality()).isEqualTo(clients);
    }

    @Test
    void graph_overManyRounds_everyPairIsNeighbourEquallyOften() {
        SecureSum sum = sum("curious", 12, 0, 0);
        assertThat(sum.degree()).isEqualTo(2);
        int[] counts = new int[12];
        int rounds = 2_200;
        for (int round = 0; round < rounds; round++) {
            byte[] name = new byte[32];
            name[0] = (byte) round;
            name[1] = (byte) (round >> 8);
            for (int other : new Graph(sum, new KeySchedule(sum, name)).neighbours(0)) {
                counts[other]++;
            }
        }
        // 400 expected each, deviation 18; fixed names, no false alarm
        for (int other = 1; other < 12; other++) {
            assertThat(counts[other]).isBetween(310, 490);
        }
    }

    private static double tailAbove(int t) {
        BigInteger above = BigInteger.ZERO;
        for (int x = t + 1; x <= 14; x++) {
            above = above.add(binomial(20, x).multiply(binomial(40, 14 - x)));
        }
        return new BigDecimal(above)
                .divide(new BigDecimal(binomial(60, 14)), MathContext.DECIMAL64)
                .doubleValue();
    }

    private static BigInteger binomial(int n, int k) {
        BigInteger value = BigInteger.ONE;
        for (int i = 1; i <= k; i++) {
            value = value.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
        }
        return value;
    }

    private static SecureSum sum(String server, int clients, double colluding, double dropout) {
        SecureSum.Builder builder =
                SecureSum.clients(clients).dropout(dropout).vector(1).valuesUpTo(1);
        return (server.equals("curious") ? builder.curiousServer(colluding) : builder.semiMaliciousServer(colluding))
                .build();
    }
}
