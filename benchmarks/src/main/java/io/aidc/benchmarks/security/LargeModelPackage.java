package io.aidc.benchmarks.security;

import io.aidc.security.ModelPackage;
import io.aidc.security.Vault;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.signing.MlDsaKeyPair;
import io.aidc.security.signing.MlDsaLevel;
import io.aidc.security.signing.ModelFiles;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Random;

/**
 * Can a model with more weights than one buffer holds be packed, and one tensor be loaded from it, in little memory?
 *
 * <p>Packs a model whose {@code weights.bin} has as many GiB as asked for (made up on the fly), signed with ECDSA and
 * ML-DSA-65 by shards of 4 MiB, then reads tensors of 16 MiB at random places, those at the end and across 2 GiB among them,
 * each decrypted, compared with the signature and with what was packed.
 *
 * <p>{@code java -Xmx192m -XX:MaxDirectMemorySize=128m -cp benchmarks/target/benchmarks.jar
 * io.aidc.benchmarks.security.LargeModelPackage DIRECTORY [GiB, 3 by default]}
 */
public final class LargeModelPackage {
    private static final int SHARD = 4 << 20;
    private static final int TENSOR = 16 << 20;
    private static final int TENSORS = 50;
    private static final String NAME = "models/large/1";
    private static final String WEIGHTS = "weights.bin";

    private LargeModelPackage() {}

    /**
     * Runs.
     *
     * @param args the directory, which gets a package of that size; GiB
     * @throws IOException if the disk fails
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        long size = (args.length > 1 ? Long.parseLong(args[1]) : 3) << 30;
        Path ring = directory.resolve("ring");
        Path target = directory.resolve("package");
        char[] passphrase = "benchmark".toCharArray();
        KeyRing.create(ring, passphrase).close();
        KeyPair keys = SigningKeys.generate();
        try (Vault vault = Vault.builder().keyStore(ring, passphrase).threads(2).open();
                MlDsaKeyPair second = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65)) {
            ModelSigner signer =
                    ModelSigner.key(keys).alsoWith(second).shards(SHARD).threads(2);
            long start = System.nanoTime();
            ModelPackage.of(vault, NAME).write(new Generated(size), signer, target);
            System.out.printf("packed %d bytes in %.1f s%n", size, seconds(start));
            ModelVerifier verifier = ModelVerifier.trusting(keys.getPublic()).andRequiring(second.publicKey());
            start = System.nanoTime();
            try (VerifiedModel model = ModelPackage.of(vault, NAME).open(target, verifier)) {
                System.out.printf("opened in %.3f s%n", seconds(start));
                readTensors(model, size);
            }
        }
    }

    private static void readTensors(VerifiedModel model, long size) {
        Random random = new Random(1);
        long start = System.nanoTime();
        for (int i = 0; i < TENSORS; i++) {
            long offset = switch (i) {
                case 0 -> size - TENSOR;
                case 1 -> (1L << 31) - TENSOR / 2;
                default -> (long) (random.nextDouble() * (size - TENSOR));
            };
            try (SecretBytes tensor = model.readSecret(WEIGHTS, offset, TENSOR)) {
                ByteBuffer content = tensor.buffer();
                for (int at = 0; at < TENSOR; at += 4099) {
                    if (content.get(at) != Generated.at(offset + at)) {
                        throw new AssertionError("another byte at " + (offset + at));
                    }
                }
            }
        }
        double each = seconds(start) / TENSORS;
        System.out.printf("read %d tensors of %d MiB, %.1f ms each%n", TENSORS, TENSOR >> 20, 1000 * each);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** A model of one file, whose bytes follow from where they are. */
    private record Generated(long size) implements ModelFiles {
        static byte at(long position) {
            return (byte) (position ^ position >>> 8 ^ position >>> 20);
        }

        @Override
        public List<String> names() {
            return List.of(WEIGHTS);
        }

        @Override
        public SeekableByteChannel open(String name) {
            return new Channel(size);
        }
    }

    /** Reads what {@link Generated} says. */
    private static final class Channel implements SeekableByteChannel {
        private final long size;
        private long position;

        Channel(long size) {
            this.size = size;
        }

        @Override
        public int read(ByteBuffer target) {
            int length = (int) Math.min(target.remaining(), size - position);
            for (int i = 0; i < length; i++) {
                target.put(Generated.at(position++));
            }
            return length <= 0 ? -1 : length;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long newSize) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
