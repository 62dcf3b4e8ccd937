package io.aidc.training.federated.http;

import io.aidc.training.federated.MalformedUpdateException;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The bodies that travel, little-endian, each ending with the CRC-32C of all before it.
 *
 * <p>A task: magic AFT1 (4 bytes), kind (int8: 0 train, 1 message), three zeros, step (int32), round (int32), seed (int64),
 * proximal weight and clip norm (float64), the message behind its length (int32), the parameters (float32) behind their
 * number (int32). An answer: magic AFA1, kind, encoding (int8: 0 float32, 1 bfloat16), two zeros, then for kind 0 examples
 * (int64), metrics behind their number (int32), each a name behind its length (int32, UTF-8) and a value (float64), and the
 * numbers behind how many they are (int32); for kind 1 the message behind its length.
 */
final class Frame {
    private static final int TASK_MAGIC = 'A' | 'F' << 8 | 'T' << 16 | '1' << 24;
    private static final int ANSWER_MAGIC = 'A' | 'F' << 8 | 'A' << 16 | '1' << 24;
    private static final int TASK_BYTES = 60;
    private static final int ANSWER_BYTES = 32;
    private static final byte TRAIN = 0;
    private static final byte MESSAGE = 1;
    /** A name of 64 characters in UTF-8, its length and its value. */
    private static final int METRIC_BYTES = 3 * Update.LONGEST_METRIC + Integer.BYTES + Double.BYTES;
    /** For keys and shares of a secure aggregation, besides its masked vector. */
    private static final int MESSAGE_BYTES = 1 << 20;

    /** A task as a client reads it. */
    static final class Task {
        private final RoundTask task;
        private final boolean masked;
        private final int step;
        private final byte[] message;

        Task(RoundTask task, boolean masked, int step, byte[] message) {
            this.task = task;
            this.masked = masked;
            this.step = step;
            this.message = message;
        }

        RoundTask task() {
            return task;
        }

        boolean masked() {
            return masked;
        }

        int step() {
            return step;
        }

        byte[] message() {
            return message;
        }
    }

    /** An answer as the server reads it. */
    sealed interface Answer {
        record Plain(Update update) implements Answer {}

        final class Masked implements Answer {
            private final byte[] message;

            Masked(byte[] message) {
                this.message = message;
            }

            byte[] message() {
                return message;
            }
        }
    }

    private Frame() {}

    static byte[] task(Task task) {
        float[] parameters = task.step() == 0 ? task.task().parameters() : new float[0];
        ByteBuffer buffer = buffer(TASK_BYTES + task.message().length + (long) Float.BYTES * parameters.length);
        buffer.putInt(TASK_MAGIC).put(task.masked() ? MESSAGE : TRAIN).put(new byte[3]);
        buffer.putInt(task.step())
                .putInt(task.task().round())
                .putLong(task.task().seed());
        buffer.putDouble(task.task().proximal()).putDouble(task.task().clipNorm());
        buffer.putInt(task.message().length).put(task.message());
        buffer.putInt(parameters.length);
        for (float parameter : parameters) {
            buffer.putFloat(parameter);
        }
        return sealed(buffer);
    }

