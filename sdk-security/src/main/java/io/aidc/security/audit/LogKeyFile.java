package io.aidc.security.audit;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.keys.InsecureDataKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file of a log's key, version 1: {@code "AIDCLOGK"}, u8 version, u8 length of the name, the name in UTF-8, then the seed
 * of 32 bytes under the passphrase ({@link InsecureDataKeys}), bound to what stands before.
 */
final class LogKeyFile {
    private static final byte[] MAGIC = "AIDCLOGK".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = MAGIC.length + 2;
    private static final int BOX_BYTES = 101 + LogSigner.SEED_BYTES;
    private static final int MAX_BYTES = HEAD_BYTES + LogSigner.MAX_NAME_BYTES + BOX_BYTES;

    private LogKeyFile() {}

    static void create(Path file, String name, byte[] seed, char[] passphrase) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ByteBuffer.allocate(HEAD_BYTES + utf8.length)
                .put(MAGIC)
                .put((byte) VERSION)
                .put((byte) utf8.length)
                .put(utf8)
                .array();
        if (Files.exists(file)) {
            throw exists(file);
        }
        byte[] box = InsecureDataKeys.wrap(passphrase, seed, prefix);
        try {
            AtomicFile.create(file, AtomicFile.Access.OWNER, out -> {
                out.write(prefix);
                out.write(box);
            });
        } catch (VaultIoException e) {
            throw e.getCause() instanceof FileAlreadyExistsException ? exists(file) : e;
        }
    }

    static LogSigner open(Path file, char[] passphrase) {
        byte[] bytes = read(file);
        int nameBytes = Byte.toUnsignedInt(bytes[HEAD_BYTES - 1]);
        byte[] prefix = Arrays.copyOf(bytes, HEAD_BYTES + nameBytes);
        byte[] box = Arrays.copyOfRange(bytes, prefix.length, bytes.length);
        String name = new String(prefix, HEAD_BYTES, nameBytes, StandardCharsets.UTF_8);
        try {
            return LogSigner.ofSeed(name, InsecureDataKeys.unwrap(passphrase, box, prefix));
        } catch (UnsealException e) {
            throw new KeyRingException(Reason.NOT_OPENED, file, "wrong passphrase, or the file was changed");
        } catch (MalformedSealException e) {
            throw new KeyRingException(
                    e.reason() == MalformedSealException.Reason.OVER_LIMIT ? Reason.OVER_LIMIT : Reason.NOT_A_KEY_RING,
                    file,
                    String.valueOf(e.getMessage()));
        }
    }

    private static byte[] read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read log key " + file, e);
        }
        boolean ours = bytes.length > HEAD_BYTES && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        if (!ours) {
            throw new KeyRingException(Reason.NOT_A_KEY_RING, file, "is not the key of a log");
        }
        int nameBytes = Byte.toUnsignedInt(bytes[HEAD_BYTES - 1]);
        if (bytes[MAGIC.length] != VERSION || bytes.length != HEAD_BYTES + nameBytes + BOX_BYTES) {
            throw new KeyRingException(
                    Reason.NOT_A_KEY_RING,
                    file,
                    "has version %d and %d bytes, expected version %d and %d bytes"
                            .formatted(bytes[MAGIC.length], bytes.length, VERSION, HEAD_BYTES + nameBytes + BOX_BYTES));
        }
        return bytes;
    }

    private static KeyRingException exists(Path file) {
        return new KeyRingException(Reason.EXISTS, file, "exists; a key is never overwritten");
    }
}
