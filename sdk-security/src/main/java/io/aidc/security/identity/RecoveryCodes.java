package io.aidc.security.identity;

import io.aidc.security.values.ConstantTime;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Codes on paper, for when the device is lost: ten of 80 random bits, as four groups of Base32. At that length a fast hash,
 * with the user in it, is enough.
 */
final class RecoveryCodes {
    static final int COUNT = 10;

    private static final int CODE_BYTES = 10;

    private RecoveryCodes() {}

    static List<String> fresh(SecureRandom random) {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            byte[] drawn = new byte[CODE_BYTES];
            random.nextBytes(drawn);
            String code = Base32.encode(drawn).toLowerCase(Locale.ROOT);
            codes.add(String.join(
                    "-", code.substring(0, 4), code.substring(4, 8), code.substring(8, 12), code.substring(12)));
        }
        return List.copyOf(codes);
    }

    static List<String> hashes(String user, List<String> codes) {
        return codes.stream().map(code -> hash(user, code)).toList();
    }

    /** What is left after one was used; as many as before if it was none of them. */
    static List<String> without(List<String> hashes, String user, String code) {
        String offered = hash(user, code);
        List<String> left = new ArrayList<>();
        for (String hash : hashes) {
            if (!ConstantTime.equal(hash, offered)) {
                left.add(hash);
            }
        }
        return left;
    }

    private static String hash(String user, String code) {
        return HexFormat.of()
                .formatHex(Records.sha256(
                        "io.aidc recovery code v1\0".getBytes(StandardCharsets.UTF_8),
                        Records.sha256(user.getBytes(StandardCharsets.UTF_8)),
                        TotpCode.typed(code).getBytes(StandardCharsets.UTF_8)));
    }
}
