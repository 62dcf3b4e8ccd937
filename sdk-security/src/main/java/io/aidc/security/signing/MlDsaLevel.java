package io.aidc.security.signing;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.crypto.params.MLDSAParameters;

/** The parameter sets of ML-DSA (FIPS 204), by the strength they aim at. */
public enum MlDsaLevel {
    /** ML-DSA-44, category 2: public key 1312 bytes, signature 2420. */
    ML_DSA_44("ML-DSA-44", NISTObjectIdentifiers.id_ml_dsa_44, MLDSAParameters.ml_dsa_44, 1312, 2420),
    /** ML-DSA-65, category 3: public key 1952 bytes, signature 3309. */
    ML_DSA_65("ML-DSA-65", NISTObjectIdentifiers.id_ml_dsa_65, MLDSAParameters.ml_dsa_65, 1952, 3309),
    /** ML-DSA-87, category 5: public key 2592 bytes, signature 4627. */
    ML_DSA_87("ML-DSA-87", NISTObjectIdentifiers.id_ml_dsa_87, MLDSAParameters.ml_dsa_87, 2592, 4627);

    private final String standardName;

    @SuppressWarnings("ImmutableEnumChecker") // it is never changed
    private final ASN1ObjectIdentifier oid;

    @SuppressWarnings("ImmutableEnumChecker") // it is never changed
    private final MLDSAParameters parameters;

    private final int publicKeyBytes;
    private final int signatureBytes;

    MlDsaLevel(
            String standardName,
            ASN1ObjectIdentifier oid,
            MLDSAParameters parameters,
            int publicKeyBytes,
            int signatureBytes) {
        this.standardName = standardName;
        this.oid = oid;
        this.parameters = parameters;
        this.publicKeyBytes = publicKeyBytes;
        this.signatureBytes = signatureBytes;
    }

    /** The name that FIPS 204 and the JDK use. */
    String standardName() {
        return standardName;
    }

    ASN1ObjectIdentifier oid() {
        return oid;
    }

    MLDSAParameters parameters() {
        return parameters;
    }

    int publicKeyBytes() {
        return publicKeyBytes;
    }

    int signatureBytes() {
        return signatureBytes;
    }

    static Optional<MlDsaLevel> of(ASN1ObjectIdentifier oid) {
        for (MlDsaLevel level : values()) {
            if (level.oid.equals(oid)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
