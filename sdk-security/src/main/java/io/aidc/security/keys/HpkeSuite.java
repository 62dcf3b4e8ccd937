package io.aidc.security.keys;

/**
 * How a key is encrypted to a public key: HPKE with HKDF-SHA-256 and AES-256-GCM, and one of these key encapsulations.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180, HPKE</a>
 */
public enum HpkeSuite {
    /**
     * X-Wing: ML-KEM-768 and X25519 together, safe as long as one of them is. Public key 1216 bytes.
     *
     * @see <a href="https://datatracker.ietf.org/doc/draft-connolly-cfrg-xwing-kem/">X-Wing, a draft</a>
     */
    X_WING(0x647a, "aidc-xwing", 1216, 1120),
    /** X25519 alone (RFC 7748), not safe from quantum computers. Public key 32 bytes. */
    X25519(0x0020, "aidc-x25519", 32, 32);

    private final int kem;
    private final String label;
    private final int publicKeyBytes;
    private final int encapsulationBytes;

    HpkeSuite(int kem, String label, int publicKeyBytes, int encapsulationBytes) {
        this.kem = kem;
        this.label = label;
        this.publicKeyBytes = publicKeyBytes;
        this.encapsulationBytes = encapsulationBytes;
    }

    /**
     * Returns the number of the key encapsulation in the registry of HPKE.
     *
     * @return 0 to 65535
     */
    public int kem() {
        return kem;
    }

    /**
     * Returns how long an encapsulated key is.
     *
     * @return bytes
     */
    public int encapsulationBytes() {
        return encapsulationBytes;
    }

    /** What a public key's text begins with. */
    String label() {
        return label;
    }

    int publicKeyBytes() {
        return publicKeyBytes;
    }
}
