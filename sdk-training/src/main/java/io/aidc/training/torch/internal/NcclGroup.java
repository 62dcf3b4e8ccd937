package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import java.time.Duration;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.global.torch_nccl;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** Joins groups of NCCL, which exchange numbers of GPUs, one for each worker. */
public final class NcclGroup {
    private NcclGroup() {}

    /**
     * Joins the group; NCCL itself connects at the first exchange.
     *
     * @param store where all workers meet, see {@link Stores}
     * @param timeout how long joining and each exchange may take
     */
    public static Group join(String store, int rank, int size, Device device, Duration timeout) {
        Tensors.load(device);
        Loader.load(torch_nccl.class);
        return BackendGroup.join(
                () -> {
                    var limit = new Milliseconds(timeout.toMillis());
                    var options = ProcessGroupNCCL.Options.create();
                    options.timeout(limit);
                    return new ProcessGroupNCCL(Stores.open(store, size, limit), rank, size, options);
                },
                rank,
                size,
                device);
    }
}
