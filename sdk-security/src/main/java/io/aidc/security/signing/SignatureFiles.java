package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The signature of a model as the bytes of its files: the bundle which every tool of the format reads, and the second one with
 * a post-quantum signature over the same payload.
 *
 * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="files"}
 *
 * <p><em>Immutable.</em>
 *
 * @param bundle the signature file, at most 64 MiB; copied
 * @param mlDsaBundle the file beside it, at most 64 MiB, or no bytes where there is none; copied
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record SignatureFiles(byte[] bundle, byte[] mlDsaBundle) {
    /** What the name of the second file has more than that of the first. */
    static final String SECOND_SUFFIX = ".mldsa65";

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    /**
     * Copies the bytes.
     *
     * @throws IllegalArgumentException if there are too many
     */
    public SignatureFiles {
        if (Math.max(bundle.length, mlDsaBundle.length) > MAX_BYTES) {
            throw new IllegalArgumentException("a signature file must be at most %d bytes long, got %d"
                    .formatted(MAX_BYTES, Math.max(bundle.length, mlDsaBundle.length)));
        }
        bundle = bundle.clone();
        mlDsaBundle = mlDsaBundle.clone();
    }

    /**
     * Takes a signature without a second file.
     *
     * @param bundle the signature file, at most 64 MiB; copied
     * @throws IllegalArgumentException if it is longer
     */
    public SignatureFiles(byte[] bundle) {
        this(bundle, new byte[0]);
    }

    /**
     * Reads a signature file, and the one beside it whose name ends in {@code .mldsa65} if it is there.
     *
     * @param signatureFile the signature file
     * @return its bytes
     * @throws ModelRejectedException if a file is too long
     * @throws VaultIoException if the file system fails
     */
    public static SignatureFiles read(Path signatureFile) {
        try {
            Path second = second(signatureFile);
            return new SignatureFiles(bytes(signatureFile), Files.exists(second) ? bytes(second) : new byte[0]);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read signature " + signatureFile, e);
        }
    }

    /** Reads a signature file and not the one beside it. */
    static SignatureFiles readFirst(Path signatureFile) {
        try {
            return new SignatureFiles(bytes(signatureFile));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read signature " + signatureFile, e);
        }
    }

    /**
     * Writes the signature file, and before it the second one, if there is one, beside it. Each appears whole, and replaces
     * one that was there. A verifier that wants both and reads between the two renames sees signatures that do not belong
     * together, and says so.
     *
     * @param signatureFile where to; the second file has the same name and {@code .mldsa65}
     * @throws VaultIoException if the file system fails
     * @throws IllegalArgumentException if something is there that is no signature, such as a file of the model
     */
    public void write(Path signatureFile) {
        write(signatureFile, AtomicFile.Access.UMASK);
    }

    void write(Path signatureFile, AtomicFile.Access access) {
        requireReplaceable(signatureFile);
        if (mlDsaBundle.length > 0) {
            requireReplaceable(second(signatureFile));
            AtomicFile.replace(second(signatureFile), access, out -> out.write(mlDsaBundle));
        }
        AtomicFile.replace(signatureFile, access, out -> out.write(bundle));
    }

    /**
     * Returns the signature file.
     *
     * @return a copy of its bytes
     */
    @Override
    public byte[] bundle() {
        return bundle.clone();
    }

    /**
     * Returns the file beside it.
     *
     * @return a copy of its bytes, none if there is no second signature
     */
    @Override
    public byte[] mlDsaBundle() {
        return mlDsaBundle.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignatureFiles that
                && Arrays.equals(bundle, that.bundle)
                && Arrays.equals(mlDsaBundle, that.mlDsaBundle);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bundle) + Arrays.hashCode(mlDsaBundle);
    }

    /** Shows sizes only. */
    @Override
    public String toString() {
        return "SignatureFiles[bundle=%d bytes, mlDsaBundle=%d bytes]".formatted(bundle.length, mlDsaBundle.length);
    }

    private static void requireReplaceable(Path file) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
            if (!text.isEmpty() && !text.contains("\"dsseEnvelope\"")) {
                throw new IllegalArgumentException("%s is no signature file, and is not overwritten".formatted(file));
            }
        } catch (IOException e) {
            throw new VaultIoException("Cannot read " + file, e);
        }
    }

    private static Path second(Path signatureFile) {
        return signatureFile.resolveSibling(signatureFile.getFileName() + SECOND_SUFFIX);
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ModelRejectedException(
                        Reason.MALFORMED_BUNDLE,
                        "Signature file %s is longer than %d bytes".formatted(file, MAX_BYTES));
            }
            return bytes;
        }
    }
}
