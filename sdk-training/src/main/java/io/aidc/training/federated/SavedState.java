package io.aidc.training.federated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The server's side of a run between two rounds, as bytes.
 *
 * <p>Little-endian: magic of 8 bytes, round (int32), seed (int64), clip norm (float64), the optimiser's text (int32 length,
 * UTF-8), and three arrays, each behind its length (int32): parameters (float32), the optimiser's mean and square (float64);
 * then SHA-256 of all before.
 */
record SavedState(int round, long seed, double clipNorm, Server server) {
    private static final byte[] MAGIC = "AIDCFED1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;
    private static final int FIXED_BYTES = MAGIC.length + 5 * Integer.BYTES + Long.BYTES + Double.BYTES + DIGEST_BYTES;

    byte[] toBytes(ServerOptimizer optimizer) {
        byte[] name = optimizer.toString().getBytes(StandardCharsets.UTF_8);
        float[] parameters = server.parameters();
        long moments = (long) server.mean().length + server.square().length;
        long size = FIXED_BYTES + name.length + (long) Float.BYTES * parameters.length + Double.BYTES * moments;
        if (size > Integer.MAX_VALUE) {
            throw new IllegalStateException("a state of %d bytes is too large for an array".formatted(size));
        }
        var buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(MAGIC).putInt(round).putLong(seed).putDouble(clipNorm);
        buffer.putInt(name.length).put(name);
        buffer.putInt(parameters.length);
        for (float parameter : parameters) {
            buffer.putFloat(parameter);
        }
        put(buffer, server.mean());
        put(buffer, server.square());
        buffer.put(digest(buffer.array(), buffer.position()));
        return buffer.array();
    }

    private static void put(ByteBuffer buffer, double[] values) {
        buffer.putInt(values.length);
        for (double value : values) {
            buffer.putDouble(value);
        }
    }

    /** Reads a state that belongs to a run with such an optimiser and so many parameters. */
    static SavedState read(byte[] bytes, ServerOptimizer optimizer, int length) {
        if (bytes.length < FIXED_BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException(
                    "these %d bytes are no saved state of version 1".formatted(bytes.length));
        }
        int end = bytes.length - DIGEST_BYTES;
        if (!MessageDigest.isEqual(digest(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw new IllegalArgumentException("the saved state is damaged: its digest does not match");
        }
        var buffer = ByteBuffer.wrap(bytes, 0, end).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(MAGIC.length);
        int round = buffer.getInt();
        long seed = buffer.getLong();
        double clipNorm = buffer.getDouble();
        byte[] name = new byte[length(buffer, 1, "the optimiser's text")];
        buffer.get(name);
        String saved = new String(name, StandardCharsets.UTF_8);
        if (!saved.equals(optimizer.toString())) {
            throw new IllegalArgumentException(
                    "the saved state is of a run with %s, not %s".formatted(saved, optimizer));
        }
        float[] parameters = new float[expected(buffer, Float.BYTES, length, "parameters")];
        for (int i = 0; i < length; i++) {
            parameters[i] = buffer.getFloat();
        }
        double[] mean = doubles(buffer, Server.needsMean(optimizer) ? length : 0, "mean");
        double[] square = doubles(buffer, optimizer instanceof ServerOptimizer.Average ? 0 : length, "square");
        if (buffer.hasRemaining() || round < 0 || !(clipNorm > 0) || !Checks.finite(parameters)) {
            throw new IllegalArgumentException("the saved state is not one that a run writes");
        }
        return new SavedState(round, seed, clipNorm, new Server(optimizer, parameters, mean, square));
    }

    private static double[] doubles(ByteBuffer buffer, int length, String what) {
        double[] values = new double[expected(buffer, Double.BYTES, length, what)];
        for (int i = 0; i < length; i++) {
            values[i] = buffer.getDouble();
        }
        return values;
    }

    private static int expected(ByteBuffer buffer, int bytes, int expected, String what) {
        int length = length(buffer, bytes, what);
        if (length != expected) {
            throw new IllegalArgumentException(
                    "the saved state must have %d numbers of %s, got %d".formatted(expected, what, length));
        }
        return length;
    }

    private static int length(ByteBuffer buffer, int bytes, String what) {
        int length = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
        if (length < 0 || length > buffer.remaining() / bytes) {
            throw new IllegalArgumentException("the saved state is cut off at " + what);
        }
        return length;
    }

    private static byte[] digest(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
