package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ML-KEM under X-Wing against the JDK's own, which is there from 24 on; by reflection, since 17 knows no such class. */
class MlKemSecondOpinionTest {
    private static final Map<String, ASN1ObjectIdentifier> OIDS = Map.of(
            "ML-KEM-512", NISTObjectIdentifiers.id_alg_ml_kem_512,
            "ML-KEM-768", NISTObjectIdentifiers.id_alg_ml_kem_768,
            "ML-KEM-1024", NISTObjectIdentifiers.id_alg_ml_kem_1024);
    private static final Map<String, MLKEMParameters> LEVELS = Map.of(
            "ML-KEM-512", MLKEMParameters.ml_kem_512,
            "ML-KEM-768", MLKEMParameters.ml_kem_768,
            "ML-KEM-1024", MLKEMParameters.ml_kem_1024);

    @BeforeEach
    void requireJdk24() {
        try {
            KeyFactory.getInstance("ML-KEM");
        } catch (NoSuchAlgorithmException e) {
            Assumptions.abort("ML-KEM is not in this JDK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"})
    void decapsulate_encapsulatedByTheJdk_agrees(String level) throws Exception {
        byte[] seed = new byte[64];
        new SecureRandom().nextBytes(seed);
        MLKEMPrivateKeyParameters key = new MLKEMPrivateKeyParameters(LEVELS.get(level), seed);
        byte[] spki = new SubjectPublicKeyInfo(new AlgorithmIdentifier(OIDS.get(level)), key.getPublicKey())
                .getEncoded("DER");
        PublicKey publicKey = KeyFactory.getInstance(level).generatePublic(new X509EncodedKeySpec(spki));
        Object encapsulator = call(kem(level), "newEncapsulator", PublicKey.class, publicKey);
        Object encapsulated = call(encapsulator, "encapsulate");
        byte[] secret = ((Key) call(encapsulated, "key")).getEncoded();
        byte[] encapsulation = (byte[]) call(encapsulated, "encapsulation");
        assertThat(new MLKEMExtractor(key).extractSecret(encapsulation)).isEqualTo(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"})
    void encapsulate_decapsulatedByTheJdk_agrees(String level) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(level).generateKeyPair();
        byte[] bytes = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
                .getPublicKeyData()
                .getOctets();
        SecretWithEncapsulation encapsulated = new MLKEMGenerator(new SecureRandom())
                .generateEncapsulated(new MLKEMPublicKeyParameters(LEVELS.get(level), bytes));
        Object decapsulator = call(kem(level), "newDecapsulator", PrivateKey.class, pair.getPrivate());
        Key secret = (Key) call(decapsulator, "decapsulate", byte[].class, encapsulated.getEncapsulation());
        assertThat(secret.getEncoded()).isEqualTo(encapsulated.getSecret());
    }

    private static Object kem(String level) throws Exception {
        return Class.forName("javax.crypto.KEM")
                .getMethod("getInstance", String.class)
                .invoke(null, level);
    }

    private static Object call(Object target, String method) throws Exception {
        return target.getClass().getMethod(method).invoke(target);
    }

    private static Object call(Object target, String method, Class<?> type, Object argument) throws Exception {
        Method found = target.getClass().getMethod(method, type);
        return found.invoke(target, argument);
    }
}
