package io.aidc.benchmarks.security;

import io.aidc.security.Vault;
import io.aidc.security.VaultException;
import io.aidc.security.keys.HpkeKeyPair;
import io.aidc.security.keys.HpkeSuite;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * How long does it take to refuse a header that was made to cost the reader time or memory?
 *
 * <p>Each header is refused once by a vault that has opened a good file of each kind before, and then twenty times more; the
 * first time and the median are printed. The vault opens by a key-encryption key, a key ring, X-Wing, X25519 and a
 * passphrase. The costliest headers have as many recipients as fit, for a key that the vault has, in both slots, with the
 * mark of a rewrap that makes it try both.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.HostileHeaders}
 */
public final class HostileHeaders {
    private static final String NAME = VaultDoor.NAME;
    private static final int AGAIN = 20;
    private static final int MAX_SLOT_BYTES = 16 * 1024;
    private static final int MAX_RECIPIENTS = 32;
    private static final int PASSPHRASE = 4;

    private HostileHeaders() {}

    private interface Attempt {
        void run() throws IOException;
    }

    /**
     * Refuses.
     *
     * @param args none
     * @throws IOException if the temporary key ring fails
     */
    public static void main(String[] args) throws IOException {
        Path ringFile = Files.createTempDirectory("hostile").resolve("ring");
        char[] passphrase = "benchmark".toCharArray();
        LocalKek kek = LocalKek.of(new byte[32]);
        try (KeyRing ring = KeyRing.create(ringFile, passphrase);
                HpkeKeyPair xWing = HpkeKeyPair.generate(HpkeSuite.X_WING);
                HpkeKeyPair x25519 = HpkeKeyPair.generate(HpkeSuite.X25519);
                Vault vault = Vault.builder()
                        .keys(ring)
                        .identity(Identity.of(kek))
                        .identity(Identity.of(xWing))
                        .identity(Identity.of(x25519))
                        .identity(Identity.ofPassphrase(passphrase))
                        .open()) {
            openGoodOnes(vault, Recipient.of(ring), Recipient.of(kek), Recipient.of(xWing.publicKey()));
            openGoodOnes(vault, Recipient.of(x25519.publicKey()));
            lengths(vault);
            recipients(vault);
            byte[] ringId = HexFormat.of().parseHex(ring.id());
            repeated(vault, "our key ring", 1, join(ringId, new byte[] {0, 0, 0, 1}, noise(72)));
            byte[] kekName = kek.id().getBytes(StandardCharsets.UTF_8);
            repeated(vault, "our key-encryption key", 3, join(new byte[] {(byte) kekName.length}, kekName, noise(60)));
            repeated(vault, "our X25519 key", 2, hpke(x25519));
            repeated(vault, "our X-Wing key", 2, hpke(xWing));
            ringFile(ringFile, passphrase);
        } finally {
            try (var left = Files.list(ringFile.getParent())) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(ringFile.getParent());
        }
    }

    private static void openGoodOnes(Vault reader, Recipient... recipients) {
        for (Recipient recipient : recipients) {
            try (Vault writer = Vault.builder().recipient(recipient).open()) {
                reader.unseal(writer.seal(ByteBuffer.allocate(10), NAME), NAME).close();
            }
        }
    }

    private static void lengths(Vault vault) {
        byte[] good = header(1792, new byte[1792], new byte[1792], false);
        refuse("entries of 4 GiB, it says", vault, withEntriesLength(good, 0xffffffff));
        refuse("entries of 2 GiB, it says", vault, withEntriesLength(good, Integer.MAX_VALUE));
        refuse("entries of 32 KiB, it says", vault, withEntriesLength(good, 32 * 1024));
        refuse("32 KiB of zeros as entries", vault, join(withEntriesLength(good, 32 * 1024), new byte[64 * 1024]));
        refuse("slots of 2 GiB, it says", vault, header(Integer.MAX_VALUE, new byte[0], new byte[0], false));
        refuse("no content", vault, good);
    }

