package io.aidc.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.seal.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTest {
    private static final String NAME = "models/fraud/7";

    @TempDir
    private Path directory;

    private Path ringFile;
    private KeyRing ring;
    private Vault vault;

    @BeforeEach
    void open() {
        ringFile = directory.resolve("keys.ring");
        ring = TestRings.create(ringFile, "passphrase");
        vault = Vault.builder().keys(ring).open();
    }

    @AfterEach
    void close() {
        vault.close();
        ring.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16383, 16384, 16385, 65536, 300_000})
    void unseal_whateverSealed_givesTheContentThroughEveryDoor(int size) throws IOException {
        byte[] plaintext = random(size);
        Path file = Files.write(directory.resolve("plain"), plaintext);
        ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        try (OutputStream out = vault.sealingStream(streamed, NAME)) {
            out.write(plaintext);
        }
        Path sealedFile = directory.resolve("sealed");
        vault.seal(file, sealedFile, NAME);
        List<byte[]> forms = List.of(
                bytes(vault.seal(ByteBuffer.wrap(plaintext), NAME).bytes()),
                bytes(vault.seal(direct(plaintext), NAME).bytes()),
                streamed.toByteArray(),
                Files.readAllBytes(sealedFile));
        for (byte[] sealed : forms) {
            assertThat(sealed).hasSameSizeAs(forms.get(0));
            try (SecretBytes secret = vault.unseal(ByteBuffer.wrap(sealed), NAME);
                    SecretBytes fromDirect = vault.unseal(Sealed.of(direct(sealed)), NAME);
                    InputStream in = vault.unsealingStream(new ByteArrayInputStream(sealed), NAME)) {
                assertThat(bytes(secret.buffer())).isEqualTo(plaintext);
                assertThat(bytes(fromDirect.buffer())).isEqualTo(plaintext);
                assertThat(in.readAllBytes()).isEqualTo(plaintext);
            }
            Files.write(sealedFile, sealed);
            vault.unseal(sealedFile, directory.resolve("again"), NAME);
            assertThat(directory.resolve("again")).hasBinaryContent(plaintext);
        }
    }

    @Test
    void seal_buffer_movesNoPosition() {
        ByteBuffer plaintext = ByteBuffer.wrap(random(100)).position(10).limit(90);
        Sealed sealed = vault.seal(plaintext, NAME);
        assertThat(plaintext.position()).isEqualTo(10);
        ByteBuffer bytes = sealed.bytes();
        try (SecretBytes secret = vault.unseal(bytes, NAME)) {
            assertThat(secret.buffer()).isEqualTo(plaintext);
            assertThat(bytes.position()).isZero();
        }
    }

    @Test
    void seal_intoMemoryOfTheCaller_fillsIt() {
        byte[] plaintext = random(50_000);
        int size = (int) vault.sealedSize(plaintext.length, NAME);
        for (ByteBuffer target : List.of(ByteBuffer.allocate(size + 10), ByteBuffer.allocateDirect(size + 10))) {
            vault.seal(ByteBuffer.wrap(plaintext), NAME, target.position(5));
            assertThat(target.position()).isEqualTo(size + 5);
            try (SecretBytes secret = vault.unseal(target.slice(5, size), NAME)) {
                assertThat(secret.buffer()).isEqualTo(ByteBuffer.wrap(plaintext));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> vault.seal(ByteBuffer.wrap(plaintext), NAME, target.position(11)))
                    .withMessageContaining("room for " + size);
        }
    }

    @Test
    void unseal_intoMemoryOfTheCaller_fillsItOrLeavesZeros() {
        byte[] plaintext = random(50_000);
        Sealed sealed = vault.seal(ByteBuffer.wrap(plaintext), NAME);
        for (ByteBuffer target : List.of(ByteBuffer.allocate(50_010), ByteBuffer.allocateDirect(50_010))) {
            vault.unseal(sealed.bytes(), NAME, target.position(5));
            assertThat(target.position()).isEqualTo(50_005);
            assertThat(target.slice(5, 50_000)).isEqualTo(ByteBuffer.wrap(plaintext));
            byte[] bad = bytes(sealed.bytes());
            bad[bad.length - 1] ^= 1;
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> vault.unseal(ByteBuffer.wrap(bad), NAME, target.position(5)));
            assertThat(target.position()).isEqualTo(5);
            assertThat(target.slice(5, 50_000)).isEqualTo(ByteBuffer.allocate(50_000));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> vault.unseal(sealed.bytes(), NAME, target.position(20)))
                    .withMessageContaining("49990");
        }
    }

    @Test
    void targets_thatHoldKeysOrAreTheSource_areRefused() throws IOException {
        Path plain = Files.write(directory.resolve("plain"), random(10));
        byte[] before = Files.readAllBytes(ringFile);
        Path pem = Files.writeString(directory.resolve("key.pem"), "text\n-----BEGIN PRIVATE KEY-----\n");
        for (Path target : List.of(ringFile, pem)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> vault.seal(plain, target, NAME))
                    .withMessageContaining("never overwritten");
            Sealed sealed = vault.seal(ByteBuffer.allocate(1), NAME);
            assertThatIllegalArgumentException().isThrownBy(() -> sealed.writeTo(target));
        }
        assertThat(ringFile).hasBinaryContent(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.seal(plain, plain, NAME))
                .withMessageContaining("different");
        Path sealed = directory.resolve("sealed");
        vault.seal(plain, sealed, NAME);
        assertThatIllegalArgumentException().isThrownBy(() -> vault.unseal(sealed, sealed, NAME));
        assertThatIllegalArgumentException().isThrownBy(() -> vault.unseal(sealed, ringFile, NAME));
    }

    @Test
    void seal_source_leavesNothingIfItFails() throws IOException {
        Path target = directory.resolve("target");
        vault.seal(new ByteArrayInputStream(random(50_000)), target, NAME);
        try (SecretBytes secret = vault.unseal(Sealed.readFrom(target), NAME)) {
            assertThat(bytes(secret.buffer())).isEqualTo(random(50_000));
        }
        Files.delete(target);
        @SuppressWarnings("InputStreamSlowMultibyteRead")
        InputStream broken = new InputStream() {
            private int left = 20_000;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("source gone");
                }
                return 1;
            }
        };
        List<Path> before = files();
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> vault.seal(broken, target, NAME));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void pathDoors_failures_nameTheFile() throws IOException {
        Path sealed = directory.resolve("sealed");
        vault.seal(ByteBuffer.allocate(10), NAME).writeTo(sealed);
        Path text = Files.writeString(directory.resolve("text"), "no seal");
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> vault.channel(sealed, "other"))
                .withMessageContaining(sealed.toString())
                .withNoCause();
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> vault.unseal(sealed, directory.resolve("target"), "other"))
                .withMessageContaining(sealed.toString());
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> vault.channel(text, NAME))
                .withMessageContaining(text.toString());
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> vault.unseal(text, directory.resolve("target"), NAME))
                .withMessageContaining(text.toString());
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> vault.seal(directory, directory.resolve("target"), NAME))
                .withMessageContaining("Cannot read " + directory);
    }

    @Test
    void writeTo_thenReadFrom_isEqual() {
        Sealed sealed = vault.seal(ByteBuffer.wrap(random(100)), NAME);
        Path file = directory.resolve("sealed");
        sealed.writeTo(file);
        Sealed read = Sealed.readFrom(file);
        assertThat(read).isEqualTo(sealed).hasSameHashCodeAs(sealed).isNotEqualTo(Sealed.of(ByteBuffer.allocate(3)));
        assertThat(read.size()).isEqualTo(sealed.size());
        assertThat(sealed.bytes().isReadOnly()).isTrue();
        assertThat(sealed).hasToString("Sealed[size=%d]".formatted(sealed.size()));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> Sealed.readFrom(directory.resolve("none")))
                .withCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void unsealToFile_changedSeal_leavesNothing() throws IOException {
        Path plain = Files.write(directory.resolve("plain"), random(40_000));
        Path sealed = directory.resolve("sealed");
        vault.seal(plain, sealed, NAME);
        byte[] bytes = Files.readAllBytes(sealed);
        Path target = directory.resolve("target");
        List<Path> before = files();
        for (int at : new int[] {0, 20, 500, 2000, 4095, 4096, 4130, 5000, 21_000, bytes.length - 1}) {
            byte[] bad = bytes.clone();
            bad[at] ^= 4;
            Files.write(sealed, bad);
            assertThatExceptionOfType(VaultException.class).isThrownBy(() -> vault.unseal(sealed, target, NAME));
            Files.write(sealed, Arrays.copyOf(bytes, at));
            assertThatExceptionOfType(VaultException.class).isThrownBy(() -> vault.unseal(sealed, target, NAME));
            assertThat(files()).isEqualTo(before);
        }
        Files.write(sealed, bytes);
        Files.writeString(target, "kept");
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> vault.unseal(sealed, target, "other"));
        assertThat(target).hasContent("kept");
    }

    @Test
    void seal_missingOrUnreadableSource_leavesNothing() throws IOException {
        List<Path> before = files();
        Path target = directory.resolve("target");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> vault.seal(directory.resolve("none"), target, NAME))
                .withCauseInstanceOf(NoSuchFileException.class);
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> vault.seal(directory, target, NAME));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> vault.unseal(directory.resolve("none"), target, NAME));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void sealingStream_givenUpByClosingTheSink_doesNotUnseal() throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        OutputStream out = vault.sealingStream(sink, NAME);
        out.write(random(50_000));
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> vault.unseal(ByteBuffer.wrap(sink.toByteArray()), NAME));
    }

    @Test
    void unseal_toFile_belongsToItsOwner() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.getFileStore(directory).supportsFileAttributeView("posix"));
        Path sealed = directory.resolve("sealed");
        vault.seal(ByteBuffer.wrap(random(10)), NAME).writeTo(sealed);
        Path target = directory.resolve("target");
        vault.unseal(sealed, target, NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ringFile)))
                .isEqualTo("rw-------");
    }

    @Test
    void unseal_afterRotation_worksUntilTheVersionIsDestroyed() {
        Sealed sealed = vault.seal(ByteBuffer.wrap(random(10)), NAME);
        vault.keys().rotate();
        vault.unseal(sealed, NAME).close();
        vault.keys().disable(1);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> vault.unseal(sealed, NAME));
        vault.keys().enable(1);
        vault.unseal(sealed, NAME).close();
        vault.keys().destroy(1);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> vault.unseal(sealed, NAME));
    }

    @Test
    void context_otherThanSealed_isRefused() {
        Vault north = Vault.builder().keys(ring).context("tenant", "north").open();
        Vault south = Vault.builder().keys(ring).context("tenant", "south").open();
        Sealed sealed = north.seal(ByteBuffer.wrap(random(10)), NAME);
        north.unseal(sealed, NAME).close();
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> south.unseal(sealed, NAME));
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> vault.unseal(sealed, NAME));
    }

    @Test
    void builder_snapshot_isNotChangedLater() {
        Vault.Builder builder = Vault.builder().keys(ring);
        Vault plain = builder.open();
        builder.context("tenant", "north");
        Sealed sealed = vault.seal(ByteBuffer.wrap(random(10)), NAME);
        plain.unseal(sealed, NAME).close();
    }

    @Test
    void builder_misuse_isNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().open())
                .withMessageContaining("keyStore");
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().keys(ring).keyStore(ringFile, new char[1]))
                .withMessageContaining("given already");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> Vault.builder().keyStore(ringFile, new char[1]).keys(ring))
                .withMessageContaining(ringFile.toString());
        assertThatIllegalStateException()
                .isThrownBy(() -> Vault.builder().context("a", "1").context("a", "2"))
                .withMessageContaining("a is 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vault.builder().context("", "1"))
                .withMessageContaining("context key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vault.seal(ByteBuffer.allocate(0), ""))
                .withMessageContaining("name");
    }

    @Test
    void keyStore_wrongPassphrase_isRefused() {
        assertThatExceptionOfType(KeyRingException.class)
                .isThrownBy(() -> Vault.builder()
                        .keyStore(ringFile, "wrong".toCharArray())
                        .open())
                .satisfies(e -> assertThat(e.reason()).isEqualTo(KeyRingException.Reason.NOT_OPENED));
    }

    @Test
    void everyMethod_afterClose_isRefused() {
        Sealed sealed = vault.seal(ByteBuffer.allocate(1), NAME);
        vault.close();
        vault.close();
        assertThatIllegalStateException().isThrownBy(() -> vault.seal(ByteBuffer.allocate(1), NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.unseal(sealed, NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.seal(ringFile, ringFile, NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.unseal(ringFile, ringFile, NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.sealingStream(OutputStream.nullOutputStream(), NAME));
        assertThatIllegalStateException().isThrownBy(() -> vault.unsealingStream(InputStream.nullInputStream(), NAME));
        assertThatIllegalStateException().isThrownBy(vault::keys);
        assertThat(ring.primary()).as("the caller's ring stays open").isEqualTo(1);
    }

    @Test
    void close_ringOpenedByTheVault_closesItToo() {
        Vault own =
                Vault.builder().keyStore(ringFile, "passphrase".toCharArray()).open();
        KeyRing opened = own.keys();
        own.close();
        assertThatIllegalStateException().isThrownBy(opened::primary);
    }

    @Test
    void sealingStream_vaultAndItsRingClosed_completesTheSeal() throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        Vault own =
                Vault.builder().keyStore(ringFile, "passphrase".toCharArray()).open();
        byte[] content = new byte[40_000];
        new Random(1).nextBytes(content);
        try (OutputStream out = own.sealingStream(sealed, NAME)) {
            out.write(content, 0, 10_000);
            own.close();
            out.write(content, 10_000, 30_000);
        }
        try (SecretBytes opened = vault.unseal(ByteBuffer.wrap(sealed.toByteArray()), NAME)) {
            assertThat(opened.buffer()).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void rewrap_nobodyToSealFor_isNamed() {
        try (Vault reading = Vault.builder()
                .identity(Identity.ofPassphrase(new char[] {'a'}))
                .open()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> reading.rewrap(List.of(ringFile)))
                    .withMessageContaining("recipient");
        }
    }

    @Test
    void readFrom_fileTooLongForMemory_isAnIoFailure() throws IOException {
        Path sparse = directory.resolve("sparse");
        try (FileChannel file = FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), 1L << 31);
        }
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> Sealed.readFrom(sparse))
                .withStackTraceContaining("2147483649");
    }

    @Test
    void sealAndUnseal_fromTwoThreads_agree() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] plaintext = random(1000 * i);
                results.add(threads.submit(() -> {
                    Sealed sealed = vault.seal(ByteBuffer.wrap(plaintext), NAME);
                    try (SecretBytes secret = vault.unseal(sealed, NAME)) {
                        return Arrays.equals(bytes(secret.buffer()), plaintext);
                    }
                }));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
