package io.aidc.training.federated.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.federated.MalformedUpdateException;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameTest {
    private static final Update UPDATE = Update.of(new float[] {1, -0.5f, 3e-20f, Float.NaN}, 77)
            .metric("loss", 0.1)
            .metric("größe", -3);

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 20), LongStream.of(System.nanoTime()));
    }

    @Test
    void task_readBack_isTheSame() {
        RoundTask task = RoundTask.of(5, -3, 0.25, new float[] {1, 2, 3}).withClipNorm(0.5);
        Frame.Task read = Frame.readTask(Frame.task(new Frame.Task(task, true, 0, new byte[] {9, 8})));
        assertThat(read.masked()).isTrue();
        assertThat(read.step()).isZero();
        assertThat(read.message()).containsExactly(9, 8);
        assertThat(read.task().round()).isEqualTo(5);
        assertThat(read.task().seed()).isEqualTo(-3);
        assertThat(read.task().proximal()).isEqualTo(0.25);
        assertThat(read.task().clipNorm()).isEqualTo(0.5);
        assertThat(read.task().parameters()).containsExactly(1, 2, 3);
    }

    @Test
    void task_ofALaterStep_carriesNoParameters() {
        RoundTask task = RoundTask.of(5, -3, 0.25, new float[1000]);
        assertThat(Frame.task(new Frame.Task(task, true, 1, new byte[10]))).hasSizeLessThan(100);
    }

    @Test
    void update_readBack_isTheSame() {
        Update read = ((Frame.Answer.Plain) Frame.readAnswer(Frame.update(UPDATE, UpdateEncoding.FLOAT32))).update();
        assertThat(read.delta()).containsExactly(UPDATE.delta());
        assertThat(read.examples()).isEqualTo(77);
        assertThat(read.metrics()).isEqualTo(UPDATE.metrics());
    }

    @Test
    void update_onTheWire_isAsDocumented() {
        byte[] bytes = Frame.update(Update.of(new float[] {1}, 2), UpdateEncoding.FLOAT32);
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo("41464131" + "00000000" + "0200000000000000" + "00000000" + "01000000" + "0000803f");
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 4))
                .isEqualTo((int) crc.getValue());
    }

    @Test
    void message_readBack_isTheSame() {
        byte[] message = {1, 2, 3};
        assertThat(((Frame.Answer.Masked) Frame.readAnswer(Frame.message(message))).message())
                .containsExactly(1, 2, 3);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void bfloat16_roundsToTheNearestWithTiesToEven(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (random.nextInt(4) == 0) {
                value = Float.intBitsToFloat((random.nextInt() & 0xffff0000) | 0x8000); // a tie
            }
            float rounded = UpdateEncoding.float32(UpdateEncoding.bfloat16(value));
            if (Float.isNaN(value)) {
                assertThat(rounded).isNaN();
                continue;
            }
            int bits = Float.floatToRawIntBits(value);
            float below = Float.intBitsToFloat(bits & 0xffff0000);
            float above = Float.intBitsToFloat((bits & 0xffff0000) + 0x10000);
            double toBelow = Math.abs((double) value - below);
            double toAbove = Float.isInfinite(above) ? Double.NaN : Math.abs((double) value - above);
            if (toBelow < toAbove) {
                assertThat(rounded).isEqualTo(below);
            } else if (toAbove < toBelow) {
                assertThat(rounded).isEqualTo(above);
            } else if (toBelow == toAbove) {
                assertThat(Float.floatToRawIntBits(rounded) >>> 16 & 1).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UpdateEncoding.class)
    void update_thatTravels_isNoLongerThanTheBound(UpdateEncoding encoding) {
        Update update = Update.of(new float[100], 1);
        for (int i = 0; i < Update.MOST_METRICS; i++) {
            update = update.metric("€".repeat(Update.LONGEST_METRIC - 2) + (10 + i), i);
        }
        byte[] bytes = Frame.update(update, encoding);
        assertThat((long) bytes.length).isLessThanOrEqualTo(Frame.longestAnswer(100, false));
        assertThat(Frame.readAnswer(bytes)).isInstanceOf(Frame.Answer.Plain.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void garbage_neverBreaksAReader(long seed) {
        var random = new Random(seed);
        byte[][] good = {
            Frame.update(UPDATE, UpdateEncoding.FLOAT32),
            Frame.update(UPDATE, UpdateEncoding.BFLOAT16),
            Frame.message(new byte[20]),
            Frame.task(new Frame.Task(RoundTask.of(1, 1, 0, new float[5]), true, 0, new byte[7]))
        };
        for (int i = 0; i < 500; i++) {
            byte[] bytes = good[random.nextInt(good.length)].clone();
            int end = bytes.length - Integer.BYTES;
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length));
                end = Math.max(0, bytes.length - Integer.BYTES);
            }
            for (int k = random.nextInt(4); k >= 0 && end > 4; k--) {
                bytes[4 + random.nextInt(end - 4)] = (byte) random.nextInt();
            }
            var crc = new CRC32C(); // right, so that what lies behind it is tested
            crc.update(bytes, 0, end);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) crc.getValue());
            byte[] body = bytes;
            readOrRefuse(() -> Frame.readAnswer(body));
            readOrRefuse(() -> Frame.readTask(body));
        }
    }

    private static void readOrRefuse(Runnable read) {
        try {
            read.run();
        } catch (MalformedUpdateException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @Test
    void body_thatWasDamaged_isRefused() {
        byte[] bytes = Frame.update(UPDATE, UpdateEncoding.FLOAT32);
        bytes[20] ^= 1;
        assertThatThrownBy(() -> Frame.readAnswer(bytes))
                .isInstanceOf(MalformedUpdateException.class)
                .hasMessage("the body was damaged on its way: its checksum does not match");
        assertThatThrownBy(() -> Frame.readAnswer(new byte[3])).hasMessage("the body is cut off");
        assertThatThrownBy(() -> Frame.readTask(Frame.message(new byte[0]))).hasMessageContaining("magic");
    }
}
