package io.aidc.training.torch.internal;

import java.nio.IntBuffer;
import java.time.Duration;
import org.bytedeco.pytorch.Tensor;

/** A group of one: nothing to exchange. */
public final class SoloGroup implements Group {
    private static final Pending DONE = new Pending() {
        @Override
        public void await() {}

        @Override
        public void close() {}
    };

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Pending beginAllReduce(Vector numbers) {
        return DONE;
    }

    @Override
    public Pending beginAllGather(Tensor own, Tensor all) {
        Tensors.inScope(() -> all.copy_(own));
        return DONE;
    }

    @Override
    public Pending beginAllToAll(Tensor pieces, Tensor received) {
        return beginAllGather(pieces, received);
    }

    @Override
    public void broadcast(IntBuffer numbers, int source) {}

    @Override
    public void broadcast(Vector numbers, int source) {}

    @Override
    public void setTimeout(Duration limit) {}

    @Override
    public void close() {}
}
