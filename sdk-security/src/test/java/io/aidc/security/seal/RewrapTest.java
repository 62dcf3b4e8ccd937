package io.aidc.security.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.ThreadLocks;
import io.aidc.security.keys.KeyEncryptionKey;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import io.aidc.security.seal.Rewrap.Outcome;
import io.aidc.security.seal.Rewrap.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewrapTest {
    private static final SealBinding BINDING = new SealBinding("models/fraud/7", Map.of("tenant", "north"));

    @TempDir
    private Path directory;

    private KeyRing old;
    private KeyRing fresh;
    private byte[] plaintext;
    private Path file;
    private Rewrap rewrap;

    @BeforeEach
    void seal() throws IOException {
        old = TestRings.create(directory.resolve("old"), "passphrase");
        fresh = TestRings.create(directory.resolve("fresh"), "passphrase");
        plaintext = new byte[40_000];
        new Random(1).nextBytes(plaintext);
        file = directory.resolve("file");
        Files.write(file, SealWriter.to(List.of(Recipient.of(old))).seal(ByteBuffer.wrap(plaintext), BINDING));
        rewrap = Rewrap.of(List.of(Identity.of(old), Identity.of(fresh)), List.of(Recipient.of(fresh)));
    }

    @AfterEach
    void close() {
        old.close();
        fresh.close();
    }

    @Test
    void files_otherRing_moveWithoutTouchingTheContent() throws IOException {
        byte[] before = Files.readAllBytes(file);
        SealedInfo was = SealedInfo.of(file);
        assertThat(run(rewrap)).isEqualTo(Outcome.REWRAPPED);
        byte[] after = Files.readAllBytes(file);
        assertThat(after).hasSameSizeAs(before);
        assertThat(Arrays.mismatch(after, 4096, after.length, before, 4096, before.length))
                .isEqualTo(-1);
        assertThat(opens(fresh)).isTrue();
        assertThat(opens(old)).isFalse();
        SealedInfo is = SealedInfo.of(file);
        assertThat(is.recipients()).containsExactly(new RecipientId.Ring(fresh.id(), 1));
        assertThat(is.headerDigest()).isEqualTo(was.headerDigest());
        assertThat(is.fileId()).isEqualTo(was.fileId());
        assertThat(is.changing()).isFalse();
        assertThat(run(rewrap)).isEqualTo(Outcome.CURRENT);
        assertThat(file).hasBinaryContent(after);
    }

    @Test
    void files_severalRotations_alternateTheSlots() throws IOException {
        Rewrap rotate = Rewrap.of(List.of(Identity.of(old)), List.of(Recipient.of(old)));
        assertThat(run(rotate)).isEqualTo(Outcome.CURRENT);
        for (int version = 2; version < 6; version++) {
            old.rotate();
            assertThat(run(rotate)).isEqualTo(Outcome.REWRAPPED);
            assertThat(SealedInfo.of(file).recipients()).containsExactly(new RecipientId.Ring(old.id(), version));
        }
        for (int version = 1; version < 5; version++) {
            old.destroy(version);
        }
        assertThat(opens(old)).isTrue();
    }

    /** Every byte count after which the machine may stop: what is on the disk is a prefix of a write, or none of it. */
    @Test
    void files_crashAtAnyWrite_stillOpenAndFinishLater() throws IOException {
        byte[] before = Files.readAllBytes(file);
        for (int write = 0; write < 4; write++) {
            for (int bytes : new int[] {0, 1, 8, 15, 16, 100, 150, 1791, 1792}) {
                Files.write(file, before);
                Crash crash = new Crash(write, bytes);
                Result result = rewrap.on(crash).files(List.of(file)).get(0);
                if (result.outcome() == Outcome.REWRAPPED) {
                    continue; // the write was shorter than that
                }
                assertThat(result.failure().get(0)).isInstanceOf(VaultIoException.class);
                boolean torn = crash.torn && (write == 0 || write == 3);
                if (!torn) { // the mark lies in one sector, which is written whole or not at all
                    assertThat(opens(old) || opens(fresh))
                            .as("write %d, %d bytes", write, bytes)
                            .isTrue();
                    assertThat(run(rewrap)).isIn(Outcome.REWRAPPED, Outcome.CURRENT);
                    assertThat(opens(fresh)).isTrue();
                    assertThat(opens(old)).isFalse();
                    assertThat(SealedInfo.of(file).changing()).isFalse();
                }
            }
        }
    }

    @Test
    void files_crashBetweenTheSlots_newestCounts() throws IOException {
        rewrap.on(new Crash(2, 0)).files(List.of(file));
        SealedInfo info = SealedInfo.of(file);
        assertThat(info.changing()).isTrue();
        assertThat(info.recipients()).hasSize(2);
        assertThat(opens(old)).isTrue();
        assertThat(opens(fresh)).isTrue();
    }

    @Test
    void unseal_damagedSlotWithoutTheMark_isRefused() throws IOException {
        rewrap.on(new Crash(1, 100)).files(List.of(file));
        assertThat(opens(old)).isTrue();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(16), 4080);
        }
        assertThat(opens(old)).isFalse();
        assertThat(opens(fresh)).isFalse();
    }

    /** Half a recipient may look like another release's, or like a hostile one. */
    @ParameterizedTest
    @ValueSource(ints = {13, 20})
    void files_crashInsideAPassphraseRecipient_stillOpen(int bytes) throws IOException {
        Identity before = Identity.ofPassphrase("before".toCharArray());
        Recipient recipient = Recipient.ofPassphrase("before".toCharArray());
        Files.write(file, SealWriter.to(List.of(recipient)).seal(ByteBuffer.wrap(plaintext), BINDING));
        Rewrap change = Rewrap.of(List.of(before), List.of(Recipient.of(fresh)));
        Rewrap crashing = Rewrap.of(List.of(before), List.of(Recipient.ofPassphrase("after".toCharArray())))
                .on(new Crash(1, bytes));
        assertThat(crashing.files(List.of(file)).get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(run(change)).isEqualTo(Outcome.REWRAPPED);
        assertThat(opens(fresh)).isTrue();
    }

    @Test
    void files_lastGeneration_isRefusedAndStillOpens() throws IOException {
        setGeneration(Long.MAX_VALUE);
        byte[] before = Files.readAllBytes(file);
        Result result = rewrap.files(List.of(file)).get(0);
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.failure().get(0)).hasMessageContaining("seal it again");
        assertThat(file).hasBinaryContent(before);
        assertThat(opens(old)).isTrue();
    }

    /** As somebody who has the data key can. */
    private void setGeneration(long generation) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            SealedHead head = SealReader.head(channel);
            SealedHead.Opened opened = head.open(List.of(Identity.of(old)));
            byte[] slot = new Slot(generation, opened.slot().stanzas()).encode(head.slotA().length);
            HeaderMac.write(opened.dataKey(), head.prefix(), slot);
            channel.write(ByteBuffer.wrap(slot), head.slotAt(opened.index()));
        }
    }

    @Test
    void files_sameFileThroughASymbolicLink_areDoneOneAfterTheOther() throws IOException {
        Path link = Files.createSymbolicLink(
                Files.createDirectory(directory.resolve("links")).resolve("link"), file);
        ThreadLocks locks = new ThreadLocks();
        assertThat(locks.of(link)).isSameAs(locks.of(file));
    }

    @Test
    void files_oneFails_theOthersAreDone() throws Exception {
        Path garbage = Files.write(directory.resolve("garbage"), new byte[10_000]);
        Path others = Files.write(
                directory.resolve("others"),
                SealWriter.to(List.of(Recipient.of(fresh))).seal(ByteBuffer.wrap(plaintext), BINDING));
        List<Path> files = new ArrayList<>(List.of(garbage, directory.resolve("none"), others));
        for (int i = 0; i < 20; i++) {
            files.add(Files.copy(file, directory.resolve("copy" + i)));
        }
        byte[] before = Files.readAllBytes(others);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Result> results = rewrap.on(threads, 4).files(files);
        threads.shutdownNow();
        assertThat(results).extracting(Result::file).isEqualTo(files);
        assertThat(results.get(0).failure().get(0)).isInstanceOf(MalformedSealException.class);
        assertThat(results.get(1).failure().get(0)).isInstanceOf(VaultIoException.class);
        assertThat(results.get(2).outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(others).hasBinaryContent(before);
        assertThat(results.subList(3, files.size()))
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.REWRAPPED));
    }

    @Test
    void files_keyServiceThrowsItsOwnException_failForThatFileAlone() {
        KeyEncryptionKey service = new KeyEncryptionKey() {
            @Override
            public String id() {
                return "service";
            }

            @Override
            public byte[] wrap(byte[] key, byte[] context) {
                throw new IllegalStateException("throttled");
            }

            @Override
            public byte[] unwrap(byte[] wrapped, byte[] context) {
                throw new IllegalStateException("throttled");
            }
        };
        Rewrap toService = Rewrap.of(List.of(Identity.of(old)), List.of(Recipient.of(service)));
        List<Result> results = toService.files(List.of(file, directory.resolve("none")));
        assertThat(results).allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.FAILED));
        assertThat(results.get(0).failure().get(0)).hasStackTraceContaining("throttled");
    }

    @Test
    void files_nobodyWhoOpens_areUntouched() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Rewrap blind = Rewrap.of(List.of(Identity.of(fresh)), List.of(Recipient.of(fresh)));
        Result result = blind.files(List.of(file)).get(0);
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.failure().get(0)).isInstanceOf(UnsealException.class);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void files_heldByAnother_areBusy() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            Result result = rewrap.files(List.of(file)).get(0);
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.failure().get(0)).hasMessageContaining("another thread");
        }
    }

    /** Where locks are mandatory, one on the content would keep readers out. */
    @Test
    void files_whileLocked_leaveTheBytesOfTheFileFree() {
        List<Boolean> free = new ArrayList<>();
        Rewrap.Disk looking = new Rewrap.Disk() {
            @Override
            void flush(FileChannel channel) throws IOException {
                try (var lock = channel.tryLock(0, channel.size(), true)) {
                    free.add(lock.isValid());
                }
                super.flush(channel);
            }
        };
        assertThat(run(rewrap.on(looking))).isEqualTo(Outcome.REWRAPPED);
        assertThat(free).hasSize(4).containsOnly(true);
    }

    private Outcome run(Rewrap with) {
        Result result = with.files(List.of(file)).get(0);
        assertThat(result.failure()).isEmpty();
        return result.outcome();
    }

    private boolean opens(KeyRing ring) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                SealedChannel content =
                        SealReader.as(List.of(Identity.of(ring))).channel(channel, BINDING);
                SecretBytes read = SecretBytes.allocate(plaintext.length)) {
            content.read(read.buffer(), 0);
            assertThat(read.buffer()).isEqualTo(ByteBuffer.wrap(plaintext));
            return true;
        } catch (UnsealException e) {
            return false;
        }
    }

    /** Stops at a write, after so many bytes of it. */
    private static final class Crash extends Rewrap.Disk {
        private final int write;
        private final int bytes;
        private int writes;
        private boolean torn;

        Crash(int write, int bytes) {
            this.write = write;
            this.bytes = bytes;
        }

        @Override
        void write(FileChannel file, byte[] content, long position) throws IOException {
            if (writes++ == write && bytes <= content.length) {
                torn = bytes > 0 && bytes < content.length;
                super.write(file, Arrays.copyOf(content, bytes), position);
                throw new IOException("the machine stopped");
            }
            super.write(file, content, position);
        }
    }
}
