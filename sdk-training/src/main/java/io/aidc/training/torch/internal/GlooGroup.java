package io.aidc.training.torch.internal;

import io.aidc.training.internal.GroupBrokenException;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * A worker's end of a Gloo process group whose traffic stays on the loopback interface.
 *
 * <p>Workers of one host meet through a file: the key-value server of c10d listens on every interface of the host,
 * whatever address it is given, and would let strangers in. A group is given a clone of the store: it takes what it is given
 * for its own, and a store made by a Java constructor would then be freed twice.
 */
public final class GlooGroup implements Group {
    private static final String LOOPBACK = "127.0.0.1";

    private final Kept kept = new Kept();
    private final ProcessGroupGloo group;
    private final int rank;
    private final int size;

    private GlooGroup(Path meetingFile, int rank, int size, Duration timeout) {
        this.rank = rank;
        this.size = size;
        group = Tensors.scoped(() -> {
            var limit = new Milliseconds(timeout.toMillis());
            Store store = new FileStore(meetingFile.toString(), size).clone();
            store.setTimeout(limit);
            var options = ProcessGroupGloo.Options.create(limit);
            options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(LOOPBACK)));
            return kept.keep(new ProcessGroupGloo(store, rank, size, options));
        });
    }

    /**
     * Joins the group; blocks until all workers have, or the time is up.
     *
     * @param meetingFile a path all workers name, in a directory that nobody else can write; not used before
     * @param timeout how long joining and each exchange may take
     */
    public static GlooGroup join(Path meetingFile, int rank, int size, Duration timeout) {
        Tensors.load();
        try {
            return new GlooGroup(meetingFile, rank, size, timeout);
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
    public void broadcast(IntBuffer numbers) {
        broadcast(() -> Tensors.over(numbers));
    }

    @Override
    public void broadcast(Vector numbers) {
        broadcast(numbers::tensor);
    }

    private void broadcast(Supplier<Tensor> numbers) {
        exchange(
                "broadcast",
                () -> group.broadcast(new TensorVector(numbers.get()))._wait());
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
