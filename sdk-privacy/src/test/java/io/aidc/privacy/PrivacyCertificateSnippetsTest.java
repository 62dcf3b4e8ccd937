package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.query.Release;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples for the Javadoc of certificates. */
class PrivacyCertificateSnippetsTest {
    @Test
    void certificate_signed_verifies() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        List<Integer> visits = List.of(1, 2, 3);
        // @start region="certificate"
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3).delta(1e-6).build();
        Release visitsCounted = budget.from(visits).count().gaussian(20);

        PrivacyCertificate.Signed signed = budget.certificate().signedBy(bytes -> sign(keys, bytes));
        String filed = signed.certificate().json(); // and signed.signature() beside it

        PrivacyCertificate read = PrivacyCertificate.fromJson(filed);
        boolean genuine = new PrivacyCertificate.Signed(read, signed.signature())
                .verify((bytes, signature) -> verifies(keys, bytes, signature));
        // @end
        assertThat(visitsCounted).isInstanceOf(Release.Granted.class);
        assertThat(genuine).isTrue();
        assertThat(read).isEqualTo(budget.certificate());
    }

    static byte[] sign(KeyPair keys, byte[] bytes) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean verifies(KeyPair keys, byte[] bytes, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(keys.getPublic());
            verifier.update(bytes);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
