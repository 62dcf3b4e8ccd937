package io.aidc.security.internal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HKDF-Expand of RFC 5869, section 2.3. */
public final class Hkdf {
    /** Unlike the JDK's, it keeps no copy of the bytes; the one which is asked for, the JDK's HMAC wipes. */
    @SuppressWarnings({"ArrayRecordComponent", "serial"}) // neither compared nor serialized
    private record BorrowedKey(String algorithm, byte[] bytes) implements SecretKey {
        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }
    }

    private Hkdf() {}

    /**
     * Stretches a uniformly random key.
     *
     * @param hmac a JDK name such as {@code HmacSHA512}
     * @param prk the key; at least one byte
     * @param info what the output is for
     * @param length bytes wanted, 1 to 255 times the hash length
     * @return the output
     * @throws IllegalArgumentException if the length is out of range
     */
    public static byte[] expand(String hmac, byte[] prk, byte[] info, int length) {
        try {
            Mac mac = Mac.getInstance(hmac);
            if (length < 1 || length > 255 * mac.getMacLength()) {
                throw new IllegalArgumentException(
                        "length must be 1 to %d, got %d".formatted(255 * mac.getMacLength(), length));
            }
            mac.init(new BorrowedKey(hmac, prk));
            byte[] output = new byte[length];
            byte[] block = new byte[0];
            for (int done = 0, counter = 1; done < length; counter++) {
                mac.update(block);
                mac.update(info);
                mac.update((byte) counter);
                Arrays.fill(block, (byte) 0);
                block = mac.doFinal();
                int taken = Math.min(block.length, length - done);
                System.arraycopy(block, 0, output, done, taken);
                done += taken;
            }
            Arrays.fill(block, (byte) 0);
            return output;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(hmac + " is missing in this JVM", e);
        }
    }
}
