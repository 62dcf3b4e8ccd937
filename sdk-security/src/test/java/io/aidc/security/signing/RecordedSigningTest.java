package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditTrail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedSigningTest {
    private static final KeyPair KEYS = SigningKeys.generate();

    private final List<AuditEvent> recorded = new ArrayList<>();
    private final AuditTrail trail = event -> {
        long index = recorded.size();
        recorded.add(event);
        return index;
    };
    private final AuditTrail full = event -> {
        throw new IllegalStateException("no room");
    };
    private final ModelFiles files = ModelFiles.of(Map.of("weights", ByteBuffer.wrap(new byte[] {1, 2, 3})));

    @TempDir
    private Path directory;

    private Path model;
    private Path signature;

    @BeforeEach
    void makeModel() throws IOException {
        model = Files.createDirectory(directory.resolve("model"));
        Files.writeString(model.resolve("weights"), "0123");
        signature = directory.resolve("model.sig");
    }

    @Test
    void sign_recordsModelRootDigestAndKey() {
        ModelSigner.key(KEYS).auditTo(trail, "release").sign(files, "fraud");

        assertThat(recorded).hasSize(1);
        AuditEvent event = recorded.get(0);
        assertThat(event.principal() + " " + event.action() + " " + event.resource())
                .isEqualTo("release sign fraud");
        assertThat(event.outcome()).isEqualTo(Outcome.DONE);
        assertThat(event.details()).containsOnlyKeys("files", "key", "sha256").containsEntry("files", "1");
    }

    @Test
    void sign_whatCannotBeRecorded_isNotWritten() {
        ModelSigner signer = ModelSigner.key(KEYS).auditTo(full, "release");

        assertThatIllegalStateException()
                .isThrownBy(() -> signer.sign(model, signature))
                .withMessage("no room");
        assertThat(signature).doesNotExist();
    }

    @Test
    void resign_isRecordedToo() throws IOException {
        ModelSigner signer = ModelSigner.key(KEYS).auditTo(trail, "release");
        signer.sign(model, signature);
        Files.writeString(model.resolve("weights"), "4567");

        signer.resign(model, signature, Set.of("weights"));

        assertThat(recorded).extracting(AuditEvent::action).containsExactly("sign", "sign");
        assertThat(recorded.get(0).details().get("sha256"))
                .isNotEqualTo(recorded.get(1).details().get("sha256"));
    }

    @Test
    void verify_passedAndFailed_areRecorded() throws IOException {
        ModelSigner.key(KEYS).sign(model, signature);
        ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic()).auditTo(trail, "loader");
        verifier.load(model, signature).close();
        Files.writeString(model.resolve("weights"), "4567");
        assertThatExceptionOfType(ModelMismatchException.class).isThrownBy(() -> verifier.load(model, signature));
        ModelVerifier other =
                ModelVerifier.trusting(SigningKeys.generate().getPublic()).auditTo(trail, "loader");
        assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> other.load(model, signature));

        assertThat(recorded)
                .extracting(event -> event.action() + " " + event.resource() + " " + event.outcome() + " "
                        + event.details().get("reason"))
                .containsExactly(
                        "verify model DONE null",
                        "verify model FAILED MISMATCH",
                        "verify model FAILED " + ModelRejectedException.Reason.UNTRUSTED_KEY);
    }

    @Test
    void verify_whatCannotBeRecorded_isNotHandedOut() {
        SignatureFiles signed = ModelSigner.key(KEYS).sign(files, "fraud");
        ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic()).auditTo(full, "loader");

        assertThatIllegalStateException()
                .isThrownBy(() -> verifier.open(files, signed))
                .withMessage("no room");
    }

    @Test
    void auditTo_twiceOrForNobody_isRefused() {
        ModelSigner signer = ModelSigner.key(KEYS);
        assertThatIllegalArgumentException().isThrownBy(() -> signer.auditTo(trail, ""));
        assertThatIllegalStateException()
                .isThrownBy(() -> signer.auditTo(trail, "a").auditTo(trail, "b"));
        ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic());
        assertThatIllegalArgumentException().isThrownBy(() -> verifier.auditTo(trail, ""));
        assertThatIllegalStateException()
                .isThrownBy(() -> verifier.auditTo(trail, "a").auditTo(trail, "b"));
    }
}
