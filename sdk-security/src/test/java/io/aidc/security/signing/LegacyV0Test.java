package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Signatures as releases before v1 made them, made here. */
class LegacyV0Test {
    private static final KeyPair KEYS = SigningKeys.generate();
    private static final ModelFiles FILES =
            ModelFiles.of(Map.of("a", ByteBuffer.allocate(1), "dir/b", ByteBuffer.allocate(2)));

    @Test
    void printed_bytes_areALiteralOfPython() {
        assertThat(printed("{\"a\": 1}\n")).isEqualTo("b'{\"a\": 1}\\n'");
        assertThat(printed("it's")).isEqualTo("b\"it's\"");
        assertThat(printed("'\"")).isEqualTo("b'\\'\"'");
        assertThat(printed("\\\t\r\0\u007f~ ")).isEqualTo("b'\\\\\\t\\r\\x00\\x7f~ '");
        assertThat(LegacyV0.printed(new byte[] {(byte) 0xc3, (byte) 0xbc})).isEqualTo("b'\\xc3\\xbc'");
        assertThat(new String(LegacyV0.preAuthenticationEncoding("t", new byte[] {'x'}), StandardCharsets.US_ASCII))
                .isEqualTo("DSSEV1 1 t 1 b'x'");
    }

    @Test
    void load_oldEnvelope_isAcceptedBehindTheSwitchOnly() throws Exception {
        byte[] payload = payload(ModelSigner.key(KEYS).sign(FILES, "m"));
        SignatureFiles signature = bundle(payload, KEYS.getPrivate(), Bundle.material(hint()));
        ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic());
        assertReason(Reason.BAD_SIGNATURE, verifier, signature);
        try (VerifiedModel model = verifier.allowLegacyV0().load(FILES, signature)) {
            assertThat(model.names()).containsExactly("a", "dir/b");
        }
        verifier.allowLegacyV0().named("m").load(FILES, signature).close();
        payload[payload.length - 2] ^= 1;
        assertReason(
                Reason.BAD_SIGNATURE,
                verifier.allowLegacyV0(),
                new SignatureFiles(
                        Bundle.encode(Statement.PAYLOAD_TYPE, payload, new byte[70], Bundle.material(hint()))));
    }

    @Test
    void load_oldEnvelopeOnP384_isSha256UnderCertificatesAndSha384UnderKeys() throws Exception {
        KeyPair large = SigningKeysTest.pair("secp384r1");
        KeyPair authority = SigningKeys.generate();
        var root = TestCertificates.root("root", authority);
        var leaf = TestCertificates.leaf(large.getPublic(), "root", authority.getPrivate(), KeyUsage.digitalSignature);
        byte[] payload = payload(ModelSigner.key(KEYS).sign(FILES, "m"));
        Json chain = Bundle.material(List.of(leaf));
        Json key = Bundle.material(EcKey.of(large.getPublic()).hint());
        ModelVerifier roots = ModelVerifier.trustingRoots(root).allowLegacyV0();
        ModelVerifier keys = ModelVerifier.trusting(large.getPublic()).allowLegacyV0();
        roots.load(FILES, bundle(payload, large.getPrivate(), chain)).close();
        assertReason(Reason.BAD_SIGNATURE, keys, bundle(payload, large.getPrivate(), key));
        keys.load(FILES, bundle("SHA384withECDSA", payload, large.getPrivate(), key))
                .close();
        assertReason(Reason.BAD_SIGNATURE, roots, bundle("SHA384withECDSA", payload, large.getPrivate(), chain));
    }

    @Test
    void load_firstStatements_areAcceptedBehindTheSwitchOnly() throws Exception {
        SignatureFiles signature = first("""
                {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://model_signing/Digests/v0.1",
                 "predicate":{"unused":"x"},"subject":[
                  {"name":"a","digest":{"sha256":"%s"},"annotations":{"actual_hash_algorithm":"file-sha256"}},
                  {"name":"dir/b","digest":{"sha256":"%s"}}]}
                """.formatted(Sha256.hex(new byte[1]), Sha256.hex(new byte[2])));
        ModelVerifier verifier = ModelVerifier.trusting(KEYS.getPublic());
        assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> verifier.load(FILES, signature));
        ModelVerifier legacy = verifier.allowLegacyV0();
        try (VerifiedModel model = legacy.load(FILES, signature)) {
            assertThat(model.names()).containsExactly("a", "dir/b");
        }
        assertReason(Reason.OTHER_MODEL, legacy.named("m"), signature);
    }

    @Test
    void load_firstStatementsWithBadEntries_areRefused() throws Exception {
        String digest = Sha256.hex(new byte[1]);
        String entry = "{\"name\":\"%s\",\"digest\":{\"sha256\":\"%s\"}}";
        Map<String, Reason> cases = Map.of(
                entry.formatted("../a", digest),
                Reason.UNSAFE_NAME,
                entry.formatted("a", digest) + "," + entry.formatted("a", digest),
                Reason.UNSAFE_NAME,
                entry.formatted("a", digest) + "," + entry.formatted("A", digest),
                Reason.UNSAFE_NAME,
                entry.formatted("a:0:8", digest),
                Reason.UNSAFE_NAME,
                entry.formatted("a", "ab"),
                Reason.MALFORMED_BUNDLE,
                "{\"name\":\"a\",\"digest\":{\"md5\":\"ab\"}}",
                Reason.MALFORMED_BUNDLE);
        ModelVerifier legacy = ModelVerifier.trusting(KEYS.getPublic()).allowLegacyV0();
        for (Map.Entry<String, Reason> one : cases.entrySet()) {
            assertReason(one.getValue(), legacy, first("""
                    {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://model_signing/Digests/v0.1",
                     "subject":[%s]}
                    """.formatted(one.getKey())));
        }
    }

    private static String printed(String ascii) {
        return LegacyV0.printed(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static SignatureFiles first(String statement) throws Exception {
        return bundle(statement.getBytes(StandardCharsets.US_ASCII), KEYS.getPrivate(), Bundle.material(hint()));
    }

    private static SignatureFiles bundle(byte[] payload, PrivateKey key, Json material) throws Exception {
        return bundle("SHA256withECDSA", payload, key, material);
    }

    private static SignatureFiles bundle(String algorithm, byte[] payload, PrivateKey key, Json material)
            throws Exception {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(LegacyV0.preAuthenticationEncoding(Statement.PAYLOAD_TYPE, payload));
        return new SignatureFiles(Bundle.encode(Statement.PAYLOAD_TYPE, payload, signer.sign(), material));
    }

    private static byte[] payload(SignatureFiles signature) {
        return Bundle.parse(signature.bundle(), Statement.PAYLOAD_TYPE).payload();
    }

    private static String hint() {
        return EcKey.of(KEYS.getPublic()).hint();
    }

    private static void assertReason(Reason reason, ModelVerifier verifier, SignatureFiles signature) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> verifier.load(FILES, signature))
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
