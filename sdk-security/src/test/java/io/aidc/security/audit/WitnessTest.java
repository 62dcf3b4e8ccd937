package io.aidc.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.AuditLogException;
import io.aidc.security.UnwitnessedException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessTest {
    @TempDir
    private Path directory;

    private final LogSigner key = LogSigner.generate("witness.example/w1");
    private Path memory;
    private Path log;

    @BeforeEach
    void name() {
        memory = directory.resolve("witness");
        log = directory.resolve("log");
    }

    @Test
    void record_withWitness_isCosignedOnDisk() throws IOException {
        try (AuditLog opened = witnessed(local()).requiredWitnesses(1).open()) {
            opened.record(TestLogs.event(0));
            opened.record(TestLogs.event(1));
        }
        LogVerifier both = TestLogs.VERIFIER.witnesses(1, key.witnessKey());
        assertThat(both.verify(Files.readAllBytes(log.resolve("checkpoint"))).size())
                .isEqualTo(2);
        AuditCheck.of(log, both).run();
        assertThat(Files.readAllBytes(memory))
                .isEqualTo(TestLogs.VERIFIER.verify(Files.readAllBytes(memory)).note());
    }

    @Test
    void record_logOpenedAgain_isCosignedFromWhereTheWitnessIs() {
        try (AuditLog opened = witnessed(local()).requiredWitnesses(1).open()) {
            opened.record(TestLogs.event(0));
        }
        TestLogs.make(log, 300); // meanwhile, without the witness
        try (AuditLog opened = witnessed(local()).requiredWitnesses(1).open()) {
            assertThat(opened.record(TestLogs.event(2))).isEqualTo(301);
        }
    }

    @Test
    void record_witnessDown_failsButKeepsTheEntry() {
        boolean[] down = {true};
        Witness local = local();
        Witness shaky = (checkpoint, proof) -> {
            if (down[0]) {
                throw new IllegalStateException("down");
            }
            return local.cosign(checkpoint, proof);
        };
        try (AuditLog opened = witnessed(shaky).requiredWitnesses(1).open()) {
            assertThatExceptionOfType(UnwitnessedException.class)
                    .isThrownBy(() -> opened.record(TestLogs.event(0)))
                    .satisfies(e -> assertThat(e.cosigned()).isZero());
            assertThatExceptionOfType(UnwitnessedException.class).isThrownBy(() -> opened.record(TestLogs.event(1)));
            down[0] = false;
            assertThat(opened.record(TestLogs.event(2))).isEqualTo(2);
            assertThat(opened.query().list()).hasSize(3);
            TestLogs.VERIFIER.witnesses(1, key.witnessKey()).verify(opened.checkpoint());
        }
    }

    @Test
    void record_witnessDownAndNotRequired_isRecorded() {
        Witness down = (checkpoint, proof) -> {
            throw new IllegalStateException("down");
        };
        try (AuditLog opened = witnessed(down).open()) {
            assertThat(opened.record(TestLogs.event(0))).isZero();
        }
    }

    @Test
    void record_witnessBreaks_costsItsCosignatureOnly() {
        Witness broken = (checkpoint, proof) -> {
            throw new AssertionError("broken");
        };
        try (AuditLog opened = witnessed(broken).open()) {
            assertThat(opened.record(TestLogs.event(0))).isZero();
            assertThat(opened.record(TestLogs.event(1))).isOne();
        }
    }

    @Test
    void record_witnessInterruptsItself_isCosigned() {
        Witness local = local();
        Witness rude = (checkpoint, proof) -> {
            Witness.Answer answer = local.cosign(checkpoint, proof);
            Thread.currentThread().interrupt();
            return answer;
        };
        try (AuditLog opened = witnessed(rude).requiredWitnesses(1).open()) {
            assertThat(opened.record(TestLogs.event(0))).isZero();
            assertThat(opened.record(TestLogs.event(1))).isOne();
        }
    }

    @Test
    void record_unwitnessed_eachCallerGetsItsOwnFailureAndItsStack() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Witness down = (checkpoint, proof) -> {
            busy.countDown();
            TestLogs.awaitQuietly(go);
            throw new IllegalStateException("down");
        };
        try (AuditLog opened = witnessed(down).requiredWitnesses(1).open()) {
            CompletableFuture<Long> first = opened.recordLater(TestLogs.event(0));
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Long> second = opened.recordLater(TestLogs.event(1));
            CompletableFuture<Long> third = opened.recordLater(TestLogs.event(2));
            go.countDown();
            assertThat(failure(first)).isInstanceOf(UnwitnessedException.class);
            assertThat(failure(second)).isNotSameAs(failure(third));
            assertThatExceptionOfType(UnwitnessedException.class)
                    .isThrownBy(() -> opened.record(TestLogs.event(3)))
                    .satisfies(e -> assertThat(e.getSuppressed()[0].getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(WitnessTest.class.getName())));
        }
    }

    private static Throwable failure(CompletableFuture<Long> index) {
        try {
            index.join();
        } catch (CompletionException e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("recorded");
    }

    @Test
    void record_wrongCosignature_doesNotCount() {
        LogSigner other = LogSigner.generate(key.name());
        Witness forger = (checkpoint, proof) -> new Witness.Cosigned(other.cosign(checkpoint, TestLogs.NOW));
        try (AuditLog opened = witnessed(forger).requiredWitnesses(1).open()) {
            assertThatExceptionOfType(UnwitnessedException.class).isThrownBy(() -> opened.record(TestLogs.event(0)));
            assertThat(opened.checkpoint().signatures()).hasSize(1);
        }
    }

    @Test
    void record_witnessRemembersMore_doesNotCount() {
        Witness ahead = (checkpoint, proof) -> new Witness.Conflict(1_000_000);
        try (AuditLog opened = witnessed(ahead).requiredWitnesses(1).open()) {
            assertThatExceptionOfType(UnwitnessedException.class).isThrownBy(() -> opened.record(TestLogs.event(0)));
        }
    }

    @Test
    void cosign_forkOfWhatIsRemembered_isRefused() {
        try (AuditLog opened = witnessed(local()).requiredWitnesses(1).open()) {
            opened.record(TestLogs.event(0));
        }
        LocalWitness witness = local();
        try (AuditLog fork = TestLogs.open(directory.resolve("fork"))) {
            fork.record(TestLogs.event(5));
            Checkpoint one = fork.checkpoint();
            fork.record(TestLogs.event(6));
            ConsistencyProof proof = fork.proveConsistency(one);
            assertThatExceptionOfType(AuditLogException.class)
                    .isThrownBy(() -> witness.cosign(fork.checkpoint(), proof));
            ConsistencyProof same = new ConsistencyProof(1, 1, List.of());
            assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> witness.cosign(one, same));
        }
    }

    @Test
    void cosign_proofFromElsewhere_saysWhatIsRemembered() {
        LocalWitness witness = local();
        Checkpoint five = TestLogs.make(log, 5);
        assertThat(witness.cosign(five, new ConsistencyProof(2, 5, List.of()))).isEqualTo(new Witness.Conflict(0));
        assertThat(witness.cosign(five, new ConsistencyProof(0, 5, List.of()))).isInstanceOf(Witness.Cosigned.class);
        assertThat(witness.cosign(five, new ConsistencyProof(0, 5, List.of()))).isEqualTo(new Witness.Conflict(5));
        assertThat(witness.cosign(five, new ConsistencyProof(5, 5, List.of()))).isInstanceOf(Witness.Cosigned.class);
    }

    @Test
    void cosign_notSignedByTheLog_isRefused() {
        LocalWitness witness = local();
        Checkpoint bare = new Checkpoint(TestLogs.ORIGIN, 1, TreeHash.ofNothing(), List.of(), List.of());
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> witness.cosign(bare, new ConsistencyProof(0, 1, List.of())));
        assertThat(memory).doesNotExist();
    }

    @Test
    void cosign_memoryCannotBeWritten_isNotCosigned() throws IOException {
        Path lost = Files.createDirectory(directory.resolve("lost"));
        LocalWitness witness = LocalWitness.open(lost.resolve("memory"), key, TestLogs.VERIFIER);
        Files.delete(lost);
        Checkpoint one = TestLogs.make(log, 1);
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> witness.cosign(one, new ConsistencyProof(0, 1, List.of())));
    }

    @Test
    void open_memoryOfAnotherLog_isRefused() throws IOException {
        Files.writeString(memory, "no checkpoint");
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(this::local);
    }

    @Test
    void builder_sameWitnessTwice_isRefused() {
        AuditLog.Builder builder = witnessed(local());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.witness(local(), key.witnessKey()));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.witness(local(), key.verifierKey()));
    }

    private LocalWitness local() {
        return LocalWitness.open(memory, key, TestLogs.VERIFIER);
    }

    private AuditLog.Builder witnessed(Witness witness) {
        return AuditLog.at(log).signer(TestLogs.SIGNER).witness(witness, key.witnessKey());
    }
}
