package io.aidc.benchmarks.security;

import io.aidc.security.Sealed;
import io.aidc.security.Vault;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.seal.Rewrap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How long does it take to move small sealed files to a rotated key, and does their content stay as it is?
 *
 * <p>Seals files of 4 KiB, rotates the ring, rewraps all, compares the bytes behind each header with those from before,
 * disables the old version and opens every hundredth file. Each file is flushed four times, so that the disk decides; a
 * directory in memory shows the rest. The directory is made and removed.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.RewrapFiles DIRECTORY [FILES [THREADS]]}
 */
public final class RewrapFiles {
    private static final int CONTENT_BYTES = 4096;
    private static final int DEFAULT_FILES = 10_000;
    private static final int OPENED_EVERY = 100;

    private RewrapFiles() {}

    /**
     * Rewraps.
     *
     * @param args a directory that does not exist; how many files; on how many threads
     * @throws IOException if a file fails
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectory(Path.of(args[0]));
        int count = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_FILES;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        char[] passphrase = "benchmark".toCharArray();
        try (KeyRing ring = KeyRing.create(directory.resolve("ring"), passphrase);
                Vault vault = Vault.builder().keys(ring).threads(threads).open()) {
            rewrap(ring, vault, directory, count, threads);
        } finally {
            remove(directory);
        }
    }

    private static void rewrap(KeyRing ring, Vault vault, Path directory, int count, int threads) throws IOException {
        byte[] content = new byte[CONTENT_BYTES];
        new Random(2).nextBytes(content);
        List<Path> files = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] sealed = bytes(vault.seal(ByteBuffer.wrap(content), name(i)).bytes());
            files.add(Files.write(directory.resolve("%05d.sealed".formatted(i)), sealed));
            payloads.add(payload(sealed));
        }
        int old = ring.primary();
        ring.rotate();
        long start = System.nanoTime();
        List<Rewrap.Result> results = vault.rewrap(files);
        double seconds = (System.nanoTime() - start) / 1e9;
        long done = results.stream()
                .filter(result -> result.outcome() == Rewrap.Outcome.REWRAPPED)
                .count();
        int same = 0;
        for (int i = 0; i < count; i++) {
            same += Arrays.equals(payload(Files.readAllBytes(files.get(i))), payloads.get(i)) ? 1 : 0;
        }
        ring.disable(old);
        int opened = 0;
        for (int i = 0; i < count; i += OPENED_EVERY) {
            opened += opens(vault, files.get(i), name(i), content) ? 1 : 0;
        }
        System.out.printf(
                "%d files of %d bytes, %d threads: %d rewrapped in %.2f s, %.0f us a file; payload unchanged in %d; %d"
                        + " of %d probes opened without the old key%n",
                count, CONTENT_BYTES, threads, done, seconds, seconds / count * 1e6, same, opened, OPENED_EVERY);
        if (done != count || same != count || opened != (count + OPENED_EVERY - 1) / OPENED_EVERY) {
            throw new AssertionError("not all files were rewrapped as they should");
        }
    }

    private static boolean opens(Vault vault, Path file, String name, byte[] content) {
        try (SecretBytes opened = vault.unseal(Sealed.readFrom(file), name)) {
            return opened.buffer().equals(ByteBuffer.wrap(content));
        }
    }

    /** What follows the header, whose length is a multiple of 4096 and, with a content of 4 KiB, all but the end. */
    private static byte[] payload(byte[] sealed) {
        int payload = sealed.length % 4096 + CONTENT_BYTES;
        return Arrays.copyOfRange(sealed, sealed.length - payload, sealed.length);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String name(int file) {
        return "models/benchmark/" + file;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
