package io.aidc.security.signing;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/** Reads an ECDSA signature, a DER sequence of two positive integers, in its one shortest form and no other. */
final class EcdsaDer {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;

    private final byte[] der;
    private int position;

    private EcdsaDer(byte[] der) {
        this.der = der;
    }

    /** Returns r and s, or nothing if the bytes are in any way different. */
    static Optional<BigInteger[]> parse(byte[] der) {
        EcdsaDer in = new EcdsaDer(der);
        if (in.header(SEQUENCE) != der.length - in.position) {
            return Optional.empty();
        }
        BigInteger r = in.integer();
        BigInteger s = in.integer();
        boolean whole = in.position == der.length && r.signum() > 0 && s.signum() > 0;
        return whole ? Optional.of(new BigInteger[] {r, s}) : Optional.empty();
    }

    /** A positive integer, or zero for anything that is none. */
    private BigInteger integer() {
        int length = header(INTEGER);
        if (length < 1 || length > der.length - position) {
            position = -1;
            return BigInteger.ZERO;
        }
        byte[] value = Arrays.copyOfRange(der, position, position + length);
        position += length;
        boolean padded = length > 1 && value[0] == 0 && value[1] >= 0;
        return padded || value[0] < 0 ? BigInteger.ZERO : new BigInteger(value);
    }

    /** Reads tag and length; -1 if they are not as they must be. Lengths of two bytes suffice for every curve. */
    private int header(int tag) {
        if (position < 0 || der.length - position < 2 || (der[position] & 0xff) != tag) {
            position = -1;
            return -1;
        }
        int length = der[position + 1] & 0xff;
        position += 2;
        if (length < 0x80) {
            return length;
        }
        if (length != 0x81 || position == der.length || der[position] >= 0) {
            position = -1;
            return -1;
        }
        return der[position++] & 0xff;
    }
}
