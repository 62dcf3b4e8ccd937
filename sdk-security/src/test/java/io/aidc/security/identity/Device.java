package io.aidc.security.identity;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** An authenticator app, which knows nothing but the URI it has scanned. */
final class Device {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final Map<String, String> parameters = new HashMap<>();

    Device(String uri) {
        for (String pair : URI.create(uri).getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
    }

    String code(Instant at) {
        return TotpCode.of(
                Totp.Algorithm.valueOf(parameter("algorithm")),
                key(),
                at.getEpochSecond() / Long.parseLong(parameter("period")),
                Integer.parseInt(parameter("digits")));
    }

    /** A code that is not right at this time, nor near. */
    String wrongCode(Instant at) {
        for (int guess = 0; ; guess++) {
            String code = "%0".concat(parameter("digits") + "d").formatted(guess);
            boolean right = false;
            for (int step = -10; step <= 10; step++) {
                right |= code(at.plusSeconds(step * Long.parseLong(parameter("period"))))
                        .equals(code);
            }
            if (!right) {
                return code;
            }
        }
    }

    private String parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }

    private byte[] key() {
        BigInteger value = BigInteger.ZERO;
        String secret = parameter("secret");
        for (int i = 0; i < secret.length(); i++) {
            value = value.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(secret.charAt(i))));
        }
        int bytes = secret.length() * 5 / 8;
        byte[] shifted = value.shiftRight(secret.length() * 5 - bytes * 8).toByteArray();
        byte[] key = new byte[bytes];
        int from = Math.max(0, shifted.length - bytes);
        byte[] exact = Arrays.copyOfRange(shifted, from, shifted.length);
        System.arraycopy(exact, 0, key, bytes - exact.length, exact.length);
        return key;
    }
}
