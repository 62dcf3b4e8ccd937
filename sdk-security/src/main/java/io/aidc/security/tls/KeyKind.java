package io.aidc.security.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The kinds of keys that are taken, and the JDK's names for them. */
enum KeyKind {
    RSA(PKCSObjectIdentifiers.rsaEncryption, "RSA", "SHA256withRSA"),
    RSA_PSS(PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS", "RSASSA-PSS"),
    EC(X9ObjectIdentifiers.id_ecPublicKey, "EC", "SHA256withECDSA"),
    ED25519(new ASN1ObjectIdentifier("1.3.101.112"), "Ed25519", "Ed25519");

    private static final PSSParameterSpec ANY_PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    @SuppressWarnings("ImmutableEnumChecker") // it has no setters
    private final ASN1ObjectIdentifier oid;

    private final String factory;
    private final String signature;

    KeyKind(ASN1ObjectIdentifier oid, String factory, String signature) {
        this.oid = oid;
        this.factory = factory;
        this.signature = signature;
    }

    static Optional<KeyKind> of(ASN1ObjectIdentifier oid) {
        for (KeyKind kind : values()) {
            if (kind.oid.equals(oid)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    ASN1ObjectIdentifier oid() {
        return oid;
    }

    /** The name of the JDK's key factory. */
    String factory() {
        return factory;
    }

    /** A signature by the one that the other verifies: this also finds a private key that is broken inside. */
    boolean pairs(PrivateKey privateKey, PublicKey publicKey) {
        byte[] probe = {'p', 'r', 'o', 'b', 'e'};
        try {
            Signature signer = Signature.getInstance(signature);
            signer.initSign(privateKey);
            if (privateKey instanceof RSAKey key && this == RSA_PSS) {
                signer.setParameter(key.getParams() == null ? ANY_PSS : key.getParams());
            }
            signer.update(probe);
            byte[] signed = signer.sign();
            Signature verifier = Signature.getInstance(signature);
            verifier.initVerify(publicKey);
            if (this == RSA_PSS) {
                verifier.setParameter(signer.getParameters().getParameterSpec(PSSParameterSpec.class));
            }
            verifier.update(probe);
            return verifier.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // keys of two kinds, sizes or parameters are no pair either
        }
    }
}
