package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.internal.GroupBrokenException;
import java.nio.IntBuffer;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/** A worker's end of one of c10d's process groups. */
final class BackendGroup implements Group {
    private final Kept kept = new Kept();
    private final Backend group;
    private final int rank;
    private final int size;
    private final Device device;

    private BackendGroup(Supplier<Backend> made, int rank, int size, Device device) {
        this.rank = rank;
        this.size = size;
        this.device = device;
        this.group = Tensors.scoped(() -> kept.keep(made.get()));
    }

    /** Joins; blocks until all workers have, or the time is up. */
    static Group join(Supplier<Backend> made, int rank, int size, Device device) {
        Tensors.load(device);
        try {
            return new BackendGroup(made, rank, size, device);
        } catch (RuntimeException e) {
            throw new GroupBrokenException("joining the group", rank, e);
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Pending beginAllReduce(Vector numbers) {
        return begin("all-reduce", held -> group.allreduce(held.keep(new TensorVector(numbers.tensor()))));
    }

    @Override
    public Pending beginAllGather(Tensor own, Tensor all) {
        return begin("all-gather", held -> group._allgather_base(all, own));
    }

    @Override
    public Pending beginAllToAll(Tensor pieces, Tensor received) {
        return begin("all-to-all", held -> group.alltoall_base(received, pieces, new LongVector(), new LongVector()));
    }

    private Pending begin(String operation, Function<Kept, Work> call) {
        var begun = new Exchange(operation);
        try {
            begun.begin(call);
            return begun;
        } catch (GroupBrokenException e) {
            begun.close();
            throw e;
        }
    }

    /** Lives outside of any scope: what it holds must last until the exchange is done. */
    private final class Exchange implements Pending {
        private final String operation;
        private final Kept held = new Kept();

        Exchange(String operation) {
            this.operation = operation;
        }

        void begin(Function<Kept, Work> call) {
            exchange(operation, () -> held.keep(call.apply(held)));
        }

        @Override
        public void await() {
            exchange(operation, () -> ((Work) held.last())._wait());
        }

        @Override
        public void close() {
            held.close();
        }
    }

    @Override
    public void broadcast(IntBuffer numbers, int source) {
        if (device.kind() == Device.Kind.CPU) {
            broadcast(() -> Tensors.over(numbers), source);
            return;
        }
        exchange("broadcast", () -> {
            Tensor host = Tensors.over(numbers);
            Tensor there = Tensors.on(device, host);
            send(there, source);
            host.copy_(there);
        });
    }

    @Override
    public void broadcast(Vector numbers, int source) {
        broadcast(numbers::tensor, source);
    }

    private void broadcast(Supplier<Tensor> numbers, int source) {
        exchange("broadcast", () -> send(numbers.get(), source));
    }

    private void send(Tensor numbers, int source) {
        var options = new BroadcastOptions();
        options.rootRank(source);
        group.broadcast(new TensorVector(numbers), options)._wait();
    }

    private void exchange(String operation, Runnable call) {
        try {
            Tensors.inScope(call);
        } catch (RuntimeException e) {
            throw new GroupBrokenException(operation, rank, e);
        }
    }

    @Override
    public void setTimeout(Duration limit) {
        Tensors.inScope(() -> group.setTimeout(new Milliseconds(limit.toMillis())));
    }

    /** Idempotent. Peers that still wait for this worker get an error at once. */
    @Override
    public synchronized void close() {
        kept.close();
    }
}
