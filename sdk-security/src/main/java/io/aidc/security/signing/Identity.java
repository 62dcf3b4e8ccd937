package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As whom models are signed: a key, what the signature file tells of it, and a second key where there is one. */
record Identity(EcSigningKey key, Json material, @Nullable SigningKey second, Recorder recorder) {
    /** In base64, with all that a bundle has besides, less than a signature file may have. */
    private static final int MAX_PAYLOAD_BYTES = 47 * 1024 * 1024;

    static Identity bare(EcSigningKey key) {
        return new Identity(key, Bundle.material(key.verifyingKey().hint()), null, Recorder.NONE);
    }

    static Identity certified(PrivateKey key, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain must begin with the signer's certificate, got none");
        }
        X509Certificate leaf = chain.get(0);
        try {
            if (!Trust.Roots.maySign(leaf)) {
                throw new IllegalArgumentException(
                        "the first certificate must be for digital signatures or code signing");
            }
            return new Identity(
                    new EcSigningKey(key, leaf.getPublicKey()), Bundle.material(chain), null, Recorder.NONE);
        } catch (CertificateParsingException | CertificateEncodingException e) {
            throw new IllegalArgumentException("chain holds a certificate that cannot be encoded", e);
        }
    }

    Identity and(SigningKey other) {
        return new Identity(key, material, other, recorder);
    }

    Identity recordedBy(Recorder other) {
        return new Identity(key, material, second, other);
    }

    /** What this signer accepts as its own work. */
    Policy policy() {
        Policy own = Policy.of(new Trust.Own(key.verifyingKey()));
        return second == null ? own : own.requiring(second.verifyingKey());
    }

    SignatureFiles sign(Statement statement) {
        byte[] payload = statement.encode();
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED,
                    "The list of %d files takes %d bytes; a signature holds %d"
                            .formatted(statement.files().size(), payload.length, MAX_PAYLOAD_BYTES));
        }
        SignatureFiles files = sign(Statement.PAYLOAD_TYPE, payload);
        recorder.signed(statement, key.verifyingKey());
        return files;
    }

    SignatureFiles sign(String payloadType, byte[] payload) {
        byte[] bundle = bundle(payloadType, payload, key, material);
        if (second == null) {
            return new SignatureFiles(bundle);
        }
        Json secondMaterial = Bundle.material(second.verifyingKey().hint());
        return new SignatureFiles(bundle, bundle(payloadType, payload, second, secondMaterial));
    }

    private static byte[] bundle(String payloadType, byte[] payload, SigningKey key, Json material) {
        byte[] signature = key.sign(Dsse.preAuthenticationEncoding(payloadType, payload));
        return Bundle.encode(payloadType, payload, signature, material);
    }
}
