package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.TlsMaterialException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.PemBlock;
import io.aidc.security.internal.PemBlocks;
import io.aidc.security.internal.PemException;
import io.aidc.security.internal.Printable;
import io.aidc.security.internal.SecretInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of one file, read once: what is compared with the last ones is what is parsed. */
final class PemFile implements AutoCloseable {
    /** How much a private key may be. */
    static final int MAX_KEY_BYTES = 64 * 1024;

    /** How much a chain or a list of authorities may be. */
    static final int MAX_CERTIFICATES_BYTES = 1024 * 1024;

    private static final int MAX_BLOCKS = 64;

    private final Path path;
    private final byte[] text;

    private PemFile(Path path, byte[] text) {
        this.path = path;
        this.text = text;
    }

    static PemFile read(Path path, int maxBytes) {
        byte[] text;
        try (InputStream in = Files.newInputStream(path)) {
            text = SecretInput.read(in, maxBytes);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read TLS file " + Printable.of(path.toString()), e);
        }
        PemFile file = new PemFile(path, text);
        if (text.length > maxBytes) {
            file.close();
            throw file.refused(Reason.OVER_LIMIT, "must be at most %d bytes long".formatted(maxBytes), null);
        }
        return file;
    }

    Path path() {
        return path;
    }

    String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing in this JVM", e);
        }
    }

    List<PemBlock> blocks() {
        try {
            return PemBlocks.read(text, MAX_BLOCKS);
        } catch (PemException e) {
            Reason reason = e.fault() == PemException.Fault.TOO_MANY ? Reason.OVER_LIMIT : Reason.UNREADABLE;
            throw refused(reason, String.valueOf(e.getMessage()), e);
        }
    }

    TlsMaterialException refused(Reason reason, String detail, @Nullable Throwable cause) {
        return new TlsMaterialException(reason, path, detail, cause);
    }

    /** Overwrites the bytes, which may be a key. */
    @Override
    public void close() {
        Arrays.fill(text, (byte) 0);
    }
}
