package io.aidc.benchmarks.security;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig;
import com.google.crypto.tink.streamingaead.StreamingAeadParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** The streams of Tink's streaming AEAD, with the name as associated data. */
record TinkDoor(StreamingAead aead) implements StreamDoor {
    private static final byte[] NAME = VaultDoor.NAME.getBytes(StandardCharsets.UTF_8);

    /** Makes a key, as the JSON that {@link #of} reads. */
    static String freshKey(StreamingAeadParameters parameters) throws GeneralSecurityException {
        StreamingAeadConfig.register();
        return TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(parameters), InsecureSecretKeyAccess.get());
    }

    static TinkDoor of(String key) throws GeneralSecurityException {
        StreamingAeadConfig.register();
        KeysetHandle handle = TinkJsonProtoKeysetFormat.parseKeyset(key, InsecureSecretKeyAccess.get());
        return new TinkDoor(handle.getPrimitive(RegistryConfiguration.get(), StreamingAead.class));
    }

    @Override
    public OutputStream sealing(OutputStream sink) throws IOException, GeneralSecurityException {
        return aead.newEncryptingStream(sink, NAME);
    }

    @Override
    public InputStream unsealing(InputStream source) throws IOException, GeneralSecurityException {
        return aead.newDecryptingStream(source, NAME);
    }
}
