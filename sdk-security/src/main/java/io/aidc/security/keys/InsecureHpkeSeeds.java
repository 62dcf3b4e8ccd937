package io.aidc.security.keys;

/**
 * Takes and gives the private half of a pair of HPKE keys in the clear, to exchange it with other tools or to keep it in a
 * place of the caller's. Whoever has the seed opens all that was ever sealed for it.
 *
 * <p><em>Thread-safe.</em>
 */
public final class InsecureHpkeSeeds {
    private InsecureHpkeSeeds() {}

    /**
     * Makes a pair of its seed.
     *
     * @param suite its kind
     * @param seed 32 bytes: the decapsulation key of X-Wing, or the private key of X25519; copied, not wiped
     * @return the pair
     * @throws IllegalArgumentException if the seed is not 32 bytes long
     */
    public static HpkeKeyPair pair(HpkeSuite suite, byte[] seed) {
        return HpkeKeyPair.ofSeed(suite, seed.clone());
    }

    /**
     * Returns a pair's seed.
     *
     * @param pair an open pair
     * @return 32 bytes, the caller's to wipe
     * @throws IllegalStateException if the pair is closed
     */
    public static byte[] seed(HpkeKeyPair pair) {
        return pair.seed();
    }
}
