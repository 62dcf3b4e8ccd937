package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.Vectors;
import io.aidc.security.Wycheproof;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.junit.jupiter.api.Test;

class MlDsaConformanceTest {
    /** The one draw of randomness that a vector fixes. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] out) {
            System.arraycopy(bytes, 0, out, 0, out.length);
        }
    }

    @Test
    void verifies_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mldsa_\\d+_verify_test\\.json", 210, vector -> {
            byte[] bytes = Vectors.hex(vector.group(), "publicKey");
            if (bytes.length != level(vector).publicKeyBytes()) {
                assertThat(vector.is("valid")).isFalse();
                assertThatIllegalArgumentException().isThrownBy(() -> MlDsaPublicKey.of(level(vector), bytes));
                return;
            }
            MlDsaPublicKey key = MlDsaPublicKey.of(level(vector), bytes);
            assertThat(key.spki()).isEqualTo(Vectors.hex(vector.group(), "publicKeyDer"));
            assertThat(key.verifies(vector.hex("msg"), vector.hexOrEmpty("ctx"), vector.hex("sig")))
                    .isEqualTo(vector.is("valid"));
        });
    }

    @Test
    void sign_wycheproofSeeds_agreesOnEveryCase() throws Exception {
        Wycheproof.run("mldsa_\\d+_sign_seed_test\\.json", 0, vector -> {
            if (!vector.is("valid")) {
                assertThatIllegalArgumentException().isThrownBy(() -> signature(pair(vector), vector));
                return;
            }
            MlDsaKeyPair pair = pair(vector);
            assertThat(pair.publicKey().bytes()).isEqualTo(Vectors.hex(vector.group(), "publicKey"));
            if (vector.group().find("privateKeyPkcs8").isPresent()) {
                byte[] der = Vectors.hex(vector.group(), "privateKeyPkcs8");
                assertThat(MlDsaKeyPair.decode(der).publicKey()).isEqualTo(pair.publicKey());
            }
            assertThat(signature(pair, vector)).isEqualTo(vector.hex("sig"));
        });
    }

    /**
     * Expanded keys, which this module refuses to read; the library below signs with them. Of the keys out of range it
     * refuses none, so that these vectors are run at our door alone.
     */
    @Test
    void sign_wycheproofExpandedKeys_areRefusedHereAndAgreeBelow() throws Exception {
        Wycheproof.run("mldsa_\\d+_sign_noseed_test\\.json", 0, vector -> {
            byte[] expanded = Vectors.hex(vector.group(), "privateKey");
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(level(vector).oid());
            byte[] der = new PrivateKeyInfo(algorithm, new DEROctetString(expanded)).getEncoded();
            assertThatIllegalArgumentException().isThrownBy(() -> MlDsaKeyPair.decode(der));
            if (vector.is("valid")) {
                var key = new MLDSAPrivateKeyParameters(level(vector).parameters(), expanded);
                assertThat(signature(key, vector)).isEqualTo(vector.hex("sig"));
            } else if (!vector.hasFlag("InvalidPrivateKey")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> signature(
                                new MLDSAPrivateKeyParameters(level(vector).parameters(), expanded), vector));
            }
        });
    }

    private static MlDsaLevel level(Wycheproof.Case vector) {
        return MlDsaLevel.valueOf("ML_DSA_" + vector.file().replaceAll("mldsa_(\\d+)_.*", "$1"));
    }

    private static MlDsaKeyPair pair(Wycheproof.Case vector) throws Exception {
        return MlDsaKeyPair.ofSeed(level(vector), Vectors.hex(vector.group(), "privateSeed"));
    }

    private static byte[] signature(MlDsaKeyPair pair, Wycheproof.Case vector) throws Exception {
        if (vector.test().find("msg").isEmpty()) {
            byte[] seed = Vectors.hex(vector.group(), "privateSeed");
            return signature(new MLDSAPrivateKeyParameters(level(vector).parameters(), seed), vector);
        }
        byte[] context = vector.hexOrEmpty("ctx");
        return vector.test().find("rnd").isPresent()
                ? pair.sign(vector.hex("msg"), context, new Fixed(vector.hex("rnd")))
                : pair.signDeterministically(vector.hex("msg"), context);
    }

    private static byte[] signature(MLDSAPrivateKeyParameters key, Wycheproof.Case vector) throws Exception {
        MLDSASigner signer = new MLDSASigner();
        var random = new ParametersWithRandom(
                key, new Fixed(vector.test().find("rnd").isPresent() ? vector.hex("rnd") : new byte[32]));
        signer.init(true, new ParametersWithContext(random, vector.hexOrEmpty("ctx")));
        if (vector.test().find("msg").isEmpty()) {
            return signer.generateMuSignature(vector.hex("mu"));
        }
        byte[] message = vector.hex("msg");
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
