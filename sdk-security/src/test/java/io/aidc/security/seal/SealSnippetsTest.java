package io.aidc.security.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vault;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkePublicKey;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.signing.ModelFiles;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.SignatureFiles;
import io.aidc.security.signing.SigningKeys;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealSnippetsTest {
    @TempDir
    private Path directory;

    private KeyRing ring;
    private Vault vault;

    @BeforeEach
    void open() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        vault = Vault.builder().keys(ring).open();
    }

    @AfterEach
    void close() {
        vault.close();
        ring.close();
    }

    @Test
    void recipients_openEachAlone() {
        byte[] weights = new byte[100];
        HpkeKeyPair auditor = HpkeKeyPair.generate(HpkeSuite.X_WING);
        String auditorsKey = auditor.publicKey().text();
        int opened;
        // @start region="recipients"
        Recipient escrow = Recipient.of(HpkePublicKey.parse(auditorsKey)); // a line of text, from the auditor
        try (Vault sealing = Vault.builder().keys(ring).recipient(escrow).open()) {
            sealing.seal(ByteBuffer.wrap(weights), "models/fraud/7").writeTo(directory.resolve("fraud.sealed"));
        }
        try (Vault auditing = Vault.builder().identity(Identity.of(auditor)).open();
                SealedChannel content = auditing.channel(directory.resolve("fraud.sealed"), "models/fraud/7")) {
            opened = content.read(ByteBuffer.allocate(10), 50);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        // @end
        assertThat(opened).isEqualTo(10);
    }

    @Test
    void channel_readsOneTensor() throws Exception {
        Path file = directory.resolve("weights.sealed");
        vault.seal(ByteBuffer.wrap(new byte[100_000]), "models/fraud/7").writeTo(file);
        long offset = 40_000;
        int length = 2_000;
        // @start region="channel"
        try (SealedChannel weights = vault.channel(file, "models/fraud/7");
                SecretBytes tensor = SecretBytes.allocate(length)) {
            weights.read(tensor.buffer(), offset);
        }
        // @end
    }

    @Test
    void info_tellsWhatNobodyNeedsAKeyFor() {
        Path file = directory.resolve("weights.sealed");
        vault.seal(ByteBuffer.wrap(new byte[100_000]), "models/fraud/7").writeTo(file);
        // @start region="info"
        SealedInfo info = SealedInfo.of(file);
        boolean sealedByOldKey = info.recipients().contains(new RecipientId.Ring(ring.id(), 1));
        // @end
        assertThat(sealedByOldKey).isTrue();
        assertThat(info.binding().name()).isEqualTo("models/fraud/7");
    }

    @Test
    void rewrap_afterARotation_thenShred() throws Exception {
        Path old = directory.resolve("old.sealed");
        vault.seal(ByteBuffer.wrap(new byte[10]), "models/fraud/6").writeTo(old);
        KeyPair keys = SigningKeys.generate();
        Path file = directory.resolve("weights.sealed");
        vault.seal(ByteBuffer.wrap(new byte[10]), "models/fraud/7").writeTo(file);
        // @start region="rewrap"
        vault.keys().rotate();
        for (Rewrap.Result result : vault.rewrap(List.of(file))) {
            result.failure().forEach(failure -> System.getLogger("keys").log(System.Logger.Level.ERROR, failure));
        }
        // @end
        assertThat(SealedInfo.of(file).recipients()).containsExactly(new RecipientId.Ring(ring.id(), 2));
        // @start region="shred"
        ShredReport report =
                vault.shred(1, List.of(old, file)); // from here on nobody can open what only version 1 opened
        ByteBuffer json = UTF_8.encode(report.toJson()); // to be kept, with a signature
        SignatureFiles signature =
                ModelSigner.key(keys).sign(ModelFiles.of(Map.of("shredded.json", json)), "shred report");
        signature.write(directory.resolve("shredded.json.sig"));
        boolean gone = report.covers(old);
        // @end
        assertThat(gone).isTrue();
        assertThat(report.covers(file)).isFalse();
    }
}
