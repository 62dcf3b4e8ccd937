package io.aidc.training.internal;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** A group of one: nothing to exchange. */
public final class SoloGroup implements Group {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void allReduce(FloatBuffer numbers) {}

    @Override
    public void broadcast(IntBuffer numbers) {}

    @Override
    public void broadcast(FloatBuffer numbers) {}

    @Override
    public void close() {}
}
