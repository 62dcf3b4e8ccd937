package io.aidc.security.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultException;
import io.aidc.security.keys.FileKeyEncryptionKey;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.KeyEncryptionKey;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipientTest {
    private static final SealBinding BINDING = new SealBinding("models/fraud/7", Map.of());
    private static final byte[] PLAINTEXT = "weights".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private KeyRing ring;
    private HpkeKeyPair xwing;
    private HpkeKeyPair x25519;
    private FakeService service;

    @BeforeEach
    void makeKeys() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        xwing = HpkeKeyPair.generate(HpkeSuite.X_WING);
        x25519 = HpkeKeyPair.generate(HpkeSuite.X25519);
        service = new FakeService("projects/north/keys/1");
    }

    @AfterEach
    void close() {
        ring.close();
        xwing.close();
        x25519.close();
    }

    @Test
    void seal_forSeveral_eachOpensAlone() throws IOException {
        byte[] sealed = sealForAll();
        assertThat(SealedInfo.of(SealedHead.read(new ByteArrayInputStream(sealed)), sealed.length)
                        .recipients())
                .containsExactly(
                        new RecipientId.Ring(ring.id(), 1),
                        new RecipientId.Hpke(HpkeSuite.X_WING, xwing.publicKey().id()),
                        new RecipientId.Hpke(
                                HpkeSuite.X25519, x25519.publicKey().id()),
                        new RecipientId.Kek("projects/north/keys/1"));
        for (Identity identity :
                List.of(Identity.of(ring), Identity.of(xwing), Identity.of(x25519), Identity.of(service))) {
            assertThat(unseal(sealed, identity)).isEqualTo(PLAINTEXT);
        }
    }

    @Test
    void unseal_asSomebodyElse_isRefusedAlike() throws IOException {
        byte[] sealed = sealForAll();
        try (KeyRing otherRing = TestRings.create(directory.resolve("other"), "passphrase");
                HpkeKeyPair otherPair = HpkeKeyPair.generate(HpkeSuite.X_WING)) {
            for (Identity stranger : List.of(
                    Identity.of(otherRing),
                    Identity.of(otherPair),
                    Identity.of(new FakeService("projects/south/keys/1")),
                    Identity.of(new FakeService("projects/north/keys/1")))) {
                assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(sealed, stranger));
            }
        }
    }

    /** Taking out, swapping or repeating a recipient breaks the MAC for whoever is left. */
    @Test
    void unseal_recipientsChanged_isRefused() throws IOException {
        byte[] sealed = sealForAll();
        SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
        List<Stanza> stanzas = head.slots().get(0).stanzas();
        List<List<Stanza>> changed = List.of(
                stanzas.subList(0, 3),
                stanzas.subList(1, 4),
                List.of(stanzas.get(1), stanzas.get(0), stanzas.get(2), stanzas.get(3)),
                List.of(stanzas.get(0)));
        for (List<Stanza> other : changed) {
            byte[] bad = sealed.clone();
            byte[] slot = new Slot(1, other).encode(head.header().slotBytes());
            System.arraycopy(slot, 0, bad, head.slotAt(0), slot.length - HeaderMac.BYTES);
            for (Identity identity : List.of(Identity.of(ring), Identity.of(xwing), Identity.of(x25519))) {
                assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(bad, identity));
            }
        }
    }

    @Test
    void unseal_anyByteOfTheHeaderChanged_isRefusedForEveryRecipient() throws IOException {
        byte[] sealed = sealForAll();
        int head = SealedHead.read(new ByteArrayInputStream(sealed)).bytes();
        List<Identity> identities =
                List.of(Identity.of(ring), Identity.of(xwing), Identity.of(x25519), Identity.of(service));
        for (int i = 0; i < head; i++) {
            byte[] bad = sealed.clone();
            bad[i] ^= (byte) (1 << i % 8);
            Identity identity = identities.get(i % identities.size());
            assertThat(catchThrowable(() -> unseal(bad, identity)))
                    .as("byte %d", i)
                    .isInstanceOf(VaultException.class);
        }
    }

    @Test
    void passphrase_rightOne_opens() throws IOException {
        byte[] sealed = SealWriter.to(List.of(Recipient.ofPassphrase("correct horse".toCharArray())))
                .seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
        assertThat(unseal(sealed, Identity.ofPassphrase("correct horse".toCharArray())))
                .isEqualTo(PLAINTEXT);
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> unseal(sealed, Identity.ofPassphrase("wrong horse".toCharArray())));
    }

    @Test
    void passphrase_hostileCost_isRefusedBeforeAnyWork() throws IOException {
        byte[] sealed = SealWriter.to(List.of(Recipient.ofPassphrase("correct horse".toCharArray())))
                .seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
        int cost = SealedHead.read(new ByteArrayInputStream(sealed)).slotAt(0) + 10 + 3 + 1;
        for (int at : new int[] {cost, cost + 4, cost + 8}) {
            byte[] bad = sealed.clone();
            bad[at] = 0x7f;
            assertThatExceptionOfType(MalformedSealException.class)
                    .isThrownBy(() -> unseal(bad, Identity.ofPassphrase("correct horse".toCharArray())))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(MalformedSealException.Reason.OVER_LIMIT));
        }
    }

    @Test
    void service_unreachable_isAnIoFailureUnlessAnotherOpens() throws IOException {
        byte[] sealed = sealForAll();
        service.reachable = false;
        assertThatIOException().isThrownBy(() -> unseal(sealed, Identity.of(service)));
        SealReader both = SealReader.as(List.of(Identity.of(service), Identity.of(ring)));
        both.unseal(ByteBuffer.wrap(sealed), BINDING).close();
        assertThatIOException()
                .isThrownBy(
                        () -> SealWriter.to(List.of(Recipient.of(service))).seal(ByteBuffer.wrap(PLAINTEXT), BINDING));
    }

    @Test
    void writer_tooManyRecipients_areRefused() throws IOException {
        List<Recipient> large = publicKeys(HpkeSuite.X_WING, 14);
        SealWriter.to(large.subList(0, 13)).seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(large))
                .withMessageContaining("16128");
        List<Recipient> small = publicKeys(HpkeSuite.X25519, 33);
        SealWriter.to(small.subList(0, 32)).seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(small))
                .withMessageContaining("33");
        assertThatIllegalArgumentException().isThrownBy(() -> SealWriter.to(List.of()));
        Recipient passphrase = Recipient.ofPassphrase(new char[] {'a'});
        Recipient other = Recipient.ofPassphrase(new char[] {'b'});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(List.of(passphrase, other)))
                .withMessageContaining("passphrase");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(List.of(Recipient.of(ring), Recipient.of(ring))))
                .withMessageContaining("different");
        assertThatIllegalArgumentException().isThrownBy(() -> Recipient.ofPassphrase(new char[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Identity.ofPassphrase(new char[0]));
    }

    private static List<Recipient> publicKeys(HpkeSuite suite, int count) {
        return Stream.generate(() -> Recipient.of(HpkeKeyPair.generate(suite).publicKey()))
                .limit(count)
                .toList();
    }

    @Test
    void unseal_recipientNamedTwice_isRefusedBeforeAnyKeyIsTried() throws IOException {
        byte[] sealed = sealForAll();
        SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
        Stanza stanza = head.slots().get(0).stanzas().get(1);
        byte[] slot = new Slot(1, List.of(stanza, stanza)).encode(head.header().slotBytes());
        System.arraycopy(slot, 0, sealed, head.slotAt(0), slot.length);
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> unseal(sealed, Identity.of(xwing)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(MalformedSealException.Reason.OVER_LIMIT));
    }

    /** A slot grows by one step where the zeros behind it would have no room for the mark, and must stay readable then. */
    @Test
    void writer_slotThatHasToGrow_staysWithinWhatReadersTake() throws IOException {
        SealBinding tight = new SealBinding("n", Map.of("k", "v".repeat(4009)));
        List<Recipient> most = new ArrayList<>(publicKeys(HpkeSuite.X_WING, 13));
        most.add(Recipient.of(x25519.publicKey()));
        most.addAll(publicKeys(HpkeSuite.X25519, 4));
        byte[] sealed = SealWriter.to(most).seal(ByteBuffer.wrap(PLAINTEXT), tight);
        try (SecretBytes opened = SealReader.as(List.of(Identity.of(x25519))).unseal(ByteBuffer.wrap(sealed), tight)) {
            assertThat(opened.buffer()).isEqualTo(ByteBuffer.wrap(PLAINTEXT));
        }
        most.addAll(publicKeys(HpkeSuite.X25519, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SealWriter.to(most))
                .withMessageContaining("16128");
    }

    @Test
    void rewrap_toMoreThanTheSlotHolds_leavesTheFileAlone() throws IOException {
        Path file = directory.resolve("file");
        byte[] sealed = SealWriter.to(List.of(Recipient.of(ring))).seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
        Files.write(file, sealed);
        List<Recipient> many = publicKeys(HpkeSuite.X_WING, 3);
        Rewrap.Result result =
                Rewrap.of(List.of(Identity.of(ring)), many).files(List.of(file)).get(0);
        assertThat(result.outcome()).isEqualTo(Rewrap.Outcome.FAILED);
        assertThat(result.failure().get(0)).hasMessageContaining("seal it again");
        assertThat(file).hasBinaryContent(sealed);
    }

    @Test
    void rewrap_addAndDropAPublicKey_changesWhoOpens() throws IOException {
        Path file = directory.resolve("file");
        Files.write(file, SealWriter.to(List.of(Recipient.of(ring))).seal(ByteBuffer.wrap(PLAINTEXT), BINDING));
        Identity key = Identity.of(ring);
        Rewrap.of(List.of(key), List.of(Recipient.of(ring), Recipient.of(xwing.publicKey())))
                .files(List.of(file));
        assertThat(unseal(Files.readAllBytes(file), Identity.of(xwing))).isEqualTo(PLAINTEXT);
        Rewrap.of(List.of(key), List.of(Recipient.of(ring))).files(List.of(file));
        byte[] after = Files.readAllBytes(file);
        assertThat(unseal(after, key)).isEqualTo(PLAINTEXT);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(after, Identity.of(xwing)));
    }

    @Test
    void unseal_goldenFileForFour_opensForEach() throws IOException {
        byte[] sealed = golden("sealed-recipients-v1.bin");
        SealBinding binding = new SealBinding("models/golden/2", Map.of("tenant", "north"));
        char[] passphrase = "golden".toCharArray();
        Path ringFile = Files.write(directory.resolve("golden.ring"), golden("keyring-v2.bin"));
        Path pairFile = Files.write(directory.resolve("golden.pair"), golden("hpke-pair-v1.bin"));
        Path kekFile = Files.write(directory.resolve("golden.kek"), golden("kek-v1.bin"));
        try (KeyRing goldenRing = KeyRing.open(ringFile, passphrase);
                HpkeKeyPair pair = HpkeKeyPair.open(pairFile, passphrase);
                FileKeyEncryptionKey kek = FileKeyEncryptionKey.open(kekFile)) {
            for (Identity identity : List.of(
                    Identity.of(goldenRing), Identity.of(pair), Identity.of(kek), Identity.ofPassphrase(passphrase))) {
                try (SecretBytes content = SealReader.as(List.of(identity)).unseal(ByteBuffer.wrap(sealed), binding)) {
                    assertThat(UTF_8.decode(content.buffer()).toString())
                            .isEqualTo("sealed for four, readable for ever\n");
                }
            }
        }
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = RecipientTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void unseal_garbledSlots_giveDocumentedFailuresOnly(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] sealed = sealForAll();
        SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
        List<Identity> all = List.of(Identity.of(ring), Identity.of(xwing), Identity.of(x25519), Identity.of(service));
        for (int i = 0; i < 5; i++) {
            byte[] bad = sealed.clone();
            byte[] garbage = new byte[1 + random.nextInt(40)];
            random.nextBytes(garbage);
            int at = head.slotAt(0) + random.nextInt(2 * head.header().slotBytes() - garbage.length);
            System.arraycopy(garbage, 0, bad, at, garbage.length);
            if (random.nextBoolean()) {
                System.arraycopy(SealedHead.MARK, 0, bad, head.markAt(), 16);
            }
            if (!Arrays.equals(bad, sealed)) {
                Throwable failure = catchThrowable(() ->
                        SealReader.as(all).unseal(ByteBuffer.wrap(bad), BINDING).close());
                boolean marked = bad[head.markAt()] != 0;
                if (!marked || failure != null) {
                    assertThat(failure).isInstanceOfAny(UnsealException.class, MalformedSealException.class);
                }
            }
        }
    }

    private byte[] sealForAll() throws IOException {
        return SealWriter.to(List.of(
                        Recipient.of(ring),
                        Recipient.of(xwing.publicKey()),
                        Recipient.of(x25519.publicKey()),
                        Recipient.of(service)))
                .seal(ByteBuffer.wrap(PLAINTEXT), BINDING);
    }

    private static byte[] unseal(byte[] sealed, Identity identity) throws IOException {
        try (SecretBytes secret = SealReader.as(List.of(identity)).unseal(ByteBuffer.wrap(sealed), BINDING)) {
            byte[] plaintext = new byte[secret.size()];
            secret.buffer().get(plaintext);
            return plaintext;
        }
    }

    /** Hides a key behind XOR and a check; what a service does is its own affair. */
    private static final class FakeService implements KeyEncryptionKey {
        private final String id;
        private final byte[] secret = new byte[32];
        private boolean reachable = true;

        FakeService(String id) {
            this.id = id;
            new java.security.SecureRandom().nextBytes(secret);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public byte[] wrap(byte[] key, byte[] context) throws IOException {
            requireReachable();
            byte[] wrapped = new byte[key.length + 4];
            for (int i = 0; i < key.length; i++) {
                wrapped[i] = (byte) (key[i] ^ secret[i % secret.length]);
            }
            ByteBuffer.wrap(wrapped, key.length, 4).putInt(Arrays.hashCode(context) ^ Arrays.hashCode(secret));
            return wrapped;
        }

        @Override
        public byte[] unwrap(byte[] wrapped, byte[] context) throws IOException {
            requireReachable();
            byte[] key = Arrays.copyOf(wrapped, wrapped.length - 4);
            for (int i = 0; i < key.length; i++) {
                key[i] ^= secret[i % secret.length];
            }
            if (!Arrays.equals(wrap(key, context), wrapped)) {
                throw new UnsealException();
            }
            return key;
        }

        private void requireReachable() throws IOException {
            if (!reachable) {
                throw new IOException("service unreachable");
            }
        }
    }
}