    static Task readTask(byte[] bytes) {
        ByteBuffer buffer = opened(bytes, TASK_MAGIC);
        try {
            byte kind = kind(buffer);
            zeros(buffer, 3);
            int step = atLeast("step", buffer.getInt(), 0);
            int round = atLeast("round", buffer.getInt(), 1);
            long seed = buffer.getLong();
            double proximal = buffer.getDouble();
            double clipNorm = buffer.getDouble();
            byte[] message = new byte[length(buffer, 1)];
            buffer.get(message);
            float[] parameters = new float[length(buffer, Float.BYTES)];
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] = buffer.getFloat();
            }
            end(buffer);
            RoundTask task = RoundTask.of(round, seed, proximal, parameters).withClipNorm(clipNorm);
            return new Task(task, kind == MESSAGE, step, message);
        } catch (BufferUnderflowException e) {
            throw cutOff();
        } catch (IllegalArgumentException e) {
            throw new MalformedUpdateException(String.valueOf(e.getMessage()));
        }
    }

    static byte[] update(Update update, UpdateEncoding encoding) {
        long size = ANSWER_BYTES + (long) update.length() * encoding.bytes();
        for (String name : update.metrics().keySet()) {
            size += Integer.BYTES + name.getBytes(StandardCharsets.UTF_8).length + Double.BYTES;
        }
        ByteBuffer buffer = buffer(size);
        buffer.putInt(ANSWER_MAGIC).put(TRAIN).put(encoding.code()).put(new byte[2]);
        buffer.putLong(update.examples()).putInt(update.metrics().size());
        update.metrics().forEach((name, value) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            buffer.putInt(text.length).put(text).putDouble(value);
        });
        buffer.putInt(update.length());
        for (float value : update.delta()) {
            if (encoding == UpdateEncoding.FLOAT32) {
                buffer.putFloat(value);
            } else {
                buffer.putShort(UpdateEncoding.bfloat16(value));
            }
        }
        return sealed(buffer);
    }

    static byte[] message(byte[] message) {
        ByteBuffer buffer = buffer(ANSWER_BYTES + (long) message.length);
        buffer.putInt(ANSWER_MAGIC).put(MESSAGE).put(new byte[3]);
        buffer.putInt(message.length).put(message);
        return sealed(buffer);
    }

    static Answer readAnswer(byte[] bytes) {
        ByteBuffer buffer = opened(bytes, ANSWER_MAGIC);
        try {
            if (kind(buffer) == MESSAGE) {
                zeros(buffer, 3);
                byte[] message = new byte[length(buffer, 1)];
                buffer.get(message);
                end(buffer);
                return new Answer.Masked(message);
            }
            return new Answer.Plain(readUpdate(buffer));
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    private static Update readUpdate(ByteBuffer buffer) {
        UpdateEncoding encoding = UpdateEncoding.of(buffer.get());
        zeros(buffer, 2);
        long examples = buffer.getLong();
        Map<String, Double> metrics = metrics(buffer);
        float[] delta = new float[length(buffer, encoding.bytes())];
        for (int i = 0; i < delta.length; i++) {
            delta[i] =
                    encoding == UpdateEncoding.FLOAT32 ? buffer.getFloat() : UpdateEncoding.float32(buffer.getShort());
        }
        end(buffer);
        try {
            Update update = Update.of(delta, examples);
            for (Map.Entry<String, Double> figure : metrics.entrySet()) {
                update = update.metric(figure.getKey(), figure.getValue());
            }
            return update;
        } catch (IllegalArgumentException e) {
            throw new MalformedUpdateException(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Double> metrics(ByteBuffer buffer) {
        int count = buffer.getInt();
        if (count < 0 || count > Update.MOST_METRICS) {
            throw new MalformedUpdateException("metrics must be 0 to %d, got %d".formatted(Update.MOST_METRICS, count));
        }
        Map<String, Double> metrics = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            byte[] text = new byte[length(buffer, 1)];
            buffer.get(text);
            try {
                String name = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(text))
                        .toString();
                if (metrics.put(name, buffer.getDouble()) != null) {
                    throw new MalformedUpdateException("a metric is there twice");
                }
            } catch (CharacterCodingException e) {
                throw new MalformedUpdateException("a metric's name is no UTF-8");
            }
        }
        return metrics;
    }

    /** The longest answer to a task over so many parameters. */
    static long longestAnswer(int parameters, boolean masked) {
        return ANSWER_BYTES
                + (masked ? MESSAGE_BYTES + 16L * parameters : (long) Float.BYTES * parameters)
                + Update.MOST_METRICS * METRIC_BYTES;
    }

    /** The longest task of a model with so many parameters. */
    static long longestTask(int parameters) {
        return TASK_BYTES + MESSAGE_BYTES + 4L * Float.BYTES * parameters;
    }

    private static ByteBuffer buffer(long size) {
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a body of %d bytes does not fit into an array".formatted(size));
        }
        return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] sealed(ByteBuffer buffer) {
        int end = buffer.position();
        var crc = new CRC32C();
        crc.update(buffer.duplicate().flip());
        buffer.putInt((int) crc.getValue());
        byte[] bytes = new byte[end + Integer.BYTES];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static ByteBuffer opened(byte[] bytes, int magic) {
        int end = bytes.length - Integer.BYTES;
        if (end < Integer.BYTES) {
            throw cutOff();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt() != magic) {
            throw new MalformedUpdateException("the body does not begin with the magic number of its kind");
        }
        var crc = new CRC32C();
        crc.update(bytes, 0, end);
        if (buffer.getInt(end) != (int) crc.getValue()) {
            throw new MalformedUpdateException("the body was damaged on its way: its checksum does not match");
        }
        buffer.limit(end);
        return buffer;
    }

    private static byte kind(ByteBuffer buffer) {
        byte kind = buffer.get();
        if (kind != TRAIN && kind != MESSAGE) {
            throw new MalformedUpdateException("kind must be 0 or 1, got " + kind);
        }
        return kind;
    }

    private static void zeros(ByteBuffer buffer, int count) {
        for (int i = 0; i < count; i++) {
            if (buffer.get() != 0) {
                throw new MalformedUpdateException("reserved bytes must be 0");
            }
        }
    }

    private static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new MalformedUpdateException("%s must be >= %d, got %d".formatted(name, least, value));
        }
        return value;
    }

    private static int length(ByteBuffer buffer, int bytes) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining() / bytes) {
            throw cutOff();
        }
        return length;
    }

    private static void end(ByteBuffer buffer) {
        if (buffer.hasRemaining()) {
            throw new MalformedUpdateException("the body has %d bytes too many".formatted(buffer.remaining()));
        }
    }

    private static MalformedUpdateException cutOff() {
        return new MalformedUpdateException("the body is cut off");
    }
}
