package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Signs models: one signature over the SHA-256 digests of all files, in a file of the OpenSSF model signing format v1.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="sign"}
 *
 * <p>The signature is ECDSA with the hash that belongs to the curve: P-256 with SHA-256, P-384 with SHA-384, P-521 with
 * SHA-512. The files are read, not changed. Not covered, and recorded as such: {@code .git}, {@code .gitattributes},
 * {@code .github}, {@code .gitignore}, the signature file if it lies inside the model, and what {@link #ignoring} names.
 * Empty directories, times and permissions are not covered either.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://github.com/sigstore/model-transparency">OpenSSF model signing</a>
 * @see <a href="https://github.com/secure-systems-lab/dsse">DSSE v1, the envelope</a>
 */
public final class ModelSigner {
    private static final byte[] PROBE = "do these keys belong together?".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey privateKey;
    private final Trust.Key publicKey;
    private final Set<String> ignored;

    private ModelSigner(PrivateKey privateKey, Trust.Key publicKey, Set<String> ignored) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.ignored = ignored;
    }

    /**
     * Returns a signer for a key pair. The private key may be a handle to hardware.
     *
     * @param pair on P-256, P-384 or P-521; {@link SigningKeys} makes and reads them
     * @return the signer
     * @throws IllegalArgumentException if the keys are of another kind or do not belong together
     */
    public static ModelSigner key(KeyPair pair) {
        ModelSigner signer = new ModelSigner(
                Objects.requireNonNull(pair.getPrivate(), "private key"), Trust.Key.of(pair.getPublic()), Set.of());
        if (!signer.curve().verifies(signer.publicKey.key(), PROBE, signer.signature(PROBE))) {
            throw new IllegalArgumentException("private and public key do not belong together");
        }
        return signer;
    }

    /**
     * Leaves files out of the signature. They are then unauthenticated: {@link VerifiedModel} never opens them.
     *
     * @param paths relative to the model, with {@code /}; a directory stands for all below it
     * @return another signer
     * @throws IllegalArgumentException if a path is absolute or leaves the model
     */
    public ModelSigner ignoring(String... paths) {
        Set<String> more = new LinkedHashSet<>(ignored);
        for (String path : paths) {
            if (!ResourceName.isPlain(path)) {
                throw new IllegalArgumentException("path must be relative and without '.' and '..', got " + path);
            }
            more.add(path);
        }
        return new ModelSigner(privateKey, publicKey, Set.copyOf(more));
    }

    /**
     * Signs a model as it is now. Cost: every file is read once. The signature file appears whole; one that was there is
     * replaced.
     *
     * @param model a directory or a single file
     * @param signatureFile where to put the signature, inside the model or elsewhere
     * @throws ModelRejectedException if the model holds symbolic links, or names that are unsafe or differ only by case
     * @throws VaultIoException if reading or writing fails
     */
    public void sign(Path model, Path signatureFile) {
        byte[] payload;
        try {
            ModelTree tree = new ModelTree(model, signatureFile);
            payload = statement(tree).toJson().text().getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read model " + model, e);
        }
        byte[] signature = signature(Dsse.preAuthenticationEncoding(Statement.PAYLOAD_TYPE, payload));
        byte[] bundle = Bundle.encode(payload, signature, publicKey.hint());
        AtomicFile.replace(signatureFile, AtomicFile.Access.UMASK, out -> out.write(bundle));
    }

    private Statement statement(ModelTree tree) throws IOException {
        Set<String> notCovered = tree.ignoring(ignored);
        List<String> names = tree.names(notCovered);
        if (!tree.isSingleFile()) {
            ResourceName.check(names);
        }
        return new Statement(tree.name(), tree.digests(names), tree.isSingleFile() ? Set.of() : notCovered, false);
    }

    private Curve curve() {
        return Curve.of(publicKey.key()).orElseThrow();
    }

    private byte[] signature(byte[] message) {
        try {
            Signature signer = Signature.getInstance(curve().algorithm());
            signer.initSign(privateKey);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the private key cannot sign with " + curve().algorithm(), e);
        }
    }
}
