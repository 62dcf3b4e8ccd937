package io.aidc.examples.clinics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.federated.ClientOutcome;
import io.aidc.training.federated.RoundReport;
import io.aidc.training.federated.SecureAggregation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FiveClinicsTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    /** Parameters and updates stay below 2: rounding them to float32 adds 2 · 2^−24 each to that of the sum. */
    private static final double STATED = Agreement.STEP + 0x1p-22;

    /** Of 255 degrees of freedom, by Wilson and Hilferty: a uniform source exceeds it once in a million. */
    private static final double UNIFORM = 378;

    private static final List<byte[]> RECEIVED = new ArrayList<>();
    private static final ByteArrayOutputStream TEXT = new ByteArrayOutputStream();
    private static FiveClinics.Outcome outcome;

    @BeforeAll
    static void run() throws IOException {
        outcome = FiveClinics.run(RECEIVED::add, new PrintStream(TEXT, true, StandardCharsets.UTF_8));
    }

    private static List<RoundReport> attempts(int round) {
        return outcome.attempts().stream()
                .filter(report -> report.round() == round)
                .toList();
    }

    @Test
    void clinics_learnTogetherWhatNoneCouldAlone() {
        assertThat(outcome.together()).isGreaterThan(0.9);
        assertThat(outcome.alone()).isLessThan(0.85);
    }

    @Test
    void everyRound_isThePlainAverageButForTheRounding() {
        assertThat(outcome.difference()).isBetween(Agreement.STEP / 10, STATED);
    }

    @Test
    void clinic_thatLeavesBeforeItsVector_isMissingFromTheSum() {
        assertThat(attempts(4)).singleElement().satisfies(report -> {
            assertThat(report.survivors()).isEqualTo(4);
            assertThat(report.dropped()).extracting(ClientOutcome::client).containsExactly("east");
        });
    }

    @Test
    void clinic_thatLeavesAfterItsVector_countsAllTheSame() {
        assertThat(attempts(6))
                .singleElement()
                .satisfies(report -> assertThat(report.survivors()).isEqualTo(5));
    }

    @Test
    void round_inWhichTooFewAreLeft_opensNothing_andIsTakenAgain() {
        assertThat(attempts(8)).hasSize(2);
        assertThat(attempts(8).get(0).completed()).isFalse();
        assertThat(attempts(8).get(0).updateNorm()).isZero();
        assertThat(attempts(8).get(0).reason()).contains("TOO_FEW_CLIENTS");
        assertThat(attempts(8).get(1).survivors()).isEqualTo(5);
        assertThat(TEXT.toString(StandardCharsets.UTF_8)).contains("round 15: 5 clinics in the sum");
    }

    @Test
    void coordinator_seesVectorsThatLookRandom() {
        int longest =
                RECEIVED.stream().mapToInt(message -> message.length).max().orElseThrow();
        long[] counts = new long[256];
        int vectors = 0;
        for (byte[] message : RECEIVED) {
            if (message.length == longest) {
                vectors++;
                // the masked numbers stand at the end
                count(message, longest - 8000, counts);
            }
        }

        assertThat(vectors).isEqualTo(5 * FiveClinics.ROUNDS + 2 - 1);
        assertThat(chiSquared(counts)).isLessThan(UNIFORM);
    }

    /** The measure finds vectors that are not masked. */
    @Test
    void measure_ofNumbersThatAreNotMasked_isFarFromUniform() {
        var random = new SplittableRandom(1);
        ByteBuffer plain = ByteBuffer.allocate(8000);
        while (plain.hasRemaining()) {
            plain.putInt((int) Math.round(random.nextDouble(-0.05, 0.05) / Agreement.STEP));
        }
        long[] counts = new long[256];
        count(plain.array(), 0, counts);

        assertThat(chiSquared(counts)).isGreaterThan(10 * UNIFORM);
    }

    private static void count(byte[] bytes, int from, long[] counts) {
        for (int i = from; i < bytes.length; i++) {
            counts[bytes[i] & 0xFF]++;
        }
    }

    private static double chiSquared(long[] counts) {
        double expected = Arrays.stream(counts).sum() / 256.0;
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }

    @Test
    void sum_ofFourClinics_toleratesALossAndAnInformer() {
        Agreement agreement = Agreement.of(NAMES.subList(0, 4), 10);

        assertThat(agreement.sum().minimumSurvivors()).isEqualTo(Agreement.LEAST);
        assertThat(agreement.sum().threshold()).isEqualTo(2);
        assertThat(Agreement.of(NAMES, 10).sum().minimumSurvivors()).isEqualTo(Agreement.LEAST);
    }

    @Test
    void message_thatIsNone_orOfAnotherClinic_doesNotCount() {
        Agreement agreement = Agreement.of(NAMES, 10);
        SecureAggregation.Exchange exchange = new MaskedSum(agreement, message -> {}).begin(1, NAMES, 10);
        byte[] round = exchange.first().getOrDefault("a", new byte[0]);
        try (MaskedUpdate own = MaskedUpdate.join(agreement, "a", round);
                MaskedUpdate other = MaskedUpdate.join(agreement, "b", round)) {
            assertThat(exchange.receive("a", new byte[] {1, 2, 3}).orElse("")).startsWith("no message of a secure sum");
            assertThat(exchange.receive("a", other.answer(0, round, new float[0])))
                    .contains("it speaks for number 1");
            byte[] keys = own.answer(0, round, new float[0]);
            assertThat(exchange.receive("a", keys)).isEmpty();
            assertThat(exchange.receive("a", keys)).contains("REPEATED");
            assertThat(exchange.next()).isInstanceOf(SecureAggregation.Next.Failed.class);
        }
    }

    @Test
    void clinic_thatIsAskedForAStepTooMany_leaves() {
        Agreement agreement = Agreement.of(NAMES, 10);
        byte[] round = new MaskedSum(agreement, message -> {})
                .begin(1, NAMES, 10)
                .first()
                .getOrDefault("a", new byte[0]);
        try (MaskedUpdate update = MaskedUpdate.join(agreement, "a", round)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> update.answer(4, new byte[0], new float[0]))
                    .withMessage("a secure sum has steps 0 to 3, got 4");
        }
    }
}
