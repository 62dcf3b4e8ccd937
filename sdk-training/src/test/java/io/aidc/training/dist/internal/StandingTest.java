package io.aidc.training.dist.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandingTest {
    private static final Membership MEMBER = new Membership(3, 1, 2, 0, "tcp:h:1", List.of("a:1", "b:2"));

    private interface Writing {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) throws IOException {
        var bytes = new ByteArrayOutputStream();
        writing.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Test
    void read_ofWhatWasWritten_givesIt() throws IOException {
        var standing = new Standing("job", 2, 5, 77, "host:1");
        assertThat(Standing.read(in(bytes(standing::write)))).isEqualTo(standing);
        assertThat(Standing.readAnswer(in(bytes(out -> Standing.writeAnswer(out, MEMBER)))))
                .isEqualTo(MEMBER);
        assertThatThrownBy(() -> Standing.readAnswer(in(bytes(out -> Standing.writeRefusal(out, "no")))))
                .isInstanceOf(MeetingRefusedException.class)
                .hasMessage("no");
    }

    @Test
    void answer_thatMakesNoSense_isRefused() throws IOException {
        for (Membership bad : List.of(
                new Membership(1, 2, 2, 0, "s", List.of("a", "b")),
                new Membership(1, -1, 2, 0, "s", List.of("a", "b")),
                new Membership(1, 0, 2, 2, "s", List.of("a", "b")),
                new Membership(1, 0, 2, 0, "s", List.of("a")))) {
            byte[] answer = bytes(out -> Standing.writeAnswer(out, bad));
            assertThatThrownBy(() -> Standing.readAnswer(in(answer)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("an answer that makes no sense: worker " + bad.rank());
        }
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 20),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    /** Whatever stands in the stream, nothing but an IOException comes of it. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void read_ofGarbage_givesAnIoExceptionOrAValue(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[][] good = {
            bytes(new Standing("job", 2, 5, 77, "host:1")::write), bytes(out -> Standing.writeAnswer(out, MEMBER))
        };
        for (int round = 0; round < 200; round++) {
            byte[] bytes = good[round % 2].clone();
            if (round % 5 == 0) {
                random.nextBytes(bytes);
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                if (round % 2 == 0) {
                    Standing.read(in(bytes));
                } else {
                    assertThat(Standing.readAnswer(in(bytes)).peers()).hasSizeLessThan(100_001);
                }
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
        }
    }
}
