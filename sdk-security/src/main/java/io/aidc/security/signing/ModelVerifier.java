package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks models against signatures of the OpenSSF model signing format v1, and loads what was checked.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="verify"}
 *
 * <p>Who is trusted is said here, never by the signature file. Every signed file is hashed; missing, changed and unsigned
 * files are listed in {@link ModelMismatchException}. Symbolic links are refused, even where the signer followed them.
 * Handled are signatures with a key or a certificate chain, serialisation by {@code files}, SHA-256, P-256, P-384 and P-521;
 * other ones are named as unsupported. What shall be handed to a runtime should come from {@link VerifiedModel#read}: a file
 * opened again by its path may be another one by then.
 *
 * <p>A signature file may be 64 MiB long, and list some 250&nbsp;000 files; a larger one is refused. A signature does not
 * expire, and an older signed model in place of a newer one is not noticed.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://github.com/sigstore/model-transparency">OpenSSF model signing</a>
 */
public final class ModelVerifier {
    private static final int MAX_SIGNATURE_BYTES = 64 * 1024 * 1024;

    private final Trust trust;
    private final boolean unsignedIgnored;

    private ModelVerifier(Trust trust, boolean unsignedIgnored) {
        this.trust = trust;
        this.unsignedIgnored = unsignedIgnored;
    }

    /**
     * Trusts signatures of one key.
     *
     * @param key on P-256, P-384 or P-521
     * @return the verifier
     * @throws IllegalArgumentException if the key is of another kind
     */
    public static ModelVerifier trusting(PublicKey key) {
        return new ModelVerifier(Trust.Key.of(key), false);
    }

    /**
     * Trusts signatures made with certificates that lead to one of these. The chain is checked (PKIX) as of the moment the
     * signer's certificate began to be valid, so that signatures outlive certificates; revocation is not checked. The
     * signer's certificate must be for digital signatures or code signing.
     *
     * @param roots at least one
     * @return the verifier
     * @throws IllegalArgumentException if there is none
     */
    public static ModelVerifier trustingRoots(X509Certificate... roots) {
        if (roots.length == 0) {
            throw new IllegalArgumentException("roots must be one at least, got none");
        }
        return new ModelVerifier(new Trust.Roots(Set.of(roots)), false);
    }

    /**
     * Lets files be present that are not signed. They stay unauthenticated: {@link VerifiedModel} never opens them.
     *
     * @return another verifier
     */
    public ModelVerifier ignoringUnsignedFiles() {
        return new ModelVerifier(trust, true);
    }

    /**
     * Checks a model and gives access to its files. Cost: every signed file is read once.
     *
     * @param model a directory or a single file
     * @param signatureFile its signature, inside the model or elsewhere
     * @return the model, the caller's to close
     * @throws ModelRejectedException if the signature is malformed, wrong or not trusted, or the model holds symbolic
     *     links
     * @throws ModelMismatchException if files are missing, changed or not signed
     * @throws VaultIoException if a file cannot be read
     */
    public VerifiedModel load(Path model, Path signatureFile) {
        try {
            Bundle bundle = Bundle.parse(readSignature(signatureFile));
            ECPublicKey key = trust.keyFor(bundle.signer());
            if (!Curve.of(key).orElseThrow().verifies(key, bundle.signedBytes(), bundle.signature())) {
                throw new ModelRejectedException(
                        Reason.BAD_SIGNATURE, "The signature in %s is not valid".formatted(signatureFile));
            }
            Statement statement = Statement.parse(bundle.payload());
            ModelTree tree = new ModelTree(model, signatureFile);
            compare(model, tree, statement);
            return new VerifiedModel(tree, statement.digests());
        } catch (IOException e) {
            throw new VaultIoException("Cannot verify model " + model, e);
        }
    }

    private void compare(Path model, ModelTree tree, Statement statement) throws IOException {
        Map<String, String> signed = statement.digests();
        Set<String> extra = new LinkedHashSet<>(tree.names(tree.ignoring(statement.ignored())));
        List<String> missing = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, String> entry : signed.entrySet()) {
            Path file = tree.resolve(entry.getKey());
            extra.remove(entry.getKey());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                missing.add(entry.getKey());
            } else if (!Sha256.ofFile(file).equals(entry.getValue())) {
                changed.add(entry.getKey());
            }
        }
        if (unsignedIgnored) {
            extra.clear();
        }
        if (!missing.isEmpty() || !extra.isEmpty() || !changed.isEmpty()) {
            throw new ModelMismatchException(model.toString(), missing, List.copyOf(extra), changed);
        }
    }

    private static byte[] readSignature(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIGNATURE_BYTES + 1);
            if (bytes.length > MAX_SIGNATURE_BYTES) {
                throw new ModelRejectedException(
                        Reason.MALFORMED_BUNDLE,
                        "Signature file %s is longer than %d bytes".formatted(file, MAX_SIGNATURE_BYTES));
            }
            return bytes;
        }
    }
}
