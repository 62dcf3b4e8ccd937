package io.aidc.security.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Gets the JDK's AES-GCM compiled. HotSpot puts processor instructions in place of its loops once the methods around them
 * were called some thousand times, and runs them in Java until then, thirty times slower: chunks of 16 KiB would take 64 MiB
 * to get there, messages of 1 KiB take a fraction of that time. No secret goes through: the key is zeros.
 */
final class CompiledGcm {
    private static final int MESSAGES = 4000;
    private static final int BYTES = 1024;

    private CompiledGcm() {}

    /** Returns when it was done, once in this JVM for each mode, by the initialisation of a class. */
    static void ensure(int mode) {
        if (mode == Cipher.ENCRYPT_MODE) {
            Encrypting.ensure();
        } else {
            Decrypting.ensure();
        }
    }

    private static final class Encrypting {
        static {
            call(Cipher.ENCRYPT_MODE);
        }

        static void ensure() {
            // see above
        }
    }

    private static final class Decrypting {
        static {
            call(Cipher.DECRYPT_MODE);
        }

        static void ensure() {
            // see above
        }
    }

    private static void call(int mode) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(0));
            byte[] sealed = cipher.doFinal(new byte[BYTES]);
            byte[] in = mode == Cipher.ENCRYPT_MODE ? new byte[BYTES] : sealed;
            byte[] out = new byte[sealed.length];
            for (int i = 1; i <= MESSAGES; i++) {
                cipher.init(mode, key, nonce(mode == Cipher.ENCRYPT_MODE ? i : 0));
                cipher.doFinal(in, 0, in.length, out, 0);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing in this JVM", e);
        }
    }

    private static GCMParameterSpec nonce(int number) {
        byte[] nonce = ByteBuffer.allocate(ChunkKeys.NONCE_BYTES).putInt(number).array();
        return new GCMParameterSpec(8 * ChunkCrypter.TAG_BYTES, nonce);
    }
}
