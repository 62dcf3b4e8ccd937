package io.aidc.benchmarks.security;

import io.aidc.security.Vault;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.seal.ChunkedCipher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/** One who seals a whole array and unseals it, into an array that is there or into fresh memory. */
interface ArraySealing {
    /** Fills the array from its start; says how much of it. */
    int seal(byte[] plaintext, byte[] sealed) throws IOException, GeneralSecurityException;

    /** Fills the array, and has seen the end of the sealed bytes when it returns. */
    void unseal(byte[] sealed, byte[] plaintext) throws IOException, GeneralSecurityException;

    /** Seals into a fresh array. */
    default Object sealAnew(byte[] plaintext, int sealedBytes) throws IOException, GeneralSecurityException {
        byte[] sealed = new byte[sealedBytes];
        seal(plaintext, sealed);
        return sealed;
    }

    /** Unseals into fresh memory. */
    default Object unsealAnew(byte[] sealed, int plaintextBytes) throws IOException, GeneralSecurityException {
        byte[] plaintext = new byte[plaintextBytes];
        unseal(sealed, plaintext);
        return plaintext;
    }

    /** The loop over the JDK's cipher. */
    record OfBare(BareGcm gcm) implements ArraySealing {
        @Override
        public int seal(byte[] plaintext, byte[] sealed) throws GeneralSecurityException {
            gcm.seal(plaintext, sealed);
            return BareGcm.sealedSize(plaintext.length);
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) throws GeneralSecurityException {
            gcm.unseal(sealed, plaintext);
        }
    }

    /** The loop over the JDK's cipher, between a source and a sink. */
    record OfBareStreams(BareGcm gcm) implements ArraySealing {
        @Override
        public int seal(byte[] plaintext, byte[] sealed) throws IOException, GeneralSecurityException {
            ArraySink sink = new ArraySink(sealed);
            gcm.seal(plaintext, sink);
            return sink.filled;
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) throws IOException, GeneralSecurityException {
            gcm.unseal(new ByteArrayInputStream(sealed), plaintext);
        }
    }

    /** Any streams. */
    record OfStreams(StreamDoor door) implements ArraySealing {
        @Override
        public int seal(byte[] plaintext, byte[] sealed) throws IOException, GeneralSecurityException {
            ArraySink sink = new ArraySink(sealed);
            try (OutputStream out = door.sealing(sink)) {
                out.write(plaintext);
            }
            return sink.filled;
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) throws IOException, GeneralSecurityException {
            try (InputStream in = door.unsealing(new ByteArrayInputStream(sealed))) {
                int read = in.readNBytes(plaintext, 0, plaintext.length);
                if (read < plaintext.length || in.read() >= 0) {
                    throw new AssertionError("another length came back");
                }
            }
        }
    }

    /** The vault: its streams, and its buffers for fresh memory. What it unseals is outside the heap and is wiped. */
    record OfVault(Vault vault, ArraySealing streams) implements ArraySealing {
        @Override
        public int seal(byte[] plaintext, byte[] sealed) throws IOException, GeneralSecurityException {
            return streams.seal(plaintext, sealed);
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) throws IOException, GeneralSecurityException {
            streams.unseal(sealed, plaintext);
        }

        @Override
        public Object sealAnew(byte[] plaintext, int sealedBytes) {
            return vault.seal(ByteBuffer.wrap(plaintext), VaultDoor.NAME);
        }

        @Override
        public Object unsealAnew(byte[] sealed, int plaintextBytes) {
            try (SecretBytes opened = vault.unseal(ByteBuffer.wrap(sealed), VaultDoor.NAME)) {
                return opened.buffer().get(plaintextBytes - 1);
            }
        }
    }

    /** The vault's buffers, into arrays that are kept. */
    record OfVaultBuffers(Vault vault) implements ArraySealing {
        @Override
        public int seal(byte[] plaintext, byte[] sealed) {
            ByteBuffer target = ByteBuffer.wrap(sealed);
            vault.seal(ByteBuffer.wrap(plaintext), VaultDoor.NAME, target);
            return target.position();
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) {
            vault.unseal(ByteBuffer.wrap(sealed), VaultDoor.NAME, ByteBuffer.wrap(plaintext));
        }
    }

    /** The chunked format without a header: its streams, and its arrays for fresh memory. */
    record OfChunked(ChunkedCipher cipher, ArraySealing streams) implements ArraySealing {
        static final byte[] CONTEXT = {1, 2, 3};

        static OfChunked of(ChunkedCipher cipher) {
            return new OfChunked(cipher, new OfStreams(new StreamDoor() {
                @Override
                public OutputStream sealing(OutputStream sink) throws IOException {
                    return cipher.encryptingStream(sink, CONTEXT);
                }

                @Override
                public InputStream unsealing(InputStream source) throws IOException {
                    return cipher.decryptingStream(source, CONTEXT);
                }
            }));
        }

        @Override
        public int seal(byte[] plaintext, byte[] sealed) throws IOException, GeneralSecurityException {
            return streams.seal(plaintext, sealed);
        }

        @Override
        public void unseal(byte[] sealed, byte[] plaintext) throws IOException, GeneralSecurityException {
            streams.unseal(sealed, plaintext);
        }

        @Override
        public Object sealAnew(byte[] plaintext, int sealedBytes) {
            return cipher.encrypt(plaintext, CONTEXT);
        }

        @Override
        public Object unsealAnew(byte[] sealed, int plaintextBytes) {
            return cipher.decrypt(sealed, CONTEXT);
        }
    }

    /** Fills an array. */
    final class ArraySink extends OutputStream {
        private final byte[] array;
        private int filled;

        ArraySink(byte[] array) {
            this.array = array;
        }

        @Override
        public void write(int b) {
            array[filled++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            System.arraycopy(bytes, offset, array, filled, length);
            filled += length;
        }
    }
}
