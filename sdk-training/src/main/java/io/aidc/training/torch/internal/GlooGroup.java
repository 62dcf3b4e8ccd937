package io.aidc.training.torch.internal;

import io.aidc.training.internal.GroupBrokenException;
import java.nio.IntBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * A worker's end of a Gloo process group, whose traffic is bound to one address.
 */
public final class GlooGroup implements Group {
    private static final String LOOPBACK = "127.0.0.1";

    private final Kept kept = new Kept();
    private final ProcessGroupGloo group;
    private final int rank;
    private final int size;

    private GlooGroup(String store, int rank, int size, String address, Duration timeout) {
        this.rank = rank;
        this.size = size;
        group = Tensors.scoped(() -> {
            var limit = new Milliseconds(timeout.toMillis());
            Store joined = Stores.open(store, size, limit);
            var options = ProcessGroupGloo.Options.create(limit);
            options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(address)));
            return kept.keep(new ProcessGroupGloo(joined, rank, size, options));
        });
    }

    /** As {@link #join(String, int, int, String, Duration)}, on the loopback interface. */
    public static GlooGroup join(String store, int rank, int size, Duration timeout) {
        return join(store, rank, size, LOOPBACK, timeout);
    }

    /**
     * Joins the group; blocks until all workers have, or the time is up.
     *
     * @param store where all workers meet, see {@link Stores}
     * @param address this worker's own address, which its traffic is bound to
     * @param timeout how long joining and each exchange may take
     */
    public static GlooGroup join(String store, int rank, int size, String address, Duration timeout) {
        Tensors.load();
        try {
            return new GlooGroup(store, rank, size, address, timeout);
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
        // Outside of any scope: both must live until the exchange is done.
        var begun = new Kept();
        exchange("all-reduce", () -> begun.keep(group.allreduce(begun.keep(new TensorVector(numbers.tensor())))));
        return () -> {
            try {
                exchange("all-reduce", () -> ((Work) begun.last())._wait());
            } finally {
                begun.close();
            }
        };
    }

    @Override
    public void broadcast(IntBuffer numbers, int source) {
        broadcast(() -> Tensors.over(numbers), source);
    }

    @Override
    public void broadcast(Vector numbers, int source) {
        broadcast(numbers::tensor, source);
    }

    private void broadcast(Supplier<Tensor> numbers, int source) {
        exchange("broadcast", () -> {
            var options = new BroadcastOptions();
            options.rootRank(source);
            group.broadcast(new TensorVector(numbers.get()), options)._wait();
        });
    }

    private void exchange(String operation, Runnable call) {
        try {
            Tensors.inScope(call);
        } catch (RuntimeException e) {
            throw new GroupBrokenException(operation, rank, e);
        }
    }

    /** Idempotent. Peers that still wait for this worker get an error at once. */
    @Override
    public synchronized void close() {
        kept.close();
    }
}
