package io.aidc.benchmarks.storage;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Write;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a durable put cost over one write and fsync of the same bytes, on one node and on three?
 *
 * <p>Varies: the size of the value, and where it goes: {@code file} appends and fsyncs with the plain JDK, {@code single} puts
 * into a store of one node, {@code cluster} into a store of three nodes in this JVM, on the same disk. One write is
 * outstanding at a time, so the figure is latency; group commit has nothing to group.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar DurablePut}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class DurablePutBenchmark {
    /** The value's bytes. */
    @Param({"100", "4096", "65536"})
    int bytes;

    /** Where the value goes. */
    @Param({"file", "single", "cluster"})
    String target;

    private final List<ReplicatedStore> stores = new ArrayList<>();
    private Path directory;
    private FileChannel file;
    private byte[] value;

    /** Opens the target and checks that what is put comes back. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of(""), "durable-put");
        value = new byte[bytes];
        new Random(1).nextBytes(value);
        switch (target) {
            case "file" ->
                file = FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            case "single" ->
                stores.add(ReplicatedStore.builder()
                        .node("a")
                        .directory(directory.resolve("a"))
                        .open());
            default -> openCluster();
        }
        if (!stores.isEmpty()) {
            ReplicatedStore store = stores.get(0);
            store.awaitReady(Duration.ofSeconds(30));
            put();
            if (!Arrays.equals(store.get("key").orElseThrow(), value)) {
                throw new IllegalStateException("the value did not come back");
            }
        }
    }

    private void openCluster() throws IOException {
        List<String> nodes = List.of(address("a"), address("b"), address("c"));
        for (String node : nodes) {
            stores.add(ReplicatedStore.builder()
                    .node(node)
                    .peers(nodes.stream().filter(other -> !other.equals(node)).toArray(String[]::new))
                    .directory(directory.resolve(node.substring(0, 1)))
                    .open());
        }
    }

    private static String address(String id) throws IOException {
        try (var raft = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var data = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return id + "@127.0.0.1:" + raft.getLocalPort() + "/" + data.getLocalPort();
        }
    }

    /** Makes the value durable. */
    @Benchmark
    public long put() throws IOException {
        if (file != null) {
            file.write(ByteBuffer.wrap(value));
            file.force(true);
            return file.position();
        }
        Write write = stores.get(0).put("key", value).join();
        if (write instanceof Write.Committed committed) {
            return committed.revision();
        }
        throw new IllegalStateException("not committed: " + write);
    }

    /** Closes the target and deletes its files. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        stores.forEach(ReplicatedStore::close);
        if (file != null) {
            file.close();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
