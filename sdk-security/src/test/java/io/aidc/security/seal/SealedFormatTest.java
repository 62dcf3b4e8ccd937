package io.aidc.security.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import io.aidc.security.UnsealException;
import io.aidc.security.VaultException;
import io.aidc.security.internal.Workers;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFormatTest {
    private static final SealBinding BINDING =
            new SealBinding("models/fraud/7", Map.of("tenant", "north", "purpose", "scoring"));
    private static final byte[] PLAINTEXT = "twelve bytes".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private KeyRing ring;

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void sealed_layout_isAsDocumented() throws Exception {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        ByteBuffer in = ByteBuffer.wrap(sealed);
        assertThat(text(in, 8)).isEqualTo("AIDCSEAL");
        assertThat(in.get()).isEqualTo((byte) 1);
        assertThat(in.get()).isEqualTo((byte) 1);
        int entries = in.getInt();
        assertThat(text(in, in.getShort())).isEqualTo("context/purpose");
        assertThat(text(in, in.getShort())).isEqualTo("scoring");
        assertThat(text(in, in.getShort())).isEqualTo("context/tenant");
        assertThat(text(in, in.getShort())).isEqualTo("north");
        assertThat(text(in, in.getShort())).isEqualTo("file-id");
        assertThat(in.getShort()).isEqualTo((short) 16);
        in.position(in.position() + 16);
        assertThat(text(in, in.getShort())).isEqualTo("name");
        assertThat(text(in, in.getShort())).isEqualTo("models/fraud/7");
        assertThat(text(in, in.getShort())).isEqualTo("slot-bytes");
        assertThat(in.getShort()).isEqualTo((short) 4);
        assertThat(in.getInt()).isEqualTo(1792);
        assertThat(in.position()).isEqualTo(14 + entries);
        assertThat(in.getLong()).isEqualTo(1);
        assertThat(in.getShort()).isEqualTo((short) 1);
        assertThat(in.get()).isEqualTo((byte) 1);
        assertThat(in.getShort()).isEqualTo((short) 92);
        assertThat(sealed).hasSize(4096 + 72 + PLAINTEXT.length);
        assertThat(writer().sealedSize(PLAINTEXT.length, BINDING)).isEqualTo(sealed.length);
        assertThat(in.slice(14 + entries + 1792, 1792)).isEqualTo(ByteBuffer.allocate(1792));
    }

    @Test
    void payload_isPlainCobblestoneUnderTheDataKey() throws Exception {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        int prefixBytes = 14 + ByteBuffer.wrap(sealed).getInt(10);
        byte[] context = MessageDigest.getInstance("SHA-512").digest(Arrays.copyOf(sealed, prefixBytes));
        byte[] dataKey = dataKey(sealed);
        byte[] message = Arrays.copyOfRange(sealed, 4096, sealed.length);
        assertThat(ChunkedCipher.aes256(dataKey).decrypt(message, context)).isEqualTo(PLAINTEXT);
    }

    @Test
    void unseal_anyBitOfAnyByteFlipped_isRefused() throws IOException {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        for (int i = 0; i < sealed.length; i++) {
            byte[] bad = sealed.clone();
            bad[i] ^= (byte) (1 << i % 8);
            assertThat(catchThrowable(() -> unseal(bad, BINDING)))
                    .as("byte %d", i)
                    .isInstanceOf(VaultException.class);
        }
    }

    @Test
    void unseal_cutAnywhereOrExtended_isRefused() throws IOException {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThat(catchThrowable(() -> unseal(cut, BINDING)))
                    .as("length %d", length)
                    .isInstanceOfAny(UnsealException.class, MalformedSealException.class);
        }
        byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(longer, BINDING));
    }

    @Test
    void unseal_payloadOfAnotherFile_isRefused() throws IOException {
        byte[] one = seal(PLAINTEXT, BINDING);
        byte[] other = seal(PLAINTEXT, BINDING);
        byte[] spliced = one.clone();
        System.arraycopy(other, 4096, spliced, 4096, other.length - 4096);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(spliced, BINDING));
        int slot = 14 + ByteBuffer.wrap(one).getInt(10);
        byte[] swapped = one.clone();
        System.arraycopy(other, slot, swapped, slot, 1792);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(swapped, BINDING));
    }

    @Test
    void unseal_otherNameContextOrRing_failAlike() throws IOException {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        String message = new UnsealException().getMessage();
        for (SealBinding other : List.of(
                new SealBinding("models/fraud/8", BINDING.context()),
                new SealBinding(BINDING.name(), Map.of()),
                new SealBinding(BINDING.name(), Map.of("tenant", "north", "purpose", "training")))) {
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> unseal(sealed, other))
                    .withMessage(message);
        }
        try (KeyRing otherRing = TestRings.create(directory.resolve("other"), "passphrase")) {
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> reader(otherRing).unseal(ByteBuffer.wrap(sealed), BINDING))
                    .withMessage(message);
        }
    }

    @Test
    void unseal_secondSlotValid_opensTooAndSkipsUnknownRecipients() throws Exception {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        int prefixBytes = 14 + ByteBuffer.wrap(sealed).getInt(10);
        byte[] prefix = Arrays.copyOf(sealed, prefixBytes);
        byte[] context = MessageDigest.getInstance("SHA-512").digest(prefix);
        byte[] dataKey = dataKey(sealed);
        ring.rotate();
        Stanza unknown = new Stanza(new RecipientId.Unknown(200), new byte[1120]);
        byte[] slot = new Slot(2, List.of(unknown, Recipient.of(ring).wrap(dataKey, context))).encode(1792);
        HeaderMac.write(dataKey, prefix, slot);
        System.arraycopy(slot, 0, sealed, prefixBytes + 1792, 1792);
        assertThat(unseal(sealed, BINDING)).isEqualTo(PLAINTEXT);
        Arrays.fill(sealed, prefixBytes, prefixBytes + 1792, (byte) 0);
        assertThat(unseal(sealed, BINDING)).isEqualTo(PLAINTEXT);
        Arrays.fill(sealed, prefixBytes, prefixBytes + 2 * 1792, (byte) 0);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(sealed, BINDING));
    }

    @Test
    void unseal_contentTypeInTheHeader_isReadAndAuthenticated() throws IOException {
        for (String type : List.of("application/octet-stream", "t", "x".repeat(255))) {
            byte[] sealed = sealWithType(type);
            assertThat(SealedHeader.read(new ByteArrayInputStream(sealed)).contentType())
                    .isEqualTo(type);
            assertThat(unseal(sealed, BINDING)).isEqualTo(PLAINTEXT);
            int typeAt = 14 + 2 + "content-type".length() + 2;
            byte[] other = with(sealed, typeAt, 'y');
            assertThat(SealedHeader.read(new ByteArrayInputStream(other)).contentType())
                    .isEqualTo("y" + type.substring(1));
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> unseal(other, BINDING));
            assertReason(Reason.BROKEN_HEADER, with(sealed, typeAt, '\n'));
        }
    }

    @Test
    void contentType_outOfRange_isRefused() throws IOException {
        assertThatIllegalArgumentException().isThrownBy(() -> sealWithType("x".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> sealWithType("é"));
        byte[] sealed = sealWithType("t");
        int lengthAt = 14 + 2 + "content-type".length();
        byte[] empty = new byte[sealed.length - 1];
        System.arraycopy(sealed, 0, empty, 0, lengthAt + 2);
        System.arraycopy(sealed, lengthAt + 3, empty, lengthAt + 2, sealed.length - lengthAt - 3);
        empty[lengthAt + 1] = 0;
        empty[13]--;
        assertReason(Reason.BROKEN_HEADER, empty);
    }

    @Test
    void borrowing_key_isNotCopied() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        ChunkedCipher borrowing = ChunkedCipher.borrowing(ChunkAead.AES_256, key, Workers.none());
        ChunkedCipher copying = ChunkedCipher.aes256(key);
        Arrays.fill(key, (byte) 0);
        byte[] message = ChunkedCipher.aes256(key).encrypt(PLAINTEXT, new byte[0]);
        assertThat(borrowing.decrypt(message, new byte[0])).isEqualTo(PLAINTEXT);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> copying.decrypt(message, new byte[0]));
    }

    @Test
    void unseal_visibleFaults_areNamed() throws IOException {
        byte[] sealed = seal(PLAINTEXT, BINDING);
        assertReason(Reason.NOT_SEALED, "something else entirely".getBytes(UTF_8));
        assertReason(Reason.NOT_SEALED, new byte[0]);
        assertReason(Reason.UNSUPPORTED, with(sealed, 8, 2));
        assertReason(Reason.UNSUPPORTED, with(sealed, 9, 2));
        assertReason(Reason.OVER_LIMIT, with(sealed, 10, 0x7f));
        assertReason(Reason.OVER_LIMIT, with(sealed, 10, 0xff));
        assertReason(Reason.BROKEN_HEADER, with(sealed, 13, 0));
        int slot = 14 + ByteBuffer.wrap(sealed).getInt(10);
        assertReason(Reason.OVER_LIMIT, with(sealed, slot + 9, 33));
        assertReason(Reason.BROKEN_HEADER, with(sealed, slot + 9, 0));
        assertReason(Reason.BROKEN_HEADER, with(sealed, 4095, 1));
        assertReason(Reason.BROKEN_HEADER, Arrays.copyOf(sealed, 4000));
    }

    @Test
    void binding_limits_areChecked() throws IOException {
        SealBinding largest = new SealBinding("n".repeat(1024), pairs(32, 4, 500));
        assertThat(unseal(seal(PLAINTEXT, largest), largest)).isEqualTo(PLAINTEXT);
        assertThat(writer().sealedSize(0, largest) - 72).isEqualTo(24 * 1024);
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("", Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealBinding("é".repeat(513), Map.of()))
                .withMessageContaining("1026");
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("\udc00", Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("n", pairs(33, 4, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("n", Map.of("", "v")));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("n", Map.of("k".repeat(256), "v")));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("n", Map.of("k", "v".repeat(4097))));
        assertThatIllegalArgumentException().isThrownBy(() -> new SealBinding("n", pairs(32, 4, 600)));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void unseal_garbledHeaders_giveDocumentedFailuresOnly(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] sealed = seal(new byte[random.nextInt(100)], BINDING);
        for (int i = 0; i < 40; i++) {
            byte[] bad = sealed.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = 8 + random.nextInt(200);
                bad[at] ^= (byte) (1 + random.nextInt(255));
            }
            if (!Arrays.equals(bad, sealed)) {
                assertThat(catchThrowable(() -> unseal(bad, BINDING)))
                        .isInstanceOfAny(UnsealException.class, MalformedSealException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sealed-v1.bin", "sealed-typed-v1.bin"})
    void unseal_goldenFileOfVersion1_stillOpens(String name) throws IOException {
        Path file = directory.resolve("golden.ring");
        Files.write(file, resource("/golden/keyring-v1.bin"));
        SealBinding binding = new SealBinding("models/golden/1", Map.of("tenant", "north"));
        byte[] sealed = resource("/golden/" + name);
        try (KeyRing golden = KeyRing.open(file, "golden".toCharArray());
                SecretBytes plaintext = reader(golden).unseal(ByteBuffer.wrap(sealed), binding)) {
            assertThat(UTF_8.decode(plaintext.buffer()).toString()).isEqualTo("sealed once, readable for ever\n");
        }
    }

    private SealWriter writer() {
        return SealWriter.to(List.of(Recipient.of(ring)));
    }

    private static SealReader reader(KeyRing ring) {
        return SealReader.as(List.of(Identity.of(ring)));
    }

    private byte[] dataKey(byte[] sealed) throws IOException {
        SealedHead head = SealedHead.read(new ByteArrayInputStream(sealed));
        return head.open(List.of(Identity.of(ring))).dataKey();
    }

    private byte[] seal(byte[] plaintext, SealBinding binding) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = writer().stream(sink, binding)) {
            out.write(plaintext);
        }
        return sink.toByteArray();
    }

    private byte[] sealWithType(String contentType) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        SealedHeader header = new SealedHeader(SealSuite.COBBLESTONE_256, new byte[16], BINDING, contentType, 1792);
        try (OutputStream out = writer().begin(header).stream(sink)) {
            out.write(PLAINTEXT);
        }
        return sink.toByteArray();
    }

    /** Through the stream and through the buffer, which must agree. */
    private byte[] unseal(byte[] sealed, SealBinding binding) throws IOException {
        byte[] streamed;
        try (InputStream in = reader(ring).stream(new ByteArrayInputStream(sealed), binding)) {
            streamed = in.readAllBytes();
        } catch (VaultException e) {
            Throwable other = catchThrowable(() -> reader(ring).unseal(ByteBuffer.wrap(sealed), binding));
            assertThat(other).hasSameClassAs(e).hasMessage(e.getMessage());
            throw e;
        }
        try (SecretBytes plaintext = reader(ring).unseal(ByteBuffer.wrap(sealed), binding)) {
            assertThat(plaintext.buffer()).isEqualTo(ByteBuffer.wrap(streamed));
        }
        return streamed;
    }

    private void assertReason(Reason reason, byte[] sealed) {
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> unseal(sealed, BINDING))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        byte[] changed = bytes.clone();
        changed[index] = (byte) value;
        return changed;
    }

    private static Map<String, String> pairs(int count, int keyLength, int valueLength) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < count; i++) {
            pairs.put(("" + (1000 + i)).substring(0, keyLength), "v".repeat(valueLength));
        }
        return pairs;
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SealedFormatTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
