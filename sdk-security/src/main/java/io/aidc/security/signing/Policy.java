package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Printable;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a signature must be for its statement to count. It is the caller's, never the signature file's. */
record Policy(
        Trust trust,
        @Nullable VerifyingKey second,
        @Nullable String modelName,
        Statement.Versions versions) {
    private static final Logger LOG = LoggerFactory.getLogger(Policy.class);

    static Policy of(Trust trust) {
        return new Policy(trust, null, null, Statement.Versions.V1);
    }

    Policy trusting(Trust other) {
        return new Policy(other, second, modelName, versions);
    }

    Policy requiring(VerifyingKey key) {
        return new Policy(trust, key, modelName, versions);
    }

    Policy named(String name) {
        return new Policy(trust, second, name, versions);
    }

    Policy allowing(Statement.Versions allowed) {
        return new Policy(trust, second, modelName, allowed);
    }

    /** The files that are needed. */
    SignatureFiles read(Path signatureFile) {
        return second == null ? SignatureFiles.readFirst(signatureFile) : SignatureFiles.read(signatureFile);
    }

    /** The statement, which is parsed only after every signature over it held. */
    Statement authenticate(SignatureFiles files) {
        Authentic authentic = authentic(files, Statement.PAYLOAD_TYPE);
        Statement statement = Statement.parse(authentic.bundle().payload(), versions);
        if (modelName != null && !modelName.equals(statement.modelName())) {
            throw new ModelRejectedException(
                    Reason.OTHER_MODEL,
                    "The signature is of model %s, wanted is %s"
                            .formatted(Printable.of(statement.modelName()), Printable.of(modelName)));
        }
        warn(authentic.bundle(), statement, authentic.isLegacy());
        return statement;
    }

    /** What is signed in files that hold something else than a statement, if every signature over it held. */
    byte[] payload(SignatureFiles files, String payloadType) {
        return authentic(files, payloadType).bundle().payload();
    }

    private record Authentic(Bundle bundle, boolean isLegacy) {}

    private Authentic authentic(SignatureFiles files, String payloadType) {
        Bundle bundle = Bundle.parse(files.bundle(), payloadType);
        EcKey key = trust.keyFor(bundle.signer());
        boolean legacy = !key.verifies(bundle.signedBytes(), bundle.signature());
        if (legacy) {
            requireLegacy(bundle, key);
        }
        if (second != null) {
            requireSecond(files, bundle, second);
        }
        return new Authentic(bundle, legacy);
    }

    private void requireLegacy(Bundle bundle, EcKey key) {
        boolean valid = false;
        if (versions == Statement.Versions.V1_AND_V0) {
            byte[] message = LegacyV0.preAuthenticationEncoding(bundle.payloadType(), bundle.payload());
            valid = bundle.signer() instanceof Bundle.Signer.Chain
                    ? key.verifiesWithSha256(message, bundle.signature())
                    : key.verifies(message, bundle.signature());
        }
        if (!valid) {
            throw invalid("The signature is not valid");
        }
    }

    private static void requireSecond(SignatureFiles files, Bundle first, VerifyingKey key) {
        byte[] file = files.mlDsaBundle();
        if (file.length == 0) {
            throw new ModelRejectedException(
                    Reason.UNTRUSTED_KEY, "The second signature is missing; an ML-DSA signature is required here");
        }
        Bundle bundle = Bundle.parse(file, first.payloadType());
        Trust.requireClaim(bundle.signer(), key);
        if (!Arrays.equals(bundle.payload(), first.payload())) {
            throw invalid("The two signatures are not of the same statement");
        }
        if (!key.verifies(bundle.signedBytes(), bundle.signature())) {
            throw invalid("The second signature is not valid");
        }
    }

    private static void warn(Bundle bundle, Statement statement, boolean legacyEnvelope) {
        String model = Printable.of(statement.modelName());
        if (statement.isUnbound()) {
            LOG.warn("accepted a signature from before v1, which does not show if an entry was removed; sign again");
        } else if (legacyEnvelope) {
            LOG.warn("accepted a signature from before v1; sign again: model={}", model);
        } else if (bundle.signer() instanceof Bundle.Signer.Key key
                && key.hint().isEmpty()) {
            LOG.warn("accepted a signature of an older release, which names no key; sign again: model={}", model);
        }
    }

    private static ModelRejectedException invalid(String fault) {
        return new ModelRejectedException(Reason.BAD_SIGNATURE, fault);
    }
}
