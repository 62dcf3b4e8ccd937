package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HpkeSnippetsTest {
    @TempDir
    private Path directory;

    @Test
    void pair_isMadeAndItsPublicKeyTravelsAsText() {
        Path file = directory.resolve("hospital.hpke");
        char[] passphrase = "correct horse battery staple".toCharArray();
        // @start region="pair"
        String text;
        try (HpkeKeyPair pair = HpkeKeyPair.create(file, HpkeSuite.X_WING, passphrase)) {
            text = pair.publicKey().text(); // aidc-xwing:..., to whoever seals
        }
        HpkePublicKey recipient = HpkePublicKey.parse(text);
        // @end
        try (HpkeKeyPair pair = HpkeKeyPair.open(file, passphrase)) {
            assertThat(recipient).isEqualTo(pair.publicKey());
        }
    }
}
