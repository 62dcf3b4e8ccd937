package io.aidc.security.signing;

/** The private half of {@link MlDsaKey}. */
record MlDsaSigningKey(MlDsaKeyPair pair, MlDsaKey verifyingKey) implements SigningKey {
    MlDsaSigningKey(MlDsaKeyPair pair) {
        this(pair, new MlDsaKey(pair.publicKey()));
    }

    @Override
    public byte[] sign(byte[] message) {
        return pair.sign(message);
    }
}
