package io.aidc.security.keys;

import io.aidc.security.UnsealException;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;

/**
 * Encrypts data keys to public keys in the clear, for formats which keep the wrapped key in a place of their own. What is
 * opened lies in the heap, in the hands of the caller, who must neither keep nor show it and must wipe it.
 * {@link io.aidc.security.Vault} needs none of this.
 *
 * <p>HPKE in base mode: whoever has the public key can make such a message, so that it says nothing about its sender.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180, HPKE, sections 5.1.1 and 6.1</a>
 */
public final class InsecureHpke {
    private static final int TAG_BYTES = 16;

    private InsecureHpke() {}

    /**
     * Encrypts.
     *
     * @param recipient who can open it
     * @param dataKey not wiped
     * @param info what the message is for; the same bytes open
     * @param aad what to bind it to; the same bytes open
     * @return the encapsulated key, then the ciphertext, 16 bytes longer than the data key
     */
    public static byte[] seal(HpkePublicKey recipient, byte[] dataKey, byte[] info, byte[] aad) {
        Objects.requireNonNull(dataKey, "dataKey");
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(aad, "aad");
        HPKE hpke = HpkeKem.hpke(recipient.suite(), HPKE.mode_base);
        try {
            byte[][] parts =
                    hpke.seal(hpke.deserializePublicKey(recipient.bytes()), info, aad, dataKey, null, null, null);
            byte[] ciphertext = parts[0];
            byte[] encapsulation = parts[1];
            byte[] sealed = Arrays.copyOf(encapsulation, encapsulation.length + ciphertext.length);
            System.arraycopy(ciphertext, 0, sealed, encapsulation.length, ciphertext.length);
            return sealed;
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption checks no tag", e);
        }
    }

    /**
     * Decrypts.
     *
     * @param pair the recipient's keys
     * @param sealed what {@link #seal} made
     * @param info the bytes it was made with
     * @param aad the bytes it was bound to
     * @return the data key, the caller's to wipe
     * @throws UnsealException if it was made for another key, with other info or associated data, or was changed; which of
     *     these is not said
     * @throws IllegalStateException if the pair is closed
     */
    public static byte[] open(HpkeKeyPair pair, byte[] sealed, byte[] info, byte[] aad) {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(aad, "aad");
        HpkeSuite suite = pair.publicKey().suite();
        AsymmetricCipherKeyPair keys = pair.keys();
        if (sealed.length < suite.encapsulationBytes() + TAG_BYTES) {
            throw new UnsealException();
        }
        byte[] encapsulation = Arrays.copyOf(sealed, suite.encapsulationBytes());
        byte[] ciphertext = Arrays.copyOfRange(sealed, suite.encapsulationBytes(), sealed.length);
        try {
            return HpkeKem.hpke(suite, HPKE.mode_base)
                    .open(encapsulation, keys, info, aad, ciphertext, null, null, null);
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException e) {
            throw new UnsealException();
        }
    }
}
