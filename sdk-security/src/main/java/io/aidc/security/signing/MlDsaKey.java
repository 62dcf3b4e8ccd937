package io.aidc.security.signing;

/** ML-DSA-65 as the second algorithm of a signature. */
record MlDsaKey(MlDsaPublicKey key) implements VerifyingKey {
    MlDsaKey {
        if (key.level() != MlDsaLevel.ML_DSA_65) {
            throw new IllegalArgumentException(
                    "key must be of ML-DSA-65, got " + key.level().standardName());
        }
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return key.verifies(message, signature);
    }

    @Override
    public byte[] spki() {
        return key.spki();
    }
}
