package io.aidc.benchmarks.security;

import io.aidc.security.Vault;
import io.aidc.security.seal.Identity;
import io.aidc.security.seal.Recipient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The streams of a vault, and the vault for its other doors. */
record VaultDoor(Vault vault) implements StreamDoor {
    static final String NAME = "models/benchmark/1";

    static VaultDoor of(byte[] key, int threads) {
        LocalKek kek = LocalKek.of(key);
        return new VaultDoor(Vault.builder()
                .recipient(Recipient.of(kek))
                .identity(Identity.of(kek))
                .threads(threads)
                .open());
    }

    @Override
    public OutputStream sealing(OutputStream sink) throws IOException {
        return vault.sealingStream(sink, NAME);
    }

    @Override
    public InputStream unsealing(InputStream source) throws IOException {
        return vault.unsealingStream(source, NAME);
    }
}
