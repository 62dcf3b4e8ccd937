package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.metadata.Command.Fence;
import io.aidc.storage.metadata.Command.Transaction;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchTest {
    private static final List<Command> COMMANDS = List.of(
            Transaction.of(new UUID(1, 2))
                    .requireAbsent("a")
                    .requireEquals("b", "x")
                    .put("c", "y")
                    .delete("d"),
            new Fence(new UUID(3, 4)),
            new Command.Barrier());

    /** Bytes written on 2026-11-21; they must be readable for ever. */
    private static final String OLD_BYTES = "0000000301000000000000000100000000000000020000000200000000016101000000016"
            + "20000000178000000020100000001630000000179000000000164"
            + "020000000000000003000000000000000403";

    @Test
    void decode_whatEncodeWrote_isEqual() {
        assertThat(Batch.decode(Batch.encode(COMMANDS))).isEqualTo(COMMANDS);
    }

    @Test
    void decode_presentCondition_isEqual() {
        List<Command> commands =
                List.of(Transaction.of(new UUID(1, 2)).requirePresent("a").put("b", "c"));

        assertThat(Batch.decode(Batch.encode(commands))).isEqualTo(commands);
    }

    @Test
    void decode_oldBytes_isStillUnderstood() {
        assertThat(Batch.decode(HexFormat.of().parseHex(OLD_BYTES))).isEqualTo(COMMANDS);
    }

    @Test
    void decodeOutcomes_whatEncodeOutcomesWrote_isEqual() {
        List<Outcome> outcomes = List.of(
                new Outcome.Applied(7),
                new Outcome.Refused(8, "k", null),
                new Outcome.Refused(9, "k", new byte[] {1}),
                new Outcome.Abandoned(10),
                new Outcome.Forgotten());

        assertThat(Batch.decodeOutcomes(Batch.encodeOutcomes(outcomes))).isEqualTo(outcomes);
    }

    @Test
    void encodeOutcomes_unanswered_isRefused() {
        assertThatThrownBy(() -> Batch.encodeOutcomes(List.of(new Outcome.Unanswered())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void decode_everyPrefix_isRefused() {
        byte[] bytes = Batch.encode(COMMANDS);
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Batch.decode(prefix)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.storage.metadata.MetadataStateTest#seeds")
    void decode_garbage_isRefusedOrABatch(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = Batch.encode(COMMANDS);
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Batch.encode(Batch.decode(bytes))).hasSizeLessThanOrEqualTo(3 * bytes.length);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }
}
