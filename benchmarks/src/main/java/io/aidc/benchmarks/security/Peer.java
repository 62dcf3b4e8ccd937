package io.aidc.benchmarks.security;

import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Locale;

/** Whose streams are compared. Each keeps its key in a file, so that one process opens what another sealed. */
public enum Peer {
    /** Ours: chunks of 16 KiB. */
    VAULT,
    /** Tink's AES256_GCM_HKDF_1MB: segments of 1 MiB. */
    TINK_1MB,
    /** Tink's AES256_GCM_HKDF_4KB: segments of 4 KiB. */
    TINK_4KB;

    private static final int VAULT_KEY_BYTES = 32;

    void makeKey(Path directory) throws IOException, GeneralSecurityException {
        if (this == VAULT) {
            byte[] key = new byte[VAULT_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Files.write(key(directory), key);
        } else {
            Files.writeString(key(directory), TinkDoor.freshKey(parameters()));
        }
    }

    StreamDoor door(Path directory) throws IOException, GeneralSecurityException {
        return this == VAULT
                ? VaultDoor.of(Files.readAllBytes(key(directory)), 1)
                : TinkDoor.of(Files.readString(key(directory)));
    }

    Path sealed(Path directory) {
        return directory.resolve(name().toLowerCase(Locale.ROOT) + ".sealed");
    }

    private Path key(Path directory) {
        return directory.resolve(name().toLowerCase(Locale.ROOT) + ".key");
    }

    private StreamingAeadParameters parameters() {
        return this == TINK_1MB
                ? PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB
                : PredefinedStreamingAeadParameters.AES256_GCM_HKDF_4KB;
    }
}
