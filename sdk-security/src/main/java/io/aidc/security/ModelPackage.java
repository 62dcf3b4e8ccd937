package io.aidc.security;

import io.aidc.security.internal.NewDirectory;
import io.aidc.security.internal.Printable;
import io.aidc.security.seal.SealedChannel;
import io.aidc.security.signing.ModelFiles;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SignatureFiles;
import io.aidc.security.signing.VerifiedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model whose every file is sealed and whose signature covers the plaintext: a directory for anybody's disk, bucket or
 * backup, which is verified as it is loaded, with no plaintext on the disk.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="package"}
 *
 * <p>Writing signs the plaintext together with the package's name, and seals every file and the signature. So the recipients
 * can be replaced ({@link Vault#rewrap}) without signing again, and nobody learns digests of the plaintext. Opening checks,
 * in one call, that the vault's keys open the signature, that the verifier's policy accepts it for this name, and that no
 * file is missing or was added. Content is decrypted and compared with the signature as it is read: the buffer that was
 * compared is the buffer that is handed out. A model that was signed by {@linkplain ModelSigner#shards shards} can be read in
 * ranges, such as one tensor of a file of many GiB; only what holds the range is decrypted.
 *
 * <p>File {@code a/b} lies in {@code a/b.sealed}, bound to the name of the package, a slash, and its own. The signature lies
 * in {@code model.sig.sealed}, a second one in {@code model.sig.mldsa65.sealed}. Names and lengths of files stand in the
 * clear. An older package of the same name in place of a newer one is not noticed.
 *
 * <p><em>Thread-safe: it keeps no state.</em>
 *
 * @see <a href="https://github.com/sigstore/model-transparency">OpenSSF model signing</a>
 */
public final class ModelPackage {
    private static final String SEALED = ".sealed";
    private static final String SINGLE_FILE = ".";
    private static final String SIGNATURE = "model.sig";
    private static final String SECOND_SIGNATURE = "model.sig.mldsa65";
    private static final int MAX_SIGNATURE_BYTES = 64 * 1024 * 1024;

    private final Vault vault;
    private final String name;

    private ModelPackage(Vault vault, String name) {
        this.vault = vault;
        this.name = name;
    }

    /**
     * Names a package and says whose keys seal or open it.
     *
     * @param vault stays the caller's to close
     * @param name such as {@code models/fraud/7}; with a slash and the name of a file at most 1024 bytes in UTF-8
     * @return writes or opens packages of that name
     * @throws IllegalArgumentException if the name is empty
     */
    public static ModelPackage of(Vault vault, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        return new ModelPackage(Objects.requireNonNull(vault, "vault"), name);
    }

    /**
     * Signs and seals a model from the file system. Cost: every file is read twice.
     *
     * @param model a directory without symbolic links; what the signer ignores is left out; stays as it is
     * @param signer signs, by shards if ranges are to be read
     * @param target must not exist; appears whole
     * @throws ModelRejectedException if the model holds symbolic links or unsafe names, or an empty file and is signed by shards
     * @throws VaultIoException if reading or writing fails, or the target exists; there is no target then
     */
    public void write(Path model, ModelSigner signer, Path target) {
        write(ModelFiles.at(model), signer, target);
    }

    /**
     * Signs and seals a model held in memory, which so never touches the disk in the clear.
     *
     * @param contents buffers by file name, with {@code /}, each from its position to its limit; none moves
     * @param signer signs, by shards if ranges are to be read
     * @param target must not exist; appears whole
     * @throws ModelRejectedException if names are unsafe, or a file is empty and the model signed by shards
     * @throws VaultIoException if writing fails, or the target exists; there is no target then
     */
    public void write(Map<String, ByteBuffer> contents, ModelSigner signer, Path target) {
        write(ModelFiles.of(contents), signer, target);
    }

    /**
     * Signs and seals a model from anywhere. Cost: every file is read twice.
     *
     * @param files the model
     * @param signer signs, by shards if ranges are to be read
     * @param target must not exist; appears whole
     * @throws ModelRejectedException if names are unsafe, or a file is empty and the model signed by shards
     * @throws VaultIoException if reading or writing fails, or the target exists; there is no target then
     */
    public void write(ModelFiles files, ModelSigner signer, Path target) {
        SignatureFiles signature = signer.sign(files, name);
        try (NewDirectory directory = NewDirectory.beside(target)) {
            for (String file : files.names()) {
                if (signer.covers(file)) {
                    seal(files, file, signer, sealedPath(directory.path(), file));
                }
            }
            seal(signature.bundle(), SIGNATURE, directory.path());
            if (signature.mlDsaBundle().length > 0) {
                seal(signature.mlDsaBundle(), SECOND_SIGNATURE, directory.path());
            }
            directory.publish();
        } catch (IOException e) {
            throw new VaultIoException("Cannot write model package " + target, e);
        }
    }

    /**
     * Opens a package and gives access to its files. Cost: the signature is decrypted and checked, and the files are listed;
     * content is decrypted as it is read.
     *
     * @param directory a package
     * @param verifier says whom to trust, and whether both signatures are needed; without {@code named}, which is set here: the
     *     signed name must be the package's
     * @return the model, the caller's to close, before the vault
     * @throws UnsealException if a file does not open; of content only when it is read
     * @throws ModelRejectedException if the signature is missing, malformed, wrong, not trusted, or for another name
     * @throws ModelMismatchException if files are missing or were added; of content only when it is read
     * @throws VaultIoException if a file cannot be read
     */
    public VerifiedModel open(Path directory, ModelVerifier verifier) {
        if (!Files.isDirectory(directory)) {
            throw new VaultIoException(
                    "Cannot open model package " + directory, new NotDirectoryException(directory.toString()));
        }
        if (!Files.exists(sealedPath(directory, SIGNATURE))) {
            throw new ModelRejectedException(
                    ModelRejectedException.Reason.MALFORMED_BUNDLE,
                    "Model package %s has no %s%s".formatted(directory, SIGNATURE, SEALED));
        }
        SignatureFiles signature =
                new SignatureFiles(signature(directory, SIGNATURE), signature(directory, SECOND_SIGNATURE));
        return verifier.named(name).open(new PackageFiles(directory), signature);
    }

    private void seal(ModelFiles files, String file, ModelSigner signer, Path target) throws IOException {
        if (file.equals(SIGNATURE) || file.equals(SECOND_SIGNATURE) || file.equals(SINGLE_FILE)) {
            throw new ModelRejectedException(
                    ModelRejectedException.Reason.UNSAFE_NAME,
                    file.equals(SINGLE_FILE)
                            ? "A model to be packaged must be a directory, or buffers by name"
                            : "A file of a model package cannot be called %s".formatted(file));
        }
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (SeekableByteChannel content = files.open(file)) {
            if (signer.signsByShards() && content.size() == 0) {
                throw new ModelRejectedException(
                        ModelRejectedException.Reason.UNSAFE_FILE,
                        "%s is empty, and would be lost: signatures by shards do not cover empty files"
                                .formatted(Printable.of(file)));
            }
            vault.seal(content, target, member(file));
        }
    }

    private void seal(byte[] content, String file, Path directory) {
        vault.seal(ByteBuffer.wrap(content), member(file)).writeTo(sealedPath(directory, file));
    }

    private byte[] signature(Path directory, String file) {
        Path sealed = sealedPath(directory, file);
        if (!Files.exists(sealed)) {
            return new byte[0];
        }
        try (SealedChannel content = vault.channel(sealed, member(file))) {
            if (content.size() > MAX_SIGNATURE_BYTES) {
                throw new ModelRejectedException(
                        ModelRejectedException.Reason.MALFORMED_BUNDLE,
                        "A signature file must be at most %d bytes long, got %d"
                                .formatted(MAX_SIGNATURE_BYTES, content.size()));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
            content.read(bytes);
            return bytes.array();
        } catch (IOException e) {
            throw new VaultIoException("Cannot read signature " + sealed, e);
        }
    }

    private String member(String file) {
        return name + "/" + file;
    }

    private static Path sealedPath(Path directory, String file) {
        return directory.resolve(file + SEALED);
    }

    /** The plaintext of a package's files, decrypted where it is read. */
    private final class PackageFiles implements ModelFiles {
        private final Path directory;

        PackageFiles(Path directory) {
            this.directory = directory;
        }

        @Override
        public List<String> names() throws IOException {
            List<String> names = new ArrayList<>();
            for (String file : ModelFiles.at(directory).names()) {
                if (!file.endsWith(SEALED)) {
                    throw new ModelRejectedException(
                            ModelRejectedException.Reason.UNSAFE_FILE,
                            "Model package %s holds %s, which is not sealed".formatted(directory, Printable.of(file)));
                }
                String plain = file.substring(0, file.length() - SEALED.length());
                if (!plain.equals(SIGNATURE) && !plain.equals(SECOND_SIGNATURE)) {
                    names.add(plain);
                }
            }
            return names;
        }

        @Override
        public SeekableByteChannel open(String file) {
            return vault.channel(sealedPath(directory, file), member(file));
        }
    }
}
