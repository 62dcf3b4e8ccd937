package io.aidc.security.identity;

import io.aidc.security.values.ConstantTime;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The codes of RFC 4226 and RFC 6238. */
final class TotpCode {
    private static final int[] POWERS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};

    private TotpCode() {}

    static String of(Totp.Algorithm algorithm, byte[] key, long counter, int digits) {
        byte[] hash =
                hmac(algorithm, key, ByteBuffer.allocate(8).putLong(counter).array());
        int truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & Integer.MAX_VALUE;
        Arrays.fill(hash, (byte) 0);
        String code = Integer.toString(truncated % POWERS[digits]);
        return "0".repeat(digits - code.length()) + code;
    }

    /** The latest step around one whose code this is. All are looked at, in a time that does not tell which it was. */
    static OptionalLong step(TotpSecret secret, String code, long around, int skew) {
        long found = 0;
        int count = 0;
        for (long step = around - skew; step <= around + skew; step++) {
            if (ConstantTime.equal(of(secret.algorithm(), secret.key(), step, secret.digits()), code)) {
                found = step;
                count++;
            }
        }
        return count == 0 ? OptionalLong.empty() : OptionalLong.of(found);
    }

    /** What somebody typed, as programs show it: {@code 123 456}. */
    static String typed(String text) {
        return text.replace(" ", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static byte[] hmac(Totp.Algorithm algorithm, byte[] key, byte[] counter) {
        try {
            Mac mac = Mac.getInstance(algorithm.hmac);
            mac.init(new SecretKeySpec(key, algorithm.hmac));
            return mac.doFinal(counter);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm.hmac + " is missing in this JVM", e);
        }
    }
}
