package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlDsaSnippetsTest {
    @TempDir
    private Path directory;

    @Test
    void keys_areWrittenAndRead() {
        // @start region="keys"
        try (MlDsaKeyPair keys = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65)) {
            keys.write(directory.resolve("signer-mldsa.pem"));
            keys.publicKey().write(directory.resolve("signer-mldsa-public.pem"));
        }
        MlDsaPublicKey trusted = MlDsaPublicKey.read(directory.resolve("signer-mldsa-public.pem"));
        // @end
        assertThat(MlDsaKeyPair.read(directory.resolve("signer-mldsa.pem")).publicKey())
                .isEqualTo(trusted);
    }
}
