package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.privacy.Seeds;
import io.aidc.privacy.aggregation.Content.Inbox;
import io.aidc.privacy.aggregation.Content.Masked;
import io.aidc.privacy.aggregation.Content.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecureSumMessageTest {
    private static final Bytes ROUND = Bytes.owning(new byte[32]);

    /** One message of every kind, as a round makes them. */
    private static List<byte[]> all() {
        SecureSum sum = SecureSum.clients(4)
                .curiousServer(0)
                .dropout(0.25)
                .vector(9)
                .valuesUpTo(5)
                .build();
        var round = new Simulation(sum, 1).silent(Simulation.At.MASK, 3);
        round.run(client -> new long[9]);
        List<byte[]> messages = new ArrayList<>();
        for (Simulation.At at : Simulation.At.values()) {
            round.sent(at).stream().limit(1).forEach(message -> messages.add(message.toBytes()));
            round.received(at).stream().limit(1).forEach(message -> messages.add(message.toBytes()));
        }
        return messages;
    }

    @Test
    void toBytes_everyKind_isReadBack() {
        List<byte[]> messages = all();
        assertThat(messages).extracting(bytes -> bytes[1]).containsExactlyInAnyOrder(kinds());
        for (byte[] bytes : messages) {
            SecureSumMessage message = SecureSumMessage.fromBytes(bytes);
            assertThat(message.toBytes()).isEqualTo(bytes);
            assertThat(message)
                    .isEqualTo(SecureSumMessage.fromBytes(bytes))
                    .hasSameHashCodeAs(SecureSumMessage.fromBytes(bytes));
        }
    }

    private static Byte[] kinds() {
        return new Byte[] {1, 2, 3, 4, 5, 6, 7};
    }

    @Test
    void format_ofVersionOne_staysReadable() {
        String header = "01%02x" + "00".repeat(32) + "00000003";
        String request = header.formatted(6) + "00000005" + "00000002" + "0000000100000002" + "00000000";
        assertThat(SecureSumMessage.fromBytes(HexFormat.of().parseHex(request)))
                .isEqualTo(new SecureSumMessage(ROUND, 3, new Request(5, List.of(1, 2), List.of())));
        String masked = header.formatted(5) + "00000002" + "beef";
        assertThat(SecureSumMessage.fromBytes(HexFormat.of().parseHex(masked)))
                .isEqualTo(new SecureSumMessage(
                        ROUND, 3, new Masked(Bytes.owning(new byte[] {(byte) 0xbe, (byte) 0xef}))));
        assertThat(new SecureSumMessage(ROUND, 3, new Inbox(List.of())).toBytes())
                .isEqualTo(HexFormat.of().parseHex(header.formatted(4) + "00000000"));
    }

    @Test
    void fromBytes_everyCutAndEveryExtension_isRefused() {
        for (byte[] bytes : all()) {
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatIllegalArgumentException().isThrownBy(() -> SecureSumMessage.fromBytes(cut));
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> SecureSumMessage.fromBytes(longer));
        }
    }

    @Test
    void fromBytes_lyingCounts_allocateNothing() {
        for (byte[] bytes : all()) {
            for (int at = 34; at + 4 <= Math.min(bytes.length, 90); at++) {
                for (int count : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1 << 28}) {
                    byte[] lying = bytes.clone();
                    java.nio.ByteBuffer.wrap(lying).putInt(at, count);
                    readOrRefuse(lying);
                }
            }
        }
    }

    static LongStream seeds() {
        return Seeds.few(20);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void fromBytes_garbage_isReadOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        List<byte[]> messages = all();
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = messages.get(random.nextInt(messages.size())).clone();
            if (random.nextInt(4) == 0) {
                random.nextBytes(bytes);
                bytes[0] = 1;
                bytes[1] = (byte) random.nextInt(10);
            } else {
                for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            readOrRefuse(bytes);
        }
    }

    /** Refused with the documented exception, or read as exactly these bytes. */
    private static void readOrRefuse(byte[] bytes) {
        SecureSumMessage message;
        try {
            message = SecureSumMessage.fromBytes(bytes);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageNotContaining("null");
            return;
        }
        assertThat(message.toBytes()).isEqualTo(bytes);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway can do
    void fromBytes_null_isRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> SecureSumMessage.fromBytes(null))
                .withMessage("bytes");
    }

    @Test
    void toString_namesKindAndClient_andNothingElse() {
        for (byte[] bytes : all()) {
            assertThat(SecureSumMessage.fromBytes(bytes).toString())
                    .matches("SecureSumMessage\\[[A-Za-z]+, client=\\d]");
        }
    }
}
