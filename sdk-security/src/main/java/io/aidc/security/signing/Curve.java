package io.aidc.security.signing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/** The curves of the format, each with the one hash that goes with it. */
enum Curve {
    P256("secp256r1", "SHA-256"),
    P384("secp384r1", "SHA-384"),
    P521("secp521r1", "SHA-512");

    private final String standardName;
    private final String hash;

    @SuppressWarnings("ImmutableEnumChecker") // it is never changed
    private final ECDomainParameters domain;

    Curve(String standardName, String hash) {
        this.standardName = standardName;
        this.hash = hash;
        X9ECParameters parameters = CustomNamedCurves.getByName(standardName);
        this.domain =
                new ECDomainParameters(parameters.getCurve(), parameters.getG(), parameters.getN(), parameters.getH());
    }

    String standardName() {
        return standardName;
    }

    /** The JDK's name of the signature algorithm. */
    String algorithm() {
        return hash.replace("-", "") + "withECDSA";
    }

    /** The JDK's name of the hash. */
    String hash() {
        return hash;
    }

    ECDomainParameters domain() {
        return domain;
    }

    static Optional<Curve> of(PublicKey key) {
        if (!(key instanceof ECPublicKey ec)) {
            return Optional.empty();
        }
        for (Curve curve : values()) {
            var params = ec.getParams();
            if (params.getOrder().equals(curve.domain.getN())
                    && params.getGenerator().getAffineX().equals(affineX(curve))) {
                return Optional.of(curve);
            }
        }
        return Optional.empty();
    }

    /**
     * Verifies with Bouncy Castle after strict parsing, since the JDK's own verifier refuses some valid signatures and
     * takes some malformed ones.
     *
     * @return whether the DER signature is the key's, over the message hashed so
     */
    boolean verifies(ECPublicKey key, String hash, byte[] message, byte[] der) {
        BigInteger[] rs = EcdsaDer.parse(der).orElse(null);
        if (rs == null) {
            return false;
        }
        try {
            var w = key.getW();
            var point = domain.validatePublicPoint(domain.getCurve().createPoint(w.getAffineX(), w.getAffineY()));
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, new ECPublicKeyParameters(point, domain));
            return verifier.verifySignature(MessageDigest.getInstance(hash).digest(message), rs[0], rs[1]);
        } catch (IllegalArgumentException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(hash + " is missing in this JVM", e);
        }
    }

    private static BigInteger affineX(Curve curve) {
        return curve.domain.getG().normalize().getAffineXCoord().toBigInteger();
    }
}
