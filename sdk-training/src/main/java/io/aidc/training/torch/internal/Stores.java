package io.aidc.training.torch.internal;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Holds the key-value stores through which c10d's groups meet, named {@code file:PATH}, {@code tcp:HOST:PORT} or, where
 * torchrun's agent has the store, {@code agent:PREFIX:HOST:PORT}.
 *
 * <p>Workers of one machine meet through a file: c10d's own server listens on every interface of the machine, whatever address
 * it is given, and would let strangers in. A group is given a clone of a store: it takes what it is given for its own, and a
 * store made by a Java constructor would then be freed twice.
 */
public final class Stores implements AutoCloseable {
    private final Kept kept = new Kept();
    private final Path directory;
    private final InetAddress address;
    private final Duration timeout;

    /** Makes stores of a host: files in a directory if the address is a loopback one, else servers. */
    public Stores(Path directory, InetAddress address, Duration timeout) {
        this.directory = directory;
        this.address = address;
        this.timeout = timeout;
    }

    /** Makes the store of a group that was never formed before and gives its name. */
    public String make(int generation) {
        if (address.isLoopbackAddress()) {
            return "file:" + directory.resolve("group-" + generation);
        }
        return Tensors.scoped(() -> {
            var options = options(0, new Milliseconds(timeout.toMillis()));
            options.isServer(true);
            // The group before is broken: nobody needs its server any more.
            kept.close();
            TCPStore server = kept.keep(new TCPStore(address.getHostAddress(), options));
            return "tcp:%s:%d".formatted(address.getHostAddress(), server.getPort() & 0xFFFF);
        });
    }

    static Store open(String name, int size, Milliseconds limit) {
        if (name.startsWith("file:")) {
            Store store = new FileStore(name.substring("file:".length()), size).clone();
            store.setTimeout(limit);
            return store;
        }
        // An address of IPv6 has colons of its own.
        boolean ofAgent = name.startsWith("agent:");
        int hostAt = name.indexOf(':', ofAgent ? "agent:".length() : 0) + 1;
        int colon = name.lastIndexOf(':');
        int port = Integer.parseInt(name.substring(colon + 1));
        Store store = new TCPStore(name.substring(hostAt, colon), options(port, limit)).clone();
        return ofAgent ? new PrefixStore(name.substring("agent:".length(), hostAt - 1), store).clone() : store;
    }

    private static TCPStoreOptions options(int port, Milliseconds limit) {
        var options = new TCPStoreOptions();
        options.port((short) port);
        options.isServer(false);
        options.waitWorkers(false);
        options.timeout(limit);
        return options;
    }

    @Override
    public void close() {
        kept.close();
    }
}