    private static void recipients(Vault vault) {
        byte[] tooMany = slot(1792, 0, PASSPHRASE, new byte[0]);
        ByteBuffer.wrap(tooMany).putShort(8, (short) 0xffff);
        refuse("65535 recipients", vault, header(1792, tooMany, new byte[1792], false));
        byte[] costly = ByteBuffer.allocate(132)
                .putInt(0xffffffff)
                .putInt(0xffffffff)
                .putInt(0xffffffff)
                .array();
        byte[] one = slot(1792, 1, PASSPHRASE, costly);
        refuse("a passphrase of 4 TiB and 2^32 passes", vault, header(1792, one, new byte[1792], false));
        byte[] many = slot(MAX_SLOT_BYTES, MAX_RECIPIENTS, PASSPHRASE, new byte[132]);
        refuse("32 passphrases", vault, header(MAX_SLOT_BYTES, many, many, false));
        byte[] unknown = slot(MAX_SLOT_BYTES, MAX_RECIPIENTS, 200, noise(500));
        refuse("32 recipients of an unknown kind, twice", vault, header(MAX_SLOT_BYTES, unknown, unknown, true));
    }

    /** As many of one recipient as fit, in both slots. */
    private static void repeated(Vault vault, String whose, int type, byte[] body) {
        int count = Math.min(MAX_RECIPIENTS, (MAX_SLOT_BYTES - 42) / (body.length + 3));
        byte[] slot = slot(MAX_SLOT_BYTES, count, type, body);
        refuse("%d times %s, twice".formatted(count, whose), vault, header(MAX_SLOT_BYTES, slot, slot, true));
    }

    private static void ringFile(Path file, char[] passphrase) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(10, 0xffffffff).putInt(14, 0xffffffff).putInt(18, 0xffffffff);
        Path hostile = file.resolveSibling("hostile");
        Files.write(hostile, bytes);
        time(
                "a key ring file of 4 TiB and 2^32 passes",
                () -> KeyRing.open(hostile, passphrase).close());
    }

    private static void refuse(String what, Vault vault, byte[] sealed) {
        time(what, () -> {
            try (InputStream in = vault.unsealingStream(new ByteArrayInputStream(sealed), NAME)) {
                in.readAllBytes();
            }
        });
    }

    private static void time(String what, Attempt attempt) {
        VaultException refusal = null;
        double[] millis = new double[1 + AGAIN];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            refusal = refusal(attempt);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        double first = millis[0];
        Arrays.sort(millis);
        System.out.printf(
                "%-45s first %7.3f ms, median %7.3f ms, longest %7.3f ms: %s%n",
                what,
                first,
                millis[millis.length / 2],
                millis[millis.length - 1],
                refusal.getClass().getSimpleName());
    }

    private static VaultException refusal(Attempt attempt) {
        try {
            attempt.run();
        } catch (VaultException e) {
            return e;
        } catch (IOException e) {
            throw new IllegalStateException("it was not refused", e);
        }
        throw new AssertionError("it was not refused");
    }

    private static byte[] header(int slotBytes, byte[] slotA, byte[] slotB, boolean marked) {
        byte[] entries = join(
                entry("file-id", new byte[16]),
                entry("name", NAME.getBytes(StandardCharsets.UTF_8)),
                entry("slot-bytes", ByteBuffer.allocate(4).putInt(slotBytes).array()));
        byte[] prefix = ByteBuffer.allocate(14 + entries.length)
                .put("AIDCSEAL".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 1)
                .putInt(entries.length)
                .put(entries)
                .array();
        byte[] padding = new byte[Math.floorMod(-(prefix.length + slotA.length + slotB.length), 4096)];
        if (marked) {
            byte[] mark = "AIDCREWRAPACTIVE".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(mark, 0, padding, padding.length - mark.length, mark.length);
        }
        return join(prefix, slotA, slotB, padding);
    }

    private static byte[] entry(String key, byte[] value) {
        return ByteBuffer.allocate(4 + key.length() + value.length)
                .putShort((short) key.length())
                .put(key.getBytes(StandardCharsets.US_ASCII))
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    private static byte[] slot(int slotBytes, int count, int type, byte[] body) {
        ByteBuffer slot = ByteBuffer.allocate(slotBytes);
        slot.putLong(1).putShort((short) count);
        for (int i = 0; i < count; i++) {
            slot.put((byte) type).putShort((short) body.length).put(body);
        }
        return slot.array();
    }

    private static byte[] hpke(HpkeKeyPair pair) {
        HpkeSuite suite = pair.publicKey().suite();
        byte[] numbers = ByteBuffer.allocate(6)
                .putShort((short) suite.kem())
                .putShort((short) 1)
                .putShort((short) 2)
                .array();
        byte[] id = HexFormat.of().parseHex(pair.publicKey().id());
        return join(numbers, id, noise(suite.encapsulationBytes() + 48));
    }

    private static byte[] withEntriesLength(byte[] header, int length) {
        byte[] changed = header.clone();
        ByteBuffer.wrap(changed).putInt(10, length);
        return changed;
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
