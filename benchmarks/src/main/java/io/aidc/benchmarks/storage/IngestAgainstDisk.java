package io.aidc.benchmarks.storage;

import io.aidc.storage.MappedFile;
import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Version;
import io.aidc.storage.Write;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;

/**
 * How fast does a model get into three replicas on one disk, and how fast is it read back verified?
 *
 * <p>The bound of the first is a third of what the disk takes in one sequential write with a flush at the end, measured in turn; of
 * the second, a plain mapped read with SHA-256. Three JVMs, each keeps a copy; the write is answered when all three have it.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.storage.IngestAgainstDisk [directory] [MiB] [rounds]}
 */
public final class IngestAgainstDisk {
    private static final int BLOCK = 8 << 20;

    private IngestAgainstDisk() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "ingest");
        int mebibytes = args.length > 1 ? Integer.parseInt(args[1]) : 4096;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        double[] disk = new double[rounds];
        double[] ingest = new double[rounds];
        double[] plain = new double[rounds];
        double[] verified = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            Path directory = Files.createDirectory(root.resolve("round" + i));
            Path model = directory.resolve("model.bin");
            ModelFile.write(model, mebibytes, i);
            disk[i] = mebibytes / seconds(() -> copyAndFlush(model, directory.resolve("copy.bin")));
            try (var cluster = new StoreCluster(directory, StoreCluster.freePorts(6), 3, Duration.ofMinutes(2))) {
                ReplicatedStore store = cluster.store();
                ingest[i] = mebibytes / seconds(() -> publish(store, model));
                Version version = store.resolve("model@1");
                store.map(version, "model.bin").close();
                plain[i] = mebibytes / seconds(() -> digest(model));
                verified[i] = mebibytes / seconds(() -> readMapped(store, version));
            }
            System.out.printf(
                    "round %d: disk %.0f MiB/s, three replicas %.0f MiB/s; mapped and digested %.0f MiB/s, verified %.0f MiB/s%n",
                    i + 1, disk[i], ingest[i], plain[i], verified[i]);
            BackupAgainstRestic.delete(directory);
        }
        System.out.printf(
                "medians: three replicas take %.0f %% of a third of the disk; a verified read %.0f %% of a plain one%n",
                100 * median(ingest) / (median(disk) / 3), 100 * median(verified) / median(plain));
        BackupAgainstRestic.delete(root);
    }

    private interface Step {
        void run() throws Exception;
    }

    private static double seconds(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void copyAndFlush(Path from, Path to) throws Exception {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (in.read(block.clear()) >= 0) {
                out.write(block.flip());
            }
            out.force(true);
        }
    }

    private static void publish(ReplicatedStore store, Path model) {
        if (!(store.publish("model", model).as("1").join() instanceof Write.Committed)) {
            throw new IllegalStateException("not committed");
        }
    }

    private static void digest(Path file) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256", "SUN");
        try (FileChannel channel = FileChannel.open(file)) {
            for (long at = 0; at < channel.size(); at += 1 << 30) {
                sha256.update(channel.map(FileChannel.MapMode.READ_ONLY, at, Math.min(1 << 30, channel.size() - at)));
            }
        }
        sha256.digest();
    }

    private static void readMapped(ReplicatedStore store, Version version) {
        long sum = 0;
        try (MappedFile file = store.map(version, "model.bin")) {
            for (ByteBuffer buffer : file.buffers()) {
                for (int at = 0; at < buffer.limit() - Long.BYTES; at += 4096) {
                    sum += buffer.getLong(at);
                }
            }
        }
        if (sum == 42) {
            System.out.print("");
        }
    }
}
