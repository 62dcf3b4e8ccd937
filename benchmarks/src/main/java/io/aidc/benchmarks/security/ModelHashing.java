package io.aidc.benchmarks.security;

import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Is signing a large model bound by SHA-256?
 *
 * <p>Signs a directory of random files, and in turn hashes the same files by a bare loop: as many threads, each of which
 * takes the next file, reads it in pieces of 128 KiB and updates the JDK's SHA-256. The files should fit the page cache; a
 * round before the counted ones fills it. Prints each round and the medians, checking the signature once. The directory is
 * kept for the next run, unless its files have another size.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.ModelHashing DIRECTORY [MIB [THREADS
 * [ROUNDS]]]}
 */
public final class ModelHashing {
    private static final int FILES = 16;
    private static final int PIECE_BYTES = 128 * 1024;
    private static final int DEFAULT_MIB = 4096;
    private static final int DEFAULT_THREADS = 2;
    private static final int DEFAULT_ROUNDS = 5;

    private ModelHashing() {}

    /**
     * Signs and hashes in turn.
     *
     * @param args the model's directory; MiB; threads; rounds
     * @throws IOException if a file fails
     * @throws InterruptedException if interrupted
     * @throws ExecutionException if the bare loop fails
     */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        Path model = Path.of(args[0]);
        int mib = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_MIB;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_THREADS;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : DEFAULT_ROUNDS;
        List<Path> files = files(Files.createDirectories(model), mib);
        Path signature = model.resolve("model.sig");
        KeyPair keys = SigningKeys.generate();
        ModelSigner signer = ModelSigner.key(keys).threads(threads);
        double[] signing = new double[rounds];
        double[] bare = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double bareSeconds = bare(files, threads);
            long start = System.nanoTime();
            signer.sign(model, signature);
            double signSeconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "round %d: sign %.3f s, bare %.3f s%s%n",
                    round + 1, signSeconds, bareSeconds, round < 0 ? " (not counted)" : "");
            if (round >= 0) {
                signing[round] = signSeconds;
                bare[round] = bareSeconds;
            }
        }
        try (VerifiedModel verified = ModelVerifier.trusting(keys.getPublic()).load(model, signature)) {
            System.out.printf("%d files verified%n", verified.names().size());
        }
        report(mib, threads, median(signing), median(bare));
    }

    private static void report(int mib, int threads, double signing, double bare) {
        double megabytes = mib * 1.048576;
        System.out.printf(
                "%d MiB, %d threads, medians: sign %.3f s (%.0f MB/s), bare loop %.3f s (%.0f MB/s); signing reaches %.2f of"
                        + " the loop%n",
                mib, threads, signing, megabytes / signing, bare, megabytes / bare, bare / signing);
    }

    private static double bare(List<Path> files, int threads) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            List<Future<byte[]>> digests = new ArrayList<>();
            for (Path file : files) {
                digests.add(pool.submit(() -> digest(file)));
            }
            for (Future<byte[]> digest : digests) {
                digest.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } finally {
            pool.shutdown();
        }
    }

    private static byte[] digest(Path file) throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                sha256.update(piece, 0, read);
            }
        }
        return sha256.digest();
    }

    private static List<Path> files(Path model, int mib) throws IOException {
        long size = ((long) mib << 20) / FILES;
        byte[] piece = new byte[1 << 20];
        Random random = new Random(2);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            Path file = model.resolve("shard-%02d.bin".formatted(i));
            files.add(file);
            if (!Files.exists(file) || Files.size(file) != size) {
                try (OutputStream out = Files.newOutputStream(file)) {
                    for (long written = 0; written < size; written += piece.length) {
                        random.nextBytes(piece);
                        out.write(piece, 0, (int) Math.min(piece.length, size - written));
                    }
                }
            }
        }
        return files;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
