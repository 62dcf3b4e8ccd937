package io.aidc.examples.quickstart;

import io.aidc.security.ModelPackage;
import io.aidc.security.NotPermittedException;
import io.aidc.security.Vault;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.policy.Roles;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import io.aidc.security.signing.MlDsaKeyPair;
import io.aidc.security.signing.MlDsaLevel;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Keeps a model as a package: model, card and privacy certificate sealed in memory for a key ring and for an auditor's X-Wing key, their plaintext
 * signed with ECDSA and ML-DSA. Opening wants both signatures; the bytes that were verified are those that are handed out, in
 * memory that is wiped. <em>Confined: one thread at a time.</em>
 */
final class SealedModel implements AutoCloseable {
    /** The files of a package. */
    static final List<String> FILES = List.of(
            "model-card.json.sealed",
            "model.onnx.sealed",
            "model.sig.mldsa65.sealed",
            "model.sig.sealed",
            "privacy-certificate.json.sealed");

    static final String SIGNATURES = "ECDSA P-256 and ML-DSA-65";
    private static final String NAME = Task.MODEL;
    private static final String MODEL = "model.onnx";
    private static final int SHARD_BYTES = 1 << 20;

    private final HpkeKeyPair auditor = HpkeKeyPair.generate(HpkeSuite.X_WING);
    private final KeyPair signingKeys = SigningKeys.generate();
    private final MlDsaKeyPair secondKeys = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
    private final AccessControl access;
    private final Vault vault;
    private boolean verified;

    /**
     * Makes a new key ring under a passphrase nobody knows, an auditor, and new signing keys of both kinds.
     *
     * @param keyRing where the ring is kept; must not exist
     * @param access asked before anything is sealed or unsealed, and records it
     */
    SealedModel(Path keyRing, AccessControl access) {
        this.access = access;
        char[] passphrase = new SecureRandom()
                .ints(24, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .toCharArray();
        KeyRing.create(keyRing, passphrase).close();
        this.vault = Vault.builder()
                .keyStore(keyRing, passphrase)
                .recipient(Recipient.of(auditor.publicKey()))
                .authorizer(access.authorizer())
                .auditTo(access.log())
                .open();
    }

    /** Writes the package. The plaintext is overwritten with zeros. */
    void write(byte[] onnx, String card, String certificate, Path directory) {
        String user = Task.RELEASE.user();
        ModelSigner signer = ModelSigner.key(signingKeys)
                .alsoWith(secondKeys)
                .shards(SHARD_BYTES)
                .auditTo(access.log(), Roles.user(user).toString());
        try {
            ModelPackage.of(vault.as(user), NAME)
                    .write(
                            Map.of(
                                    MODEL,
                                    ByteBuffer.wrap(onnx),
                                    "model-card.json",
                                    bytes(card),
                                    "privacy-certificate.json",
                                    bytes(certificate)),
                            signer,
                            directory);
        } finally {
            Arrays.fill(onnx, (byte) 0);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Verifies a package and unseals the model, with the key ring, for whoever serves it. */
    SecretBytes open(Path directory) {
        SecretBytes onnx = open(vault, Task.SERVE.user(), directory);
        verified = true;
        return onnx;
    }

    /** Whether the auditor, with a private key of their own and no key ring, can verify and read a package. */
    boolean opensForTheAuditor(Path directory) {
        try (Vault auditing = Vault.builder()
                        .identity(Identity.of(auditor))
                        .authorizer(access.authorizer())
                        .auditTo(access.log())
                        .open();
                SecretBytes onnx = open(auditing, AccessControl.AUDITOR, directory)) {
            return onnx.size() > 0;
        }
    }

    /** What somebody who may not open a package is told. */
    String refusalOf(String user, Path directory) {
        try (SecretBytes onnx = open(vault, user, directory)) {
            throw new IllegalStateException("%s got %d bytes of the model".formatted(user, onnx.size()));
        } catch (NotPermittedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private SecretBytes open(Vault keys, String user, Path directory) {
        ModelVerifier both = ModelVerifier.trusting(signingKeys.getPublic())
                .andRequiring(secondKeys.publicKey())
                .auditTo(access.log(), Roles.user(user).toString());
        try (VerifiedModel model = ModelPackage.of(keys.as(user), NAME).open(directory, both)) {
            return model.readSecret(MODEL);
        }
    }

    /** Whether a package was opened, and so both of its signatures checked. */
    boolean verified() {
        return verified;
    }

    @Override
    public void close() {
        vault.close();
        auditor.close();
        secondKeys.close();
    }
}
