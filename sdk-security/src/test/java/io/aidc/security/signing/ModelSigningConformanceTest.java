package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.VaultException;
import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures and statements made by the reference implementation. */
class ModelSigningConformanceTest {
    @TempDir
    private Path directory;

    @Test
    void load_fixturesWithKeyAndCertificate_verify() throws Exception {
        Path data = Vectors.folder("model-signing");
        ModelVerifier key = ModelVerifier.trusting(SigningKeys.readPublic(data.resolve("keys/signing-key-pub.pem")));
        ModelVerifier roots = ModelVerifier.trustingRoots(certificate(data.resolve("keys/ca-cert.pem")));
        Path fixtures = data.resolve("fixtures");
        Map<Path, ModelVerifier> cases = new LinkedHashMap<>();
        cases.put(fixtures.resolve("v1.0.0-elliptic-key/signme-1"), key);
        cases.put(fixtures.resolve("v1.1.0-elliptic-key"), key);
        cases.put(fixtures.resolve("v1.0.0-certificate"), roots);
        cases.put(fixtures.resolve("v1.1.0-certificate"), roots);
        int changes = 0;
        for (Map.Entry<Path, ModelVerifier> fixture : cases.entrySet()) {
            Path model = fixture.getKey();
            Path signature = Files.isDirectory(model) ? model.resolve("model.sig") : model.resolveSibling("model.sig");
            try (VerifiedModel verified = fixture.getValue().load(model, signature)) {
                for (String name : verified.names()) {
                    assertThat(verified.read(name).remaining()).isPositive();
                }
            }
            changes += refusesChanges(model, signature, fixture.getValue());
            ModelVerifier stranger =
                    ModelVerifier.trusting(SigningKeys.generate().getPublic());
            assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> stranger.load(model, signature));
        }
        Vectors.report("model signing fixtures, " + changes + " changes of them refused", cases.size());
        assertThat(cases).hasSize(4);
    }

    @Test
    void load_keylessFixtures_areWellFormedButNotTrusted() throws Exception {
        Path data = Vectors.folder("model-signing");
        ModelVerifier roots = ModelVerifier.trustingRoots(certificate(data.resolve("keys/ca-cert.pem")));
        for (String version : List.of("v1.0.0", "v1.1.0")) {
            Path model = data.resolve("fixtures").resolve(version + "-sigstore");
            Path signature = model.resolve("model.sig");
            Bundle bundle = Bundle.parse(Files.readAllBytes(signature));
            assertThat(bundle.signer()).isInstanceOf(Bundle.Signer.Keyless.class);
            ECPublicKey key = (ECPublicKey)
                    ((Bundle.Signer.Keyless) bundle.signer()).certificate().getPublicKey();
            assertThat(Curve.of(key).orElseThrow().verifies(key, bundle.signedBytes(), bundle.signature()))
                    .isTrue();
            Statement statement = Statement.parse(bundle.payload());
            ModelTree tree = new ModelTree(model, signature);
            assertThat(tree.digests(statement.digests().keySet())).isEqualTo(statement.digests());
            assertThatExceptionOfType(ModelRejectedException.class)
                    .isThrownBy(() -> roots.load(model, signature))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_KEY));
        }
    }

    @Test
    void statement_goldenModels_equalsTheReference() throws Exception {
        Path golden = Vectors.folder("model-signing").resolve("golden");
        int cases = 0;
        for (Map.Entry<String, Path> model : models().entrySet()) {
            Json expected = Vectors.json(golden.resolve(model.getKey() + ".json"));
            assertThat(statement(model.getValue()).toJson()).as(model.getKey()).isEqualTo(expected);
            cases++;
        }
        Vectors.report("model signing statements", cases);
        assertThat(cases).isEqualTo(7);
    }

    @Test
    void sign_withThePublishedKey_verifiesWithItsPublicHalf() throws Exception {
        Path keys = Vectors.folder("model-signing").resolve("keys");
        KeyPair pair = SigningKeys.readPrivate(keys.resolve("signing-key.pem"));
        assertThat(pair.getPublic()).isEqualTo(SigningKeys.readPublic(keys.resolve("signing-key-pub.pem")));
        Path model = Files.writeString(directory.resolve("m"), "x");
        ModelSigner.key(pair).sign(model, directory.resolve("m.sig"));
        Bundle bundle = Bundle.parse(Files.readAllBytes(directory.resolve("m.sig")));
        assertThat(bundle.signer())
                .isEqualTo(new Bundle.Signer.Key(
                        java.util.Optional.of("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e")));
    }

    /** One changed byte in each file, and one in every tenth character of the signed payload and the signature. */
    private int refusesChanges(Path model, Path signature, ModelVerifier verifier) throws IOException {
        Path copy = Files.createTempDirectory(directory, "fixture");
        boolean single = Files.isRegularFile(model);
        Path copiedModel = single ? copy.resolve(model.getFileName().toString()) : copy;
        Path copiedSignature = copy.resolve("model.sig");
        try (var files =
                Files.list(single ? signature.toAbsolutePath().resolve("..").normalize() : model)) {
            for (Path file : files.toList()) {
                Files.write(copy.resolve(file.getFileName().toString()), Files.readAllBytes(file));
            }
        }
        verifier.load(copiedModel, copiedSignature).close();
        int changes = 0;
        Path signed = single ? copiedModel : copy.resolve("signme-2");
        byte[] content = Files.readAllBytes(signed);
        for (int i = 0; i < content.length; i++, changes++) {
            byte[] bad = content.clone();
            bad[i] ^= 1;
            Files.write(signed, bad);
            assertThatExceptionOfType(ModelMismatchException.class)
                    .isThrownBy(() -> verifier.load(copiedModel, copiedSignature))
                    .satisfies(e -> assertThat(e.changed()).hasSize(1));
        }
        Files.write(signed, content);
        String bundle = Files.readString(signature);
        for (String member : List.of("\"payload\":", "\"sig\":")) {
            int from = bundle.indexOf('"', bundle.indexOf(member) + member.length()) + 1;
            int to = bundle.indexOf('"', from) - 4;
            for (int i = from; i < to; i += 10, changes++) {
                char other = bundle.charAt(i) == 'A' ? 'B' : 'A';
                Files.writeString(copiedSignature, bundle.substring(0, i) + other + bundle.substring(i + 1));
                assertThatExceptionOfType(VaultException.class)
                        .isThrownBy(() -> verifier.load(copiedModel, copiedSignature));
            }
        }
        return changes;
    }

    private static Statement statement(Path model) throws IOException {
        ModelTree tree = new ModelTree(model, model.resolveSibling("no.sig"));
        String name = model.getFileName().toString();
        if (name.equals("symlink_model")) {
            Map<String, String> digests = Map.of(
                    "symlink_file", Sha256.ofFile(model.resolve("symlink_file").toRealPath()));
            return new Statement(name, digests, Set.of(), true);
        }
        return new Statement(name, tree.digests(tree.names(Set.of())), Set.of(), true);
    }

    private Map<String, Path> models() throws IOException {
        Map<String, Path> models = new LinkedHashMap<>();
        Path file = Files.writeString(directory.resolve("file_model"), "This is a simple model");
        models.put("sample_model_file", file);
        models.put("empty_model_file", Files.createFile(directory.resolve("empty_file_model")));
        models.put("empty_model_folder", Files.createDirectory(directory.resolve("empty_folder_model")));
        Path withEmpty = Files.createDirectory(directory.resolve("empty_file_inside_model"));
        Files.createFile(withEmpty.resolve("empty_file"));
        models.put("model_folder_with_empty_file", withEmpty);
        Path sample = Files.createDirectory(directory.resolve("sample_model"));
        for (int i = 0; i < 2; i++) {
            Path below = Files.createDirectory(sample.resolve("d" + i));
            for (int j = 0; j < 3; j++) {
                Files.writeString(
                        below.resolve("f%d%d".formatted(i, j)), "This is file f%d%d in d%d.".formatted(i, j, i));
            }
        }
        Path deep = Files.createDirectories(directory.resolve("deep_model/d0/d1/d2/d3/d4"));
        for (int i = 0; i < 4; i++) {
            Files.writeString(sample.resolve("f" + i), "This is file f%d in root.".formatted(i));
            Files.writeString(deep.resolve("f" + i), "This is file f%d.".formatted(i));
        }
        models.put("sample_model_folder", sample);
        models.put("deep_model_folder", directory.resolve("deep_model"));
        Path symlink = Files.createDirectory(directory.resolve("symlink_model"));
        Files.createSymbolicLink(symlink.resolve("symlink_file"), file);
        models.put("symlink_model_folder", symlink);
        return models;
    }

    private static X509Certificate certificate(Path pem) throws Exception {
        try (InputStream in = Files.newInputStream(pem)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
