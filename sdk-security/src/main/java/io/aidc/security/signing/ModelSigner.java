package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.VaultIoException;
import io.aidc.security.audit.AuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * Signs models: one signature over the digests of all files, in a file of the OpenSSF model signing format v1.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="sign"}
 *
 * <p>The signature is ECDSA with the hash that belongs to the curve: P-256 with SHA-256, P-384 with SHA-384, P-521 with
 * SHA-512; {@link #alsoWith} adds a post-quantum one. The files are read, not changed. Not covered, and recorded as such: {@code .git}, {@code .gitattributes},
 * {@code .github}, {@code .gitignore}, the signature file and its sibling if they lie inside the model, and what
 * {@link #ignoring} names. Empty directories, times and permissions are not covered either. A signature lists at most
 * 249&nbsp;900 files or shards.
 *
 * <p>Every byte is read and hashed each time, unless {@link #resign} is told what changed, or
 * {@link #trustingFileAttributes} is chosen.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://github.com/sigstore/model-transparency">OpenSSF model signing</a>
 * @see <a href="https://github.com/secure-systems-lab/dsse">DSSE v1, the envelope</a>
 */
public final class ModelSigner {
    private final Identity identity;
    private final SigningPlan plan;

    private ModelSigner(Identity identity, SigningPlan plan) {
        this.identity = identity;
        this.plan = plan;
    }

    /**
     * Returns a signer for a key pair. The private key may be a handle to hardware.
     *
     * @param pair on P-256, P-384 or P-521; {@link SigningKeys} makes and reads them
     * @return the signer
     * @throws IllegalArgumentException if the keys are of another kind or do not belong together
     */
    public static ModelSigner key(KeyPair pair) {
        EcSigningKey key = new EcSigningKey(pair.getPrivate(), pair.getPublic());
        return new ModelSigner(Identity.bare(key), SigningPlan.DEFAULT);
    }

    /**
     * Returns a signer whose signatures carry a chain of certificates, so that verifiers need to know its root alone. The
     * chain is not checked here, but for its first certificate being the key's, and for signing.
     *
     * @param key the private key, which may be a handle to hardware
     * @param chain the certificate of that key, on P-256, P-384 or P-521, then each one's issuer; the root may be left out
     * @return the signer
     * @throws IllegalArgumentException if there is no certificate, or the first one is another key's or not for signing
     */
    public static ModelSigner certificates(PrivateKey key, List<X509Certificate> chain) {
        return new ModelSigner(Identity.certified(key, List.copyOf(chain)), SigningPlan.DEFAULT);
    }

    /**
     * Signs the same statement with ML-DSA-65 too, for verifiers that want both: whoever forges one of the two algorithms has
     * then forged nothing. The second signature goes into a file of its own beside the first, its name ended by
     * {@code .mldsa65}, since other tools of the format read a file with one signature.
     *
     * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="hybrid"}
     *
     * @param pair of {@link MlDsaLevel#ML_DSA_65}; must stay open for as long as this signer signs
     * @return another signer
     * @throws IllegalArgumentException if the pair is of another level
     * @throws IllegalStateException if there is a second key already
     */
    public ModelSigner alsoWith(MlDsaKeyPair pair) {
        if (identity.second() != null) {
            throw new IllegalStateException("alsoWith is chosen already");
        }
        return new ModelSigner(identity.and(new MlDsaSigningKey(pair)), plan);
    }

    /**
     * Records each signature before it is written or handed out: the model's name, the number of files, their root digest and
     * the key. A signature that cannot be recorded is not made.
     *
     * @param trail takes the records
     * @param principal who signs, 1 to 1024 bytes in UTF-8
     * @return another signer
     * @throws IllegalArgumentException if the principal is empty or too long
     * @throws IllegalStateException if there is a trail already
     */
    public ModelSigner auditTo(AuditTrail trail, String principal) {
        if (!identity.recorder().equals(Recorder.NONE)) {
            throw new IllegalStateException("auditTo is chosen already");
        }
        return new ModelSigner(identity.recordedBy(new Recorder(trail, principal)), plan);
    }

    /**
     * Leaves files out of the signature. They are then unauthenticated: {@link VerifiedModel} never opens them.
     *
     * @param paths relative to the model, with {@code /}; a directory stands for all below it
     * @return another signer
     * @throws IllegalArgumentException if a path is absolute or leaves the model
     */
    public ModelSigner ignoring(String... paths) {
        for (String path : paths) {
            if (!ResourceName.isPlain(path)) {
                throw new IllegalArgumentException("path must be relative and without '.' and '..', got " + path);
            }
        }
        return new ModelSigner(identity, plan.with(plan.ignored().and(Arrays.asList(paths))));
    }

    /**
     * Says whether a file is signed, or left out because of its name.
     *
     * @param name relative to the model, with {@code /}
     * @return whether signatures cover it
     */
    public boolean covers(String name) {
        return !plan.ignored().covers(name);
    }

    /**
     * Says whether files are signed by {@linkplain #shards shards}, which empty files have none of.
     *
     * @return whether a shard length is chosen
     */
    public boolean signsByShards() {
        return plan.serialization().isByShards();
    }

    /**
     * Signs each file in shards, so that verifiers can read ranges of it and hash its parts in parallel. An empty file has no
     * shard: that it is there, or not, is not signed.
     *
     * @param shardBytes the length of each shard but the last of a file, 1 to 2<sup>53</sup>; other tools have 10<sup>9</sup>
     *     by default, while some 10<sup>6</sup> to 10<sup>7</sup> suit models read tensor by tensor
     * @return another signer
     * @throws IllegalArgumentException if the length is out of range
     * @throws IllegalStateException if there is one already
     */
    public ModelSigner shards(long shardBytes) {
        if (shardBytes < 1 || shardBytes > Serialization.MAX_SHARD_BYTES) {
            throw new IllegalArgumentException("shardBytes must be 1 to 2^53, got " + shardBytes);
        }
        Serialization chosen = plan.serialization();
        if (chosen.isByShards()) {
            throw new IllegalStateException("shards(%d) is chosen already".formatted(chosen.shardBytes()));
        }
        return new ModelSigner(identity, plan.with(new Serialization(chosen.hash(), shardBytes)));
    }

    /**
     * Hashes content otherwise than with SHA-256. Other tools of the format do not know BLAKE3 over shards.
     *
     * @param hash the hash
     * @return another signer
     * @throws IllegalStateException if another one is chosen already
     */
    public ModelSigner hash(ModelHash hash) {
        Serialization chosen = plan.serialization();
        if (chosen.hash() != ModelHash.SHA256) {
            throw new IllegalStateException("hash(%s) is chosen already".formatted(chosen.hash()));
        }
        return new ModelSigner(
                identity, plan.with(new Serialization(Objects.requireNonNull(hash, "hash"), chosen.shardBytes())));
    }

    /**
     * Follows symbolic links inside the model, out of it too, signs what they lead to under the name of the link, and records
     * that. Loops are refused. Other tools of the format follow links to files, but leave out what lies below a linked
     * directory, and then refuse the signature.
     *
     * @return another signer
     */
    public ModelSigner followingSymlinks() {
        return new ModelSigner(identity, plan.with(ModelTree.Links.FOLLOWED));
    }

    /**
     * Hashes several pieces at once, files or shards, on threads that end with the work.
     *
     * @param threads how many work at once, the caller's included, &gt;= 1; the default is 1
     * @return another signer
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if threads are chosen already
     */
    public ModelSigner threads(int threads) {
        return new ModelSigner(identity, plan.with(plan.effort().threads(threads)));
    }

    /**
     * Hashes several pieces at once, files or shards, on the caller's threads. The calling thread always takes part, so
     * that an executor which is busy or closed costs speed alone.
     *
     * @param executor never shut down here
     * @param threads how many work at once, the calling one included, &gt;= 1
     * @return another signer
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if threads are chosen already
     */
    public ModelSigner executor(Executor executor, int threads) {
        return new ModelSigner(identity, plan.with(plan.effort().executor(executor, threads)));
    }

    /**
     * Tells how the hashing goes on.
     *
     * @param listener is given the number of further bytes hashed, a few times for each MiB, on the thread that hashed them;
     *     must be quick, and thread-safe if several threads hash
     * @return another signer
     */
    public ModelSigner onProgress(LongConsumer listener) {
        return new ModelSigner(identity, plan.with(plan.effort().onProgress(listener)));
    }

    /**
     * Believes that a file is unchanged if its size, its time of modification and its identity on the disk (where the file
     * system has one) are as they were when {@link #sign(Path, Path)} last hashed it. Whoever can change a file and set its
     * time back deceives this signer into signing what was there before. A file modified within two seconds before it was
     * hashed is hashed again.
     *
     * <p>What was hashed is kept in a state file, which this signer signs as it signs models, with a second key too if there is
     * one: nobody else can put digests into it. It is for one model directory and one way of hashing; for others, or if it is
     * deleted, every file is hashed.
     *
     * @param stateFile outside the model; made by the first {@code sign}, replaced by each further one
     * @return another signer
     * @throws IllegalStateException if there is a state file already
     */
    public ModelSigner trustingFileAttributes(Path stateFile) {
        Objects.requireNonNull(stateFile, "stateFile");
        if (plan.stateFile() != null) {
            throw new IllegalStateException("trustingFileAttributes(%s) is chosen already".formatted(plan.stateFile()));
        }
        return new ModelSigner(identity, plan.with(stateFile));
    }

    /**
     * Signs a model as it is now. Cost: every file is read once. The signature file appears whole; one that was there is
     * replaced.
     *
     * @param model a directory or a single file
     * @param signatureFile where to put the signature, inside the model or elsewhere
     * @throws IllegalArgumentException if the file of {@link #trustingFileAttributes} lies inside the model
     * @throws ModelRejectedException if the model holds symbolic links, or names that are unsafe or differ only by case, or
     *     too many files or shards; or if the file of {@link #trustingFileAttributes} is not this signer's
     * @throws VaultIoException if reading or writing fails
     */
    public void sign(Path model, Path signatureFile) {
        try {
            ModelPlace place = new ModelPlace(model, signatureFile);
            Ignored ignored = place.ignoring(plan.ignored());
            ModelTree tree = place.tree(plan.links(), ignored);
            ModelDigests digests = new ModelDigests(tree, plan, ignored);
            Path stateFile = plan.stateFile();
            if (stateFile == null) {
                identity.sign(digests.statement(place.name(), ignored, Map.of()))
                        .write(signatureFile);
                return;
            }
            AttributeMemory memory = AttributeMemory.open(stateFile, place, tree, digests.names(), plan, identity);
            Statement statement = digests.statement(place.name(), ignored, memory.known());
            identity.sign(statement).write(signatureFile);
            memory.remember(statement);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read model " + model, e);
        }
    }

    /**
     * Signs a model from anywhere. Cost: every file is read once.
     *
     * @param files the model
     * @param modelName what it is called; verifiers may demand that name
     * @return the signature, to be written or sent
     * @throws IllegalStateException if {@link #trustingFileAttributes} is chosen, which needs a {@code Path}
     * @throws ModelRejectedException if names are unsafe or differ only by case, or there are too many files or shards
     * @throws VaultIoException if reading fails
     */
    public SignatureFiles sign(ModelFiles files, String modelName) {
        requireNoState("a model in the file system");
        try {
            ModelDigests digests = new ModelDigests(files, plan, plan.ignored());
            return identity.sign(digests.statement(modelName, plan.ignored(), Map.of()));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read model " + modelName, e);
        }
    }

    /**
     * Signs a model again of which only some files changed, and hashes those alone, and files that were not signed before. Of
     * the others the digests of the present signature are kept, unseen: a change that is not named becomes a signature which
     * does not fit, never one of other content than was signed before under this name. Whoever can put an older signature of
     * the model in the place of the present one has its files signed again.
     *
     * @param model a directory or a single file
     * @param signatureFile its signature, by this signer's own key; replaced
     * @param changedNames all files whose content changed since, with {@code /}; those added or removed may be left out
     * @throws IllegalArgumentException if a name neither is in the model nor was signed
     * @throws IllegalStateException if {@link #trustingFileAttributes} is chosen
     * @throws ModelRejectedException if the present signature is not this signer's, is of a model with another name, or was
     *     made by another serialisation or hash, and as by {@link #sign(Path, Path)}
     * @throws ModelMismatchException if a file that should be unchanged has another length than was signed (known by shards only)
     * @throws VaultIoException if reading or writing fails
     */
    public void resign(Path model, Path signatureFile, Set<String> changedNames) {
        requireNoState("sign, which finds out what changed");
        Statement previous = previous(identity.policy().read(signatureFile));
        try {
            ModelPlace place = new ModelPlace(model, signatureFile);
            Ignored ignored = place.ignoring(plan.ignored());
            ModelDigests digests = new ModelDigests(place.tree(plan.links(), ignored), plan, ignored);
            Map<String, SignedFile> known = digests.unchanged(place.name(), previous, changedNames);
            identity.sign(digests.statement(place.name(), ignored, known)).write(signatureFile);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read model " + model, e);
        }
    }

    /**
     * Signs a model from anywhere again of which only some files changed, as {@link #resign(Path, Path, Set)} does.
     *
     * @param files the model
     * @param modelName what it is called
     * @param previous its signature, by this signer's own key
     * @param changedNames all files whose content changed since; those added or removed may be left out
     * @return the signature of the model as it is now
     * @throws IllegalArgumentException if a name neither is in the model nor was signed
     * @throws IllegalStateException if {@link #trustingFileAttributes} is chosen
     * @throws ModelRejectedException if the earlier signature is not this signer's, is of a model with another name, or was
     *     made by another serialisation or hash, and as by {@link #sign(ModelFiles, String)}
     * @throws ModelMismatchException if a file that should be unchanged has another length than was signed (known by shards only)
     * @throws VaultIoException if reading fails
     */
    public SignatureFiles resign(
            ModelFiles files, String modelName, SignatureFiles previous, Set<String> changedNames) {
        requireNoState("sign, which finds out what changed");
        Statement earlier = previous(previous);
        try {
            ModelDigests digests = new ModelDigests(files, plan, plan.ignored());
            Map<String, SignedFile> known = digests.unchanged(modelName, earlier, changedNames);
            return identity.sign(digests.statement(modelName, plan.ignored(), known));
        } catch (IOException e) {
            throw new VaultIoException("Cannot read model " + modelName, e);
        }
    }

    private Statement previous(SignatureFiles signature) {
        return identity.policy().authenticate(signature);
    }

    private void requireNoState(String instead) {
        if (plan.stateFile() != null) {
            throw new IllegalStateException("trustingFileAttributes is for " + instead);
        }
    }
}
