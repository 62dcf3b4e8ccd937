package io.aidc.privacy.aggregation;

import static io.aidc.privacy.aggregation.Simulation.allBut;
import static io.aidc.privacy.aggregation.Simulation.sumOver;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.aggregation.Simulation.At;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The sum is right under every allowed dropout, and there is none under any other. */
class SecureSumRoundTest {
    private static final int LENGTH = 5;
    private static final List<At> MOMENTS = List.of(At.ADVERTISE, At.SHARE, At.MASK, At.UNMASK, At.NEVER);

    private static IntFunction<long[]> values(int length, long largest, long seed) {
        return client -> {
            var random = new SplittableRandom(seed * 31 + client);
            return random.longs(length, -largest, largest + 1).toArray();
        };
    }

    /** Every way in which each of four clients stays or falls silent at one of four steps: 625 rounds. */
    @Test
    void round_everyDropoutOfFourClients_isExactOrNothing() {
        SecureSum sum = SecureSum.clients(4)
                .curiousServer(0.25)
                .dropout(0.25)
                .vector(LENGTH)
                .valuesUpTo(1000)
                .build();
        assertThat(sum.degree()).isEqualTo(3);
        assertThat(sum.threshold()).isEqualTo(2);
        assertThat(sum.minimumSurvivors()).isEqualTo(3);
        int opened = 0;
        for (int code = 0; code < 625; code++) {
            var round = new Simulation(sum, code);
            Set<Integer> gone = new TreeSet<>();
            int silentAtUnmask = 0;
            for (int client = 0, rest = code; client < 4; client++, rest /= 5) {
                At from = MOMENTS.get(rest % 5);
                round.silent(from, client);
                if (from.compareTo(At.UNMASK) < 0) {
                    gone.add(client);
                } else if (from == At.UNMASK) {
                    silentAtUnmask++;
                }
            }
            var values = values(LENGTH, 1000, code);
            Step end = round.run(values);
            Set<Integer> survivors = allBut(4, gone);
            // a survivor's seed needs two of its neighbours, so at least three that answer, or two others
            boolean possible = (survivors.size() >= 3 && survivors.size() - silentAtUnmask >= 3)
                    || (survivors.size() == 4 && silentAtUnmask == 1);
            if (end instanceof Step.Opened result) {
                assertThat(result.survivors()).isEqualTo(survivors);
                assertThat(result.integers()).isEqualTo(sumOver(survivors, LENGTH, values));
                opened++;
            } else {
                assertThat(end).as("%s", round.silentFrom).isInstanceOf(Step.Aborted.class);
            }
            assertThat(end instanceof Step.Opened).as("%s", round.silentFrom).isEqualTo(possible);
        }
        // nobody leaves, one leaves at one of four steps
        assertThat(opened).isEqualTo(1 + 4 * 4);
    }

