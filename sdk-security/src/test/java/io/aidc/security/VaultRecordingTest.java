package io.aidc.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.seal.SealedChannel;
import io.aidc.security.seal.SealedInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultRecordingTest {
    private static final byte[] CONTENT = "canary weights".getBytes(StandardCharsets.US_ASCII);
    private static final String NAME = "models/fraud/7";

    private final List<AuditEvent> recorded = new ArrayList<>();
    private boolean full;
    private final AuditTrail trail = event -> {
        if (full) {
            throw new IllegalStateException("no room");
        }
        long index = recorded.size();
        recorded.add(event);
        return index;
    };

    @TempDir
    private Path directory;

    private KeyRing ring;
    private Vault vault;

    @BeforeEach
    void openVault() {
        char[] passphrase = "passphrase".toCharArray();
        KeyRing.create(directory.resolve("keys.ring"), passphrase).close();
        vault = Vault.builder()
                .keyStore(directory.resolve("keys.ring"), passphrase)
                .auditTo(trail)
                .open();
        ring = vault.keys();
        recorded.clear();
    }

    @AfterEach
    void closeVault() {
        vault.close();
    }

    @Test
    void eachDoor_isRecordedOnce() throws IOException {
        Path plain = Files.write(directory.resolve("plain"), CONTENT);
        Path sealed = directory.resolve("sealed");
        ByteBuffer room = ByteBuffer.allocate((int) vault.sealedSize(CONTENT.length, NAME));
        Sealed inMemory = vault.seal(ByteBuffer.wrap(CONTENT), NAME);
        vault.seal(ByteBuffer.wrap(CONTENT), NAME, room);
        vault.seal(new ByteArrayInputStream(CONTENT), sealed, NAME);
        vault.seal(plain, sealed, NAME);
        vault.sealingStream(new ByteArrayOutputStream(), NAME).close();
        assertThat(actions()).hasSize(5).containsOnly("seal DONE");
        recorded.clear();

        vault.unseal(inMemory, NAME).close();
        vault.unseal(room.flip(), NAME, ByteBuffer.allocate(CONTENT.length));
        vault.unseal(sealed, directory.resolve("out"), NAME);
        vault.channel(sealed, NAME).close();
        vault.unsealingStream(Files.newInputStream(sealed), NAME).close();
        assertThat(actions()).hasSize(5).containsOnly("unseal DONE");
    }

    @Test
    void record_namesFileAndLengthAndNoContent() throws IOException {
        Path plain = Files.write(directory.resolve("plain"), CONTENT);
        Path sealed = directory.resolve("sealed");
        vault.seal(plain, sealed, NAME);

        AuditEvent event = recorded.get(0);
        assertThat(event.principal()).isEqualTo("program");
        assertThat(event.resource()).isEqualTo(NAME);
        assertThat(event.details())
                .containsEntry("file", SealedInfo.of(sealed).fileId())
                .containsEntry("bytes", Integer.toString(CONTENT.length))
                .hasSize(2);
        assertThat(event.toString()).doesNotContain("canary");
    }

    @Test
    void failure_isRecorded() {
        Sealed sealed = vault.seal(ByteBuffer.wrap(CONTENT), NAME);

        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> vault.unseal(sealed, "models/fraud/8"));

        assertThat(actions()).containsExactly("seal DONE", "unseal FAILED");
        assertThat(recorded.get(1).resource()).isEqualTo("models/fraud/8");
    }

    @Test
    void whatCannotBeRecorded_isNotHandedOutAndDoesNotAppear() throws IOException {
        Path plain = Files.write(directory.resolve("plain"), CONTENT);
        Path sealed = directory.resolve("sealed");
        vault.seal(plain, sealed, NAME);
        Sealed inMemory = Sealed.readFrom(sealed);
        ByteBuffer target = ByteBuffer.allocate(CONTENT.length);
        full = true;

        assertNoRoom(() -> vault.seal(plain, directory.resolve("other"), NAME));
        assertNoRoom(() -> vault.seal(new ByteArrayInputStream(CONTENT), directory.resolve("other"), NAME));
        assertNoRoom(() -> vault.unseal(sealed, directory.resolve("out"), NAME));
        assertNoRoom(() -> vault.unseal(inMemory, NAME));
        assertNoRoom(() -> vault.unseal(inMemory.bytes(), NAME, target));
        assertNoRoom(() -> vault.channel(sealed, NAME));
        assertNoRoom(() -> vault.unsealingStream(Files.newInputStream(sealed), NAME));
        assertThat(directory).isDirectoryNotContaining("glob:**{other,out,.tmp}");
        assertThat(target.position()).isZero();
        assertThat(target.array()).containsOnly(0);
    }

    @Test
    void channelAndStream_afterTheirRecord_readFromTheStart() throws IOException {
        Path sealed = directory.resolve("sealed");
        vault.seal(new ByteArrayInputStream(CONTENT), sealed, NAME);
        ByteBuffer read = ByteBuffer.allocate(CONTENT.length);
        try (SealedChannel channel = vault.channel(sealed, NAME)) {
            channel.read(read);
        }
        assertThat(read.array()).isEqualTo(CONTENT);
        try (InputStream stream = vault.unsealingStream(Files.newInputStream(sealed), NAME)) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @Test
    void rewrapAndShred_areRecordedByNameAndRing() throws IOException {
        Path sealed = directory.resolve("sealed");
        vault.seal(new ByteArrayInputStream(CONTENT), sealed, NAME);
        Path garbage = Files.write(directory.resolve("garbage"), CONTENT);
        ring.rotate();
        vault.rewrap(List.of(sealed, garbage));
        vault.shred(1, List.of(sealed));

        assertThat(recorded)
                .extracting(event -> event.action() + " " + event.resource() + " " + event.outcome())
                .containsExactly(
                        "seal models/fraud/7 DONE",
                        "key-rotated keys/%s DONE".formatted(ring.id()),
                        "rewrap models/fraud/7 DONE",
                        "rewrap %s FAILED".formatted(garbage),
                        "key-destroyed keys/%s DONE".formatted(ring.id()),
                        "shred keys/%s DONE".formatted(ring.id()));
    }

    @Test
    void ringOfTheCaller_isRecordedByTheCaller() {
        try (Vault other = Vault.builder().keys(ring).auditTo(trail).open()) {
            recorded.clear();
            other.keys().rotate();
        }
        assertThat(recorded).extracting(AuditEvent::action).containsExactly("manage-keys", "key-rotated");
    }

    @Test
    void auditTo_twice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().auditTo(trail).auditTo(trail))
                .withMessageContaining("auditTo");
    }

    @Test
    void vaultWithoutATrail_recordsNothing() throws IOException {
        recorded.clear();
        try (Vault silent = Vault.builder().keys(ring).open();
                SecretBytes plaintext = silent.unseal(silent.seal(ByteBuffer.wrap(CONTENT), NAME), NAME);
                OutputStream stream = silent.sealingStream(new ByteArrayOutputStream(), NAME)) {
            stream.write(1);
            assertThat(plaintext.contentEquals(ByteBuffer.wrap(CONTENT))).isTrue();
        }
        assertThat(recorded).isEmpty();
    }

    private List<String> actions() {
        return recorded.stream()
                .map(event -> event.action() + " " + event.outcome())
                .toList();
    }

    private static void assertNoRoom(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatIllegalStateException().isThrownBy(call).withMessage("no room");
    }
}
