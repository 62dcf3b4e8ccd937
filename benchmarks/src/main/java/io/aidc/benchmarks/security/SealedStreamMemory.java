package io.aidc.benchmarks.security;

import io.aidc.security.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * How much memory does it take to seal and unseal a stream that is far longer than the heap?
 *
 * <p>One thread seals what the other unseals and compares, through a pipe, so that nothing goes to a disk. With a directory,
 * the same length goes from file to file as well: content that is a hole in its file, the sealed file, and what is unsealed
 * from it; the directory takes twice the length. Prints rates, the peak of the heap, and the direct memory that is left.
 *
 * <p>{@code java -Xmx64m -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.SealedStreamMemory GIB [DIRECTORY]}
 */
public final class SealedStreamMemory {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final String NAME = VaultDoor.NAME;

    private SealedStreamMemory() {}

    /**
     * Seals and unseals.
     *
     * @param args GiB; perhaps a directory for files
     * @throws IOException if the pipe or a file fails
     */
    public static void main(String[] args) throws IOException {
        long length = Math.multiplyExact(Long.parseLong(args[0]), 1L << 30);
        System.out.printf("heap limit %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
        try (Vault vault = VaultDoor.of(new byte[32], 1).vault()) {
            long start = System.nanoTime();
            report("stream to stream", length, start, throughPipe(vault, length));
            if (args.length > 1) {
                files(vault, length, Path.of(args[1]));
            }
        }
    }

    /** Says how many bytes came back as they were. */
    private static long throughPipe(Vault vault, long length) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        new Random(2).nextBytes(piece);
        Pipe pipe = Pipe.open();
        CompletableFuture<Void> sealing = CompletableFuture.runAsync(() -> {
            try (OutputStream out = vault.sealingStream(Channels.newOutputStream(pipe.sink()), NAME)) {
                for (long written = 0; written < length; written += piece.length) {
                    out.write(piece);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the pipe failed", e);
            }
        });
        long same = 0;
        try (InputStream in = vault.unsealingStream(Channels.newInputStream(pipe.source()), NAME)) {
            byte[] back = new byte[PIECE_BYTES];
            for (int read = in.readNBytes(back, 0, back.length); read > 0; read = in.readNBytes(back, 0, back.length)) {
                if (!Arrays.equals(back, 0, read, piece, 0, read)) {
                    throw new AssertionError("a piece came back changed");
                }
                same += read;
            }
        }
        sealing.join();
        return same;
    }

    private static void files(Vault vault, long length, Path place) throws IOException {
        Path directory = Files.createTempDirectory(Files.createDirectories(place), "memory");
        Path content = directory.resolve("content");
        Path sealed = directory.resolve("sealed");
        Path opened = directory.resolve("opened");
        try {
            try (RandomAccessFile file = new RandomAccessFile(content.toFile(), "rw")) {
                file.setLength(length);
            }
            long start = System.nanoTime();
            vault.seal(content, sealed, NAME);
            report("file to sealed file", length, start, length);
            start = System.nanoTime();
            vault.unseal(sealed, opened, NAME);
            report("sealed file to file", length, start, Files.size(opened));
            start = System.nanoTime();
            long same = Files.mismatch(content, opened) < 0 ? length : 0;
            report("comparing the files", length, start, same);
        } finally {
            for (Path file : List.of(content, sealed, opened, directory)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void report(String what, long length, long start, long same) {
        if (same != length) {
            throw new AssertionError("%s: %d bytes of %d came back".formatted(what, same, length));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(pool -> pool.getMemoryUsed())
                .sum();
        System.out.printf(
                "%s: %d bytes in %.1f s, %.0f MB/s; sum of the heap pools' peaks %.1f MiB, direct memory %.1f MiB%n",
                what, length, seconds, length / seconds / 1e6, heap / 1048576.0, direct / 1048576.0);
    }
}