    @ParameterizedTest
    @CsvSource({"2, 7", "3, 31", "17, 2147483647", "5, 2305843009213"})
    void round_withoutDropout_isExactForAnyWidth(int clients, long largest) {
        SecureSum sum = SecureSum.clients(clients)
                .curiousServer(0)
                .vector(9000)
                .valuesUpTo(largest)
                .build();
        var values = values(9000, largest, clients);
        Step end = new Simulation(sum, 1).run(values);
        assertThat(((Step.Opened) end).integers()).isEqualTo(sumOver(allBut(clients, Set.of()), 9000, values));
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 4611686018427", "3, 1", "3, 5", "4, 2047", "50, 1000000007", "31, 21474836"})
    void round_everybodyAtTheLimit_doesNotOverflow(int clients, long largest) {
        SecureSum sum = SecureSum.clients(clients)
                .curiousServer(0)
                .vector(2)
                .valuesUpTo(largest)
                .build();
        Step end = new Simulation(sum, 2).run(client -> new long[] {largest, -largest});
        assertThat(((Step.Opened) end).integers()).containsExactly(clients * largest, -clients * largest);
        // and no bit is wasted
        assertThat(Math.multiplyExact((long) clients, largest)).isGreaterThanOrEqualTo(1L << (sum.bits() - 2));
    }

    static java.util.stream.LongStream seeds() {
        return io.aidc.privacy.Seeds.few(4);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void round_ringOfThirty_survivesRandomDropout(long seed) {
        SecureSum sum = SecureSum.clients(30)
                .curiousServer(0.05)
                .dropout(0.2)
                .vector(3)
                .valuesUpTo(1L << 40)
                .build();
        assertThat(sum.degree()).isLessThan(39);
        var round = new Simulation(sum, seed);
        var random = new SplittableRandom(seed);
        Set<Integer> gone = new TreeSet<>();
        Set<Integer> silent = new TreeSet<>();
        while (silent.size() < 6) {
            int client = random.nextInt(30);
            At from = MOMENTS.get(random.nextInt(4));
            if (silent.add(client)) {
                round.silent(from, client);
                if (from != At.UNMASK) {
                    gone.add(client);
                }
            }
        }
        var values = values(3, 1L << 40, seed);
        // fewer than the threshold of some client's neighbours answer with probability below 2^-20
        Step end = round.run(values);
        assertThat(end).isInstanceOf(Step.Opened.class);
        assertThat(((Step.Opened) end).integers()).isEqualTo(sumOver(allBut(30, gone), 3, values));
        assertThat(((Step.Opened) end).survivors()).isEqualTo(allBut(30, gone));
    }

    @Test
    void round_semiMalicious_opensWithDropout() {
        SecureSum sum = SecureSum.clients(10)
                .semiMaliciousServer(0.05)
                .dropout(0.33)
                .vector(LENGTH)
                .valuesUpTo(10)
                .build();
        var round =
                new Simulation(sum, 9).silent(At.MASK, 1).silent(At.SHARE, 4).silent(At.UNMASK, 7);
        var values = values(LENGTH, 10, 3);
        Step end = round.run(values);
        assertThat(((Step.Opened) end).integers()).isEqualTo(sumOver(allBut(10, Set.of(1, 4)), LENGTH, values));
    }

    @Test
    void round_twoClientsOneLeaves_opensNothing() {
        SecureSum sum =
                SecureSum.clients(2).curiousServer(0).vector(1).valuesUpTo(5).build();
        for (At from : At.values()) {
            Step end = new Simulation(sum, 3).silent(from, 1).run(client -> new long[] {client});
            assertThat(end instanceof Step.Opened).as("%s", from).isEqualTo(from == At.NEVER);
        }
    }

    @Test
    void round_oneShareTooFew_opensNothingAndSaysSo() {
        SecureSum sum = SecureSum.clients(5)
                .curiousServer(0.4)
                .dropout(0.2)
                .vector(1)
                .valuesUpTo(5)
                .build();
        assertThat(sum.threshold()).isEqualTo(3);
        Step enough = new Simulation(sum, 4).silent(At.UNMASK, 0).run(client -> new long[] {1});
        assertThat(enough).isInstanceOf(Step.Opened.class);
        Step tooFew = new Simulation(sum, 4).silent(At.UNMASK, 0, 1).run(client -> new long[] {1});
        assertThat(tooFew).isEqualTo(new Step.Aborted(Step.Reason.TOO_FEW_SHARES, 3));
    }

    @Test
    void round_belowTheFloor_abortsAtThatStep() {
        SecureSum sum = SecureSum.clients(5)
                .curiousServer(0)
                .dropout(0.2)
                .vector(1)
                .valuesUpTo(5)
                .build();
        for (At from : new At[] {At.ADVERTISE, At.SHARE, At.MASK}) {
            var round = new Simulation(sum, 4).silent(from, 0, 1);
            assertThat(round.run(client -> new long[] {1})).isEqualTo(new Step.Aborted(Step.Reason.TOO_FEW_CLIENTS, 3));
            assertThat(round.sent(At.UNMASK)).isEmpty();
            assertThat(round.server.waitingFor()).isEmpty();
        }
    }

    @Test
    void bytesPerClient_isWhatIsSent() {
        SecureSum sum = SecureSum.clients(6)
                .curiousServer(0)
                .vector(1001)
                .valuesUpTo(100)
                .build();
        var round = new Simulation(sum, 5);
        round.run(client -> new long[1001]);
        for (int client = 0; client < 6; client++) {
            int who = client;
            long sent = MOMENTS.stream()
                    .flatMap(at -> round.received(at).stream())
                    .filter(message -> message.client() == who)
                    .mapToLong(message -> message.toBytes().length)
                    .sum();
            assertThat(sent).isEqualTo(sum.bytesPerClient());
        }
    }

    @Test
    void opened_hidesTheSumInText() {
        SecureSum sum =
                SecureSum.clients(2).curiousServer(0).vector(1).valuesUpTo(7777).build();
        var end = (Step.Opened) new Simulation(sum, 6).run(client -> new long[] {client * 7777L});
        assertThat(end.toString()).isEqualTo("Opened[survivors=[0, 1]]");
        assertThat(Arrays.toString(end.reals())).isEqualTo("[7777.0]");
    }
}
