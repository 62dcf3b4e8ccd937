package io.aidc.benchmarks.storage;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Write;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * How much memory does a node with many versions need, and how long does it take to open?
 *
 * <p>Publishes versions of a few bytes under a hundred names, with an alias, a tag and provenance, 64 at a time, then closes the store
 * and opens it again. Run it with the heap that is to suffice.
 *
 * <p>{@code java -Xmx512m -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.storage.ManyVersions [directory] [versions]}
 */
public final class ManyVersions {
    private static final int AT_ONCE = 64;

    private ManyVersions() {}

    /** Measures. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "many-versions");
        int versions = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        long start = System.nanoTime();
        try (ReplicatedStore store =
                ReplicatedStore.builder().node("a").directory(directory).open()) {
            publish(store, versions);
            System.out.printf(
                    "%d versions published in %.0f s; heap %d MiB, process %s%n",
                    versions, (System.nanoTime() - start) / 1e9, heapMebibytes(), residentSet());
        }
        long reopened = System.nanoTime();
        try (ReplicatedStore store =
                ReplicatedStore.builder().node("a").directory(directory).open()) {
            double seconds = (System.nanoTime() - reopened) / 1e9;
            if (store.names().size() != 100) {
                throw new IllegalStateException("names are missing");
            }
            System.out.printf(
                    "opened again in %.1f s; heap %d MiB, process %s%n", seconds, heapMebibytes(), residentSet());
        }
        BackupAgainstRestic.delete(directory);
    }

    private static void publish(ReplicatedStore store, int versions) throws InterruptedException {
        var room = new Semaphore(AT_ONCE);
        for (int i = 0; i < versions; i++) {
            room.acquire();
            CompletableFuture<Write> write = store.publish(
                            "models/" + i % 100,
                            ByteBuffer.allocate(Long.BYTES).putLong(i).array())
                    .as("2026." + i)
                    .moving("latest")
                    .tag("approved")
                    .by("somebody")
                    .fromData("sha256:0123456789abcdef")
                    .start();
            write.whenComplete((outcome, failure) -> {
                room.release();
                if (!(outcome instanceof Write.Committed)) {
                    System.err.println("not committed: " + outcome + " " + failure);
                }
            });
        }
        room.acquire(AT_ONCE);
    }

    private static long heapMebibytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() >> 20;
    }

    private static String residentSet() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("unknown")
                .replaceAll("\\s+", " ");
    }
}
