package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;

/** Joins groups of Gloo, which exchange numbers of the processor; their traffic is bound to one address. */
public final class GlooGroup {
    private static final String LOOPBACK = "127.0.0.1";

    private GlooGroup() {}

    /** As {@link #join(String, int, int, String, Duration)}, on the loopback interface. */
    public static Group join(String store, int rank, int size, Duration timeout) {
        return join(store, rank, size, LOOPBACK, timeout);
    }

    /**
     * Joins the group; blocks until all workers have, or the time is up.
     *
     * @param store where all workers meet, see {@link Stores}
     * @param address this worker's own address, which its traffic is bound to
     * @param timeout how long joining and each exchange may take
     */
    public static Group join(String store, int rank, int size, String address, Duration timeout) {
        return BackendGroup.join(
                () -> {
                    var limit = new Milliseconds(timeout.toMillis());
                    var options = ProcessGroupGloo.Options.create(limit);
                    options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(address)));
                    return new ProcessGroupGloo(Stores.open(store, size, limit), rank, size, options);
                },
                rank,
                size,
                Device.CPU);
    }
}
