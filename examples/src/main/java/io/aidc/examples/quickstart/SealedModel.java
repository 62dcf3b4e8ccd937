package io.aidc.examples.quickstart;

import io.aidc.security.Vault;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals a model in memory, signs the directory that holds the sealed file and its card, and opens both again: signature
 * first, then the very bytes that were verified are unsealed into a buffer that is wiped. <em>Confined: one thread at a
 * time.</em>
 */
final class SealedModel implements AutoCloseable {
    static final String SEALED_FILE = "model.onnx.sealed";
    static final String CARD_FILE = "model-card.json";
    static final String SIGNATURE_FILE = "model.sig";
    private static final String NAME = "models/quickstart/1";

    private final Vault vault;
    private final KeyPair signingKeys;
    private boolean verified;

    /**
     * Makes a new key ring under a passphrase nobody knows, and a new pair of signing keys.
     *
     * @param keyRing where the ring is kept; must not exist
     */
    SealedModel(Path keyRing) {
        char[] passphrase = new SecureRandom()
                .ints(24, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .toCharArray();
        KeyRing.create(keyRing, passphrase).close();
        this.vault = Vault.builder().keyStore(keyRing, passphrase).open();
        this.signingKeys = SigningKeys.generate();
    }

    /** Writes the directory: sealed model, card, signature. The plaintext is overwritten with zeros. */
    void write(byte[] onnx, String card, Path directory) throws IOException {
        Files.createDirectories(directory);
        try {
            vault.seal(ByteBuffer.wrap(onnx), NAME).writeTo(directory.resolve(SEALED_FILE));
        } finally {
            Arrays.fill(onnx, (byte) 0);
        }
        Files.writeString(directory.resolve(CARD_FILE), card);
        ModelSigner.key(signingKeys).sign(directory, directory.resolve(SIGNATURE_FILE));
    }

    /** Verifies the directory's signature and unseals the model from the verified bytes. */
    SecretBytes open(Path directory) {
        try (VerifiedModel model =
                ModelVerifier.trusting(signingKeys.getPublic()).load(directory, directory.resolve(SIGNATURE_FILE))) {
            verified = model.names().contains(SEALED_FILE);
            return vault.unseal(model.read(SEALED_FILE), NAME);
        }
    }

    /** Whether a directory's signature was checked and covers the sealed file. */
    boolean verified() {
        return verified;
    }

    @Override
    public void close() {
        vault.close();
    }
}
