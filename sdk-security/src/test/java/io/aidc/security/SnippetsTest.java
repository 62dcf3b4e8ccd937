package io.aidc.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.audit.AuditEntry;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditLog;
import io.aidc.security.audit.AuditQuery;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.audit.LogSigner;
import io.aidc.security.audit.LogVerifier;
import io.aidc.security.audit.ProofFile;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.policy.Authorizer;
import io.aidc.security.policy.Roles;
import io.aidc.security.seal.ChunkedCipher;
import io.aidc.security.signing.MlDsaKeyPair;
import io.aidc.security.signing.MlDsaLevel;
import io.aidc.security.signing.ModelSigner;
import io.aidc.security.signing.ModelVerifier;
import io.aidc.security.signing.SigningKeys;
import io.aidc.security.signing.VerifiedModel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnippetsTest {
    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void makeModel() throws Exception {
        model = Files.createDirectory(directory.resolve("model"));
        Files.writeString(model.resolve("model.onnx"), "weights");
    }

    @Test
    void vault_sealsAndUnseals() {
        Path keys = directory.resolve("keys.ring");
        char[] passphrase = "correct horse battery staple".toCharArray();
        byte[] weights = "weights".getBytes(StandardCharsets.UTF_8);
        Path file = directory.resolve("fraud.sealed");
        int[] size = {0};
        // @start region="vault"
        KeyRing.create(keys, passphrase).close(); // once
        try (Vault vault = Vault.builder().keyStore(keys, passphrase).open()) {
            vault.seal(ByteBuffer.wrap(weights), "models/fraud/7").writeTo(file);

            try (SecretBytes plaintext = vault.unseal(Sealed.readFrom(file), "models/fraud/7")) {
                size[0] = plaintext.buffer().remaining(); // direct memory, never on disk, wiped here
            }
        }
        // @end
        assertThat(size[0]).isEqualTo(7);
    }

    @Test
    void unseal_handsOutMemoryThatIsWiped() {
        KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase");
        Vault vault = Vault.builder().keys(ring).open();
        Sealed sealed = vault.seal(ByteBuffer.wrap(new byte[] {42}), "models/fraud/7");
        byte first;
        // @start region="unseal"
        try (SecretBytes secret = vault.unseal(sealed, "models/fraud/7")) {
            first = secret.buffer().get();
        }
        // @end
        assertThat(first).isEqualTo((byte) 42);
    }

    @Test
    void access_asksFirst() {
        Path file = directory.resolve("ring");
        char[] passphrase = "passphrase".toCharArray();
        TestRings.create(file, "passphrase").close();
        List<String> alerts = new ArrayList<>();
        List<String> audit = new ArrayList<>();
        AuditTrail auditLog = event -> {
            long index = audit.size();
            audit.add(event.toString());
            return index;
        };
        // @start region="access"
        try (Vault vault = Vault.builder()
                .keyStore(file, passphrase)
                .allow("scorer", "models/fraud/*")
                .auditTo(auditLog)
                .open()) {
            Sealed sealed = vault.seal(ByteBuffer.wrap(new byte[] {42}), "models/fraud/7");

            if (vault.open(sealed, "intern") instanceof Opening.Denied denied) {
                alerts.add(denied.rule()); // "none permits"
            }
            vault.as("scorer").unseal(sealed, "models/fraud/7").close(); // or throws NotPermittedException
        }
        // @end
        assertThat(alerts).containsExactly("none permits");
        assertThat(audit).hasSize(6);
    }

    @Test
    void parts_workTogether() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        char[] passphrase = "correct horse battery staple".toCharArray();
        LogSigner.create(data.resolve("audit.key"), "bank.example/audit", passphrase)
                .close(); // once
        KeyRing.create(data.resolve("keys.ring"), passphrase).close(); // once
        byte[] weights = {42};
        List<String> alerts = new ArrayList<>();
        // @start region="joined"
        Roles roles = Roles.define()
                .role("scorer")
                .may("unseal", "models/fraud/*")
                .role("releaser")
                .may(Set.of("seal", "unseal"), "models/*")
                .assign("ada", "scorer")
                .assign("rosa", "releaser", Instant.now().plus(Duration.ofHours(8)))
                .build();
        try (LogSigner signer = LogSigner.open(data.resolve("audit.key"), passphrase);
                AuditLog log = AuditLog.at(data.resolve("audit")).signer(signer).open()) {
            Authorizer authorizer =
                    Authorizer.builder().roles(roles).auditTo(log).build();
            try (Vault vault = Vault.builder()
                    .keyStore(data.resolve("keys.ring"), passphrase)
                    .authorizer(authorizer)
                    .auditTo(log)
                    .open()) {
                Sealed sealed = vault.as("rosa").seal(ByteBuffer.wrap(weights), "models/fraud/7");
                if (vault.open(sealed, "ada") instanceof Opening.Opened opened) {
                    opened.close(); // after use
                }
                authorizer.revoke(Roles.user("ada"), Roles.role("scorer"));
                if (vault.open(sealed, "ada") instanceof Opening.Denied denied) {
                    alerts.add(denied.rule()); // "none permits"
                }
            }
            AuditEntry last = log.query().principal("ada").newestFirst().list().get(0);
            log.prove(last.index()).write(data.resolve("proof.tlog-proof"));
            Files.write(data.resolve("entry.json"), last.bytes());
            Files.writeString(data.resolve("log.pub"), signer.verifierKey());
        }
        // elsewhere, with these three files alone
        LogVerifier verifier = LogVerifier.of(Files.readString(data.resolve("log.pub")));
        ProofFile.read(data.resolve("proof.tlog-proof"))
                .verify(Files.readAllBytes(data.resolve("entry.json")), verifier);
        // @end
        assertThat(alerts).containsExactly("none permits");
        assertThat(AuditQuery.over(data.resolve("audit"))
                        .outcome(AuditEvent.Outcome.DENIED)
                        .list())
                .hasSize(1);
    }

    @Test
    void rotate_keepsOldFilesOpen() {
        TestRings.create(directory.resolve("ring"), "passphrase").close();
        Path file = directory.resolve("ring");
        char[] passphrase = "passphrase".toCharArray();
        // @start region="rotate"
        try (KeyRing ring = KeyRing.open(file, passphrase)) {
            int fresh = ring.rotate(); // seals from here on
            ring.disable(fresh - 1); // a rehearsal: what still needs the old key?
            ring.enable(fresh - 1);
        }
        // @end
        try (KeyRing ring = KeyRing.open(file, passphrase)) {
            assertThat(ring.primary()).isEqualTo(2);
        }
    }

    @Test
    void chunked_encryptsAMessage() {
        byte[] message = new byte[100_000];
        // @start region="chunked"
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        byte[] context = "backup of 2026-11-21".getBytes(StandardCharsets.UTF_8);
        byte[] encrypted = ChunkedCipher.aes256(key).encrypt(message, context);
        byte[] decrypted = ChunkedCipher.aes256(key).decrypt(encrypted, context);
        // @end
        assertThat(decrypted).isEqualTo(message);
    }

    @Test
    void keys_areWrittenAndRead() {
        // @start region="keys"
        KeyPair keys = SigningKeys.generate();
        SigningKeys.writePrivate(keys, directory.resolve("signer.pem"));
        SigningKeys.writePublic(keys.getPublic(), directory.resolve("signer-public.pem"));
        KeyPair again = SigningKeys.readPrivate(directory.resolve("signer.pem"));
        // @end
        assertThat(again.getPublic()).isEqualTo(keys.getPublic());
    }

    @Test
    void sign_thenVerify_loadsTheModel() {
        KeyPair keys = SigningKeys.generate();
        // @start region="sign"
        ModelSigner.key(keys).sign(model, model.resolve("model.sig"));
        // @end
        int size;
        // @start region="verify"
        try (VerifiedModel verified =
                ModelVerifier.trusting(keys.getPublic()).load(model, model.resolve("model.sig"))) {
            ByteBuffer onnx = verified.read("model.onnx"); // the very bytes that were hashed
            size = onnx.remaining();
        }
        // @end
        assertThat(size).isEqualTo(7);
    }

    @Test
    void package_isSealedSignedAndReadInRanges() throws Exception {
        Files.write(model.resolve("weights.bin"), new byte[100_000]);
        KeyPair ec = SigningKeys.generate();
        MlDsaKeyPair mlDsa = MlDsaKeyPair.generate(MlDsaLevel.ML_DSA_65);
        KeyRing ring = TestRings.create(directory.resolve("ring"), "passphrase");
        Vault vault = Vault.builder().keys(ring).open();
        Path target = directory.resolve("package");
        long offset = 40_000;
        int length = 1_000;
        // @start region="package"
        ModelSigner signer = ModelSigner.key(ec).alsoWith(mlDsa).shards(1 << 22);
        ModelPackage.of(vault, "models/fraud/7").write(model, signer, target);

        ModelVerifier both = ModelVerifier.trusting(ec.getPublic()).andRequiring(mlDsa.publicKey());
        try (VerifiedModel opened = ModelPackage.of(vault, "models/fraud/7").open(target, both)) {
            ByteBuffer graph = opened.read("model.onnx"); // direct memory, wiped on close
            ByteBuffer tensor = opened.read("weights.bin", offset, length); // decrypts what holds it, no more
            assertThat(graph.remaining() + tensor.remaining()).isEqualTo(1_007);
        }
        // @end
    }
}
