package io.aidc.training.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Allocates the direct buffers that Java and native code share; the collector frees them. */
public final class FlatBuffers {
    private FlatBuffers() {}

    public static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    public static FloatBuffer floats(float[] values) {
        return floats(values.length).put(values).flip();
    }

    public static IntBuffer ints(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Integer.BYTES))
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }
}
