package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file of a pair of HPKE keys, version 1, big-endian, 144 bytes: {@code "AIDCHPKE"}, u8 version, u16 key encapsulation,
 * then the seed in a {@link PassphraseBox} bound to what stands before.
 */
final class HpkeKeyFile {
    private static final byte[] MAGIC = "AIDCHPKE".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int PREFIX_BYTES = 11;
    private static final int BYTES = PREFIX_BYTES + PassphraseBox.OVERHEAD_BYTES + HpkeKem.SEED_BYTES;

    private HpkeKeyFile() {}

    static void create(Path file, HpkeSuite suite, byte[] seed, char[] passphrase, PassphraseCost cost) {
        byte[] prefix = ByteBuffer.allocate(PREFIX_BYTES)
                .put(MAGIC)
                .put((byte) VERSION)
                .putShort((short) suite.kem())
                .array();
        if (Files.exists(file)) {
            throw exists(file);
        }
        byte[] box = PassphraseBox.seal(passphrase, seed, prefix, cost);
        try {
            AtomicFile.create(file, AtomicFile.Access.OWNER, out -> {
                out.write(prefix);
                out.write(box);
            });
        } catch (VaultIoException e) {
            throw e.getCause() instanceof FileAlreadyExistsException ? exists(file) : e;
        }
    }

    static HpkeKeyPair open(Path file, char[] passphrase, PassphraseCost limit) {
        byte[] bytes = read(file);
        byte[] prefix = Arrays.copyOf(bytes, PREFIX_BYTES);
        HpkeSuite suite = suite(file, ByteBuffer.wrap(prefix));
        try {
            byte[] box = Arrays.copyOfRange(bytes, PREFIX_BYTES, BYTES);
            return HpkeKeyPair.ofSeed(suite, PassphraseBox.open(passphrase, box, prefix, limit));
        } catch (UnsealException e) {
            throw new KeyRingException(Reason.NOT_OPENED, file, "wrong passphrase, or the file was changed");
        } catch (MalformedSealException e) {
            throw new KeyRingException(
                    e.reason() == MalformedSealException.Reason.OVER_LIMIT ? Reason.OVER_LIMIT : Reason.NOT_A_KEY_RING,
                    file,
                    String.valueOf(e.getMessage()));
        }
    }

    private static KeyRingException exists(Path file) {
        return new KeyRingException(Reason.EXISTS, file, "exists; a key pair is never overwritten");
    }

    private static byte[] read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES + 1);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read key pair " + file, e);
        }
        if (bytes.length != BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new KeyRingException(Reason.NOT_A_KEY_RING, file, "is not a key pair");
        }
        return bytes;
    }

    private static HpkeSuite suite(Path file, ByteBuffer prefix) {
        int version = prefix.get(MAGIC.length);
        int kem = Short.toUnsignedInt(prefix.getShort(MAGIC.length + 1));
        for (HpkeSuite suite : HpkeSuite.values()) {
            if (version == VERSION && suite.kem() == kem) {
                return suite;
            }
        }
        throw new KeyRingException(
                Reason.NOT_A_KEY_RING,
                file,
                "has version %d and key encapsulation 0x%04x; known are 1, and 0x647a and 0x0020"
                        .formatted(version, kem));
    }
}
