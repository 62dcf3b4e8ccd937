package io.aidc.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.AuditLogException;
import io.aidc.security.audit.AuditEvent.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditSnippetsTest {
    @TempDir
    private Path directory;

    @Test
    void log_recordsAndProves() {
        LogSigner signer = TestLogs.SIGNER;
        Path elsewhere = directory.resolve("checkpoint");
        // @start region="log"
        try (AuditLog log = AuditLog.at(directory.resolve("audit"))
                .signer(signer)
                .onCheckpoint(checkpoint -> keep(elsewhere, checkpoint))
                .open()) {
            long index = log.record(AuditEvent.of("alice", "unseal", "models/fraud/7", Outcome.ALLOWED));
            log.prove(index).write(directory.resolve("unseal.tlog-proof"));
        }
        // @end
        assertThat(directory.resolve("unseal.tlog-proof")).exists();
        assertThat(elsewhere).exists();
    }

    private static void keep(Path file, Checkpoint checkpoint) {
        try {
            Files.write(file, checkpoint.note());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void signer_isKeptInAFile() {
        char[] passphrase = "passphrase".toCharArray();
        Path file = directory.resolve("log.key");
        // @start region="signer"
        String verifierKey;
        try (LogSigner signer = LogSigner.create(file, "example.com/audit", passphrase)) {
            verifierKey = signer.verifierKey(); // to everyone who checks
        }
        // @end
        try (LogSigner signer = LogSigner.open(file, passphrase)) {
            assertThat(signer.verifierKey()).isEqualTo(verifierKey);
        }
    }

    @Test
    void checkpoint_isKeptAndGivenBack() throws IOException {
        TestLogs.make(directory, 3);
        LogSigner signer = TestLogs.SIGNER;
        String verifierKey = signer.verifierKey();
        // @start region="checkpoint"
        byte[] kept = Files.readAllBytes(directory.resolve("checkpoint"));
        Checkpoint checkpoint = LogVerifier.of(verifierKey).verify(kept);

        try (AuditLog log =
                AuditLog.at(directory).signer(signer).remembered(checkpoint).open()) {
            log.record(AuditEvent.of("alice", "seal", "models/fraud/8", Outcome.DONE));
            log.proveConsistency(checkpoint).verify(checkpoint, log.checkpoint());
        }
        // @end
        assertThat(checkpoint.size()).isEqualTo(3);
    }

    @Test
    void proof_isVerifiedElsewhere() {
        Path file = directory.resolve("unseal.tlog-proof");
        byte[] entry;
        try (AuditLog log = TestLogs.open(directory.resolve("log"))) {
            log.record(TestLogs.event(0));
            log.prove(0).write(file);
            entry = log.query().list().get(0).bytes();
        }
        String verifierKey = TestLogs.VERIFIER_KEY;
        // @start region="proof"
        ProofFile proof = ProofFile.read(file);
        proof.verify(entry, LogVerifier.of(verifierKey)); // or AuditLogException
        // @end
        assertThat(proof.index()).isZero();
    }

    @Test
    void witness_cosigns() {
        LogSigner signer = TestLogs.SIGNER;
        LogSigner witnessKey = LogSigner.generate("witness.example/w1");
        Path otherDisk = directory;
        // @start region="witness"
        LogVerifier logKey = LogVerifier.of(signer.verifierKey());
        Witness witness = LocalWitness.open(otherDisk.resolve("witness"), witnessKey, logKey);
        try (AuditLog log = AuditLog.at(directory.resolve("audit"))
                .signer(signer)
                .witness(witness, witnessKey.witnessKey())
                .requiredWitnesses(1)
                .open()) {
            log.record(AuditEvent.of("alice", "rotate", "ring/fraud", Outcome.DONE));
            logKey.witnesses(1, witnessKey.witnessKey()).verify(log.checkpoint());
        }
        // @end
        assertThat(otherDisk.resolve("witness")).exists();
    }

    @Test
    void check_namesTheFirstBadEntry() throws IOException {
        Checkpoint lastKnown = TestLogs.make(directory, 10);
        String verifierKey = TestLogs.VERIFIER_KEY;
        long[] bad = {-1};
        Path bundle = directory.resolve("tile/entries/000.p/10");
        byte[] bytes = Files.readAllBytes(bundle);
        bytes[bytes.length - 1] ^= 1;
        Files.write(bundle, bytes);
        // @start region="check"
        try {
            Checkpoint checked = AuditCheck.of(directory, LogVerifier.of(verifierKey))
                    .remembered(lastKnown)
                    .run();
            lastKnown = checked;
        } catch (AuditLogException e) {
            bad[0] = e.firstBadIndex();
        }
        // @end
        assertThat(bad[0]).isEqualTo(9);
        assertThat(lastKnown.size()).isEqualTo(10);
    }

    @Test
    void query_findsEvents() {
        try (AuditLog log = TestLogs.open(directory)) {
            log.record(AuditEvent.of("alice", "unseal", "models/fraud/7", Outcome.DENIED));
        }
        Instant now = Instant.now().plusSeconds(1);
        // @start region="query"
        List<AuditEntry> denied = AuditQuery.over(directory)
                .principal("alice")
                .resource("models/fraud/*")
                .outcome(Outcome.DENIED)
                .between(now.minus(Duration.ofDays(7)), now)
                .newestFirst()
                .limit(20)
                .list();
        // @end
        assertThat(denied).hasSize(1);
    }
}
