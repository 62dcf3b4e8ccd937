package io.aidc.security.seal;

import io.aidc.security.internal.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Binds a slot to its file: HMAC-SHA-512/256 over everything before the slots and the slot, under HKDF-Expand-SHA-512 of
 * the data key. A recipient can be neither removed nor moved to another file.
 */
final class HeaderMac {
    static final int BYTES = 32;
    private static final byte[] LABEL = "io.aidc header mac v1".getBytes(StandardCharsets.US_ASCII);

    private HeaderMac() {}

    /** Fills in the last bytes of the slot. */
    static void write(byte[] dataKey, byte[] prefix, byte[] slot) {
        byte[] mac = compute(dataKey, prefix, slot);
        System.arraycopy(mac, 0, slot, slot.length - BYTES, BYTES);
    }

    static boolean matches(byte[] dataKey, byte[] prefix, byte[] slot) {
        byte[] found = Arrays.copyOfRange(slot, slot.length - BYTES, slot.length);
        return MessageDigest.isEqual(compute(dataKey, prefix, slot), found);
    }

    private static byte[] compute(byte[] dataKey, byte[] prefix, byte[] slot) {
        byte[] key = Hkdf.expand("HmacSHA512", dataKey, LABEL, BYTES);
        try {
            Mac mac = Mac.getInstance("HmacSHA512/256");
            mac.init(new SecretKeySpec(key, "HmacSHA512/256"));
            mac.update(prefix);
            mac.update(slot, 0, slot.length - BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-512/256 is missing in this JVM", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
