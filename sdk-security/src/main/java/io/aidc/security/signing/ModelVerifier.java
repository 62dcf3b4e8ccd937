package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.VaultIoException;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Checks models against signatures of the OpenSSF model signing format v1, and loads what was checked.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="verify"}
 *
 * <p>Who is trusted is said here, never by the signature file. Missing and unsigned files are listed in
 * {@link ModelMismatchException}, changed ones too. {@code load} hashes every signed file before it returns; {@code open}
 * checks the signature and the names, and leaves the content to be checked as it is read, so that nothing is read twice:
 *
 * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="open"}
 *
 * <p>Handled are signatures with a key or a certificate chain on P-256, P-384 and P-521, serialisation by {@code files} and
 * by {@code shards}, SHA-256, BLAKE2b and BLAKE3; other ones are named as unsupported. What shall be handed to a runtime
 * should come from {@link VerifiedModel#read(String)}: a file opened again by its path may be another one by then. By shards,
 * an empty file has no digest: that it is there, or not, is not noticed, and it cannot be read.
 *
 * <p>A signature file may be 64 MiB long, and list some 250&nbsp;000 files or shards; a larger one is refused. A signature
 * does not expire, and an older signed model in place of a newer one is not noticed.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://github.com/sigstore/model-transparency">OpenSSF model signing</a>
 */
public final class ModelVerifier {
    private final Policy policy;
    private final Comparison comparison;
    private final Recorder recorder;

    private ModelVerifier(Policy policy, Comparison comparison, Recorder recorder) {
        this.policy = policy;
        this.comparison = comparison;
        this.recorder = recorder;
    }

    /**
     * Trusts signatures of one key.
     *
     * @param key on P-256, P-384 or P-521
     * @return the verifier
     * @throws IllegalArgumentException if the key is of another kind
     */
    public static ModelVerifier trusting(PublicKey key) {
        return new ModelVerifier(Policy.of(new Trust.Key(EcKey.of(key))), Comparison.STRICT, Recorder.NONE);
    }

    /**
     * Trusts signatures made with certificates that lead to one of these. The chain is checked (PKIX) as of the moment the
     * signer's certificate began to be valid, so that signatures outlive certificates; {@link #validAt} is stricter.
     * Revocation is not checked. The signer's certificate must be for digital signatures or code signing.
     *
     * @param roots at least one
     * @return the verifier
     * @throws IllegalArgumentException if there is none
     */
    public static ModelVerifier trustingRoots(X509Certificate... roots) {
        if (roots.length == 0) {
            throw new IllegalArgumentException("roots must be one at least, got none");
        }
        return new ModelVerifier(
                Policy.of(new Trust.Roots(Set.copyOf(List.of(roots)), null)), Comparison.STRICT, Recorder.NONE);
    }

    /**
     * Wants a second signature over the same statement, with ML-DSA-65, beside the first; one without the other is refused.
     *
     * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="hybrid"}
     *
     * @param key of {@link MlDsaLevel#ML_DSA_65}
     * @return another verifier
     * @throws IllegalArgumentException if the key is of another level
     * @throws IllegalStateException if there is a second key already
     */
    public ModelVerifier andRequiring(MlDsaPublicKey key) {
        if (policy.second() != null) {
            throw new IllegalStateException("andRequiring is chosen already");
        }
        return new ModelVerifier(policy.requiring(new MlDsaKey(key)), comparison, recorder);
    }

    /**
     * Checks certificates as of an instant, so that a signature whose chain has expired by then, or is not valid yet, is
     * refused. When a signature was made is not known; with the present instant it ends with the certificate.
     *
     * @param instant when every certificate of the chain must be valid
     * @return another verifier
     * @throws IllegalStateException if a key is trusted, or there is an instant already
     */
    public ModelVerifier validAt(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        if (!(policy.trust() instanceof Trust.Roots roots)) {
            throw new IllegalStateException("validAt is for certificates; a key is trusted here");
        }
        if (roots.at() != null) {
            throw new IllegalStateException("validAt(%s) is chosen already".formatted(roots.at()));
        }
        return new ModelVerifier(policy.trusting(new Trust.Roots(roots.roots(), instant)), comparison, recorder);
    }

    /**
     * Wants the signature to be of a model with this name, so that a validly signed other model is refused. Whoever signs a
     * {@code Path} signs its last part as the name.
     *
     * @param modelName the name that must be signed
     * @return another verifier
     * @throws IllegalStateException if there is a name already
     */
    public ModelVerifier named(String modelName) {
        Objects.requireNonNull(modelName, "modelName");
        if (policy.modelName() != null) {
            throw new IllegalStateException("named(%s) is chosen already".formatted(policy.modelName()));
        }
        return new ModelVerifier(policy.named(modelName), comparison, recorder);
    }

    /**
     * Accepts, too, what releases of the format before v1 wrote: envelopes encoded in their way, with SHA-256 under any
     * certificate, and statements in which nothing shows that an entry was removed. Each such signature is logged as a
     * warning. Meant for the time until those models are signed again.
     *
     * @return another verifier
     */
    public ModelVerifier allowLegacyV0() {
        return new ModelVerifier(policy.allowing(Statement.Versions.V1_AND_V0), comparison, recorder);
    }

    /**
     * Lets files be present that are not signed. They stay unauthenticated: {@link VerifiedModel} never opens them.
     *
     * @return another verifier
     */
    public ModelVerifier ignoringUnsignedFiles() {
        return new ModelVerifier(policy, comparison.ignoringUnsigned(), recorder);
    }

    /**
     * Follows symbolic links inside models whose signer did so and recorded it, out of the model too; what they lead to is
     * hashed as any other file. Loops are refused. Without this, and without that record, links are refused.
     *
     * @return another verifier
     */
    public ModelVerifier followingSymlinks() {
        return new ModelVerifier(policy, comparison.following(), recorder);
    }

    /**
     * Hashes several pieces at once, files or shards, on threads that end with the work or with {@link VerifiedModel#close}.
     *
     * @param threads how many work at once, the caller's included, &gt;= 1; the default is 1
     * @return another verifier
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if threads are chosen already
     */
    public ModelVerifier threads(int threads) {
        return new ModelVerifier(policy, comparison.with(comparison.effort().threads(threads)), recorder);
    }

    /**
     * Hashes several pieces at once, files or shards, on the caller's threads. The calling thread always takes part, so
     * that an executor which is busy or closed costs speed alone.
     *
     * @param executor never shut down here
     * @param threads how many work at once, the calling one included, &gt;= 1
     * @return another verifier
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if threads are chosen already
     */
    public ModelVerifier executor(Executor executor, int threads) {
        return new ModelVerifier(policy, comparison.with(comparison.effort().executor(executor, threads)), recorder);
    }

    /**
     * Tells how the hashing goes on.
     *
     * @param listener is given the number of further bytes hashed, a few times for each MiB, on the thread that hashed them;
     *     must be quick, and thread-safe if several threads hash
     * @return another verifier
     */
    public ModelVerifier onProgress(LongConsumer listener) {
        return new ModelVerifier(policy, comparison.with(comparison.effort().onProgress(listener)), recorder);
    }

    /**
     * Records each verification, passed or failed, before its result is handed out. A model whose verification cannot be
     * recorded is not loaded. Content that is found changed later, while it is read, is not recorded.
     *
     * @param trail takes the records
     * @param principal who verifies, 1 to 1024 bytes in UTF-8
     * @return another verifier
     * @throws IllegalArgumentException if the principal is empty or too long
     * @throws IllegalStateException if there is a trail already
     */
    public ModelVerifier auditTo(AuditTrail trail, String principal) {
        if (!recorder.equals(Recorder.NONE)) {
            throw new IllegalStateException("auditTo is chosen already");
        }
        return new ModelVerifier(policy, comparison, new Recorder(trail, principal));
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
        return recorded(model, signatureFile, Comparison.Depth.CONTENT);
    }

    /**
     * Checks a model from anywhere and gives access to its files. Cost: every signed file is read once.
     *
     * @param files the model
     * @param signature its signature
     * @return the model, the caller's to close
     * @throws ModelRejectedException if the signature is malformed, wrong or not trusted
     * @throws ModelMismatchException if files are missing, changed or not signed
     * @throws VaultIoException if a file cannot be read
     */
    public VerifiedModel load(ModelFiles files, SignatureFiles signature) {
        return recorded(files, signature, Comparison.Depth.CONTENT);
    }

    /**
     * Checks the signature of a model and which files there are, but leaves their content to be checked as it is read. Cost:
     * that of listing the files.
     *
     * @param model a directory or a single file
     * @param signatureFile its signature, inside the model or elsewhere
     * @return the model, the caller's to close
     * @throws ModelRejectedException if the signature is malformed, wrong or not trusted, or the model holds symbolic
     *     links
     * @throws ModelMismatchException if files are missing or not signed
     * @throws VaultIoException if the files cannot be listed
     */
    public VerifiedModel open(Path model, Path signatureFile) {
        return recorded(model, signatureFile, Comparison.Depth.NAMES);
    }

    /**
     * Checks the signature of a model from anywhere and which files there are, but leaves their content to be checked as it is
     * read. Cost: that of listing the files.
     *
     * @param files the model
     * @param signature its signature
     * @return the model, the caller's to close
     * @throws ModelRejectedException if the signature is malformed, wrong or not trusted
     * @throws ModelMismatchException if files are missing or not signed
     * @throws VaultIoException if the files cannot be listed
     */
    public VerifiedModel open(ModelFiles files, SignatureFiles signature) {
        return recorded(files, signature, Comparison.Depth.NAMES);
    }

    private VerifiedModel recorded(Path model, Path signatureFile, Comparison.Depth depth) {
        return recorder.verified(String.valueOf(model.getFileName()), () -> verified(model, signatureFile, depth));
    }

    private VerifiedModel recorded(ModelFiles files, SignatureFiles signature, Comparison.Depth depth) {
        String expected = policy.modelName() == null ? "" : policy.modelName();
        return recorder.verified(expected, () -> verified(files, signature, depth));
    }

    private VerifiedModel verified(Path model, Path signatureFile, Comparison.Depth depth) {
        Statement statement = policy.authenticate(policy.read(signatureFile));
        try {
            ModelPlace place = new ModelPlace(model, signatureFile);
            Ignored ignored = place.ignoring(Comparison.ignored(statement))
                    .butNot(statement.files().keySet());
            ModelTree tree = place.tree(comparison.links(statement), ignored);
            return comparison.compare(model.toString(), tree, statement, ignored, depth);
        } catch (IOException e) {
            throw new VaultIoException("Cannot verify model " + model, e);
        }
    }

    private VerifiedModel verified(ModelFiles files, SignatureFiles signature, Comparison.Depth depth) {
        Statement statement = policy.authenticate(signature);
        Ignored ignored = Comparison.ignored(statement).butNot(statement.files().keySet());
        try {
            return comparison.compare(statement.modelName(), files, statement, ignored, depth);
        } catch (IOException e) {
            throw new VaultIoException("Cannot verify model " + Printable.of(statement.modelName()), e);
        }
    }
}
