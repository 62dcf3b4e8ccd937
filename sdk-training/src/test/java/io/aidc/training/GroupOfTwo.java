package io.aidc.training;

import io.aidc.training.torch.internal.Group;
import io.aidc.training.torch.internal.Vector;
import java.nio.IntBuffer;
import java.time.Duration;
import org.bytedeco.pytorch.Tensor;

/** A group whose other worker is not there: a test says what the exchanges do that it expects, all others fail it. */
abstract class GroupOfTwo implements Group {
    private final int rank;

    GroupOfTwo(int rank) {
        this.rank = rank;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return 2;
    }

    @Override
    public Pending beginAllReduce(Vector numbers) {
        throw new AssertionError("all-reduce is not expected");
    }

    @Override
    public Pending beginAllGather(Tensor own, Tensor all) {
        throw new AssertionError("all-gather is not expected");
    }

    @Override
    public Pending beginAllToAll(Tensor pieces, Tensor received) {
        throw new AssertionError("all-to-all is not expected");
    }

    @Override
    public void broadcast(IntBuffer numbers, int source) {
        throw new AssertionError("broadcast is not expected");
    }

    @Override
    public void broadcast(Vector numbers, int source) {
        throw new AssertionError("broadcast is not expected");
    }

    @Override
    public void setTimeout(Duration limit) {}

    @Override
    public void close() {}
}
