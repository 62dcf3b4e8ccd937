package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import io.aidc.security.MalformedSealException;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.values.SealedValue;
import io.aidc.security.values.ValueSealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a user's device and we share. Its bytes, which are sealed, bound to the user: u8 algorithm (1, 2, 3), u8 digits, u16
 * period in seconds, key. It keeps its own form when the program changes that of new ones. The key is wiped by who asked.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TotpSecret(Totp.Algorithm algorithm, int digits, int periodSeconds, byte[] key) implements AutoCloseable {
    private static final int HEAD_BYTES = 4;

    String seal(ValueSealer sealer, String user) {
        byte[] bytes = ByteBuffer.allocate(HEAD_BYTES + key.length)
                .put((byte) algorithm.number)
                .put((byte) digits)
                .putShort((short) periodSeconds)
                .put(key)
                .array();
        try {
            return sealer.seal(ByteBuffer.wrap(bytes), context(user)).token();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    static TotpSecret unseal(ValueSealer sealer, String token, String user) {
        try (SecretBytes bytes = sealer.unseal(parsed(token), context(user))) {
            ByteBuffer in = bytes.buffer();
            Totp.Algorithm algorithm = Totp.Algorithm.numbered(in.get());
            int digits = in.get();
            int period = in.getShort() & 0xffff;
            byte[] key = new byte[in.remaining()];
            in.get(key);
            return new TotpSecret(algorithm, digits, period, key);
        }
    }

    long step(long epochSecond) {
        return Math.floorDiv(epochSecond, periodSeconds);
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public String toString() {
        return "TotpSecret[%s, digits=%d, period=%d s]".formatted(algorithm, digits, periodSeconds);
    }

    private static SealedValue parsed(String token) {
        try {
            return SealedValue.parse(token);
        } catch (MalformedSealException e) {
            throw new CredentialException(Reason.DAMAGED, "The secret of a one-time code is damaged");
        }
    }

    private static byte[] context(String user) {
        return ("totp/" + user).getBytes(StandardCharsets.UTF_8);
    }
}
