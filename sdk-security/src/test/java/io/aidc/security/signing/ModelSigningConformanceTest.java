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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        ModelVerifier roots = roots(data);
        int changes = 0;
        int cases = 0;
        for (Path fixture : fixtures(data)) {
            String name = fixture.getFileName().toString();
            if (name.endsWith("-sigstore")) {
                continue;
            }
            // of one release, the statement does not record that a file was left out
            ModelVerifier strict = (name.endsWith("-certificate") ? roots : key).ignoringUnsignedFiles();
            ModelVerifier verifier = name.startsWith("v0.") ? strict.allowLegacyV0() : strict;
            Path signature = fixture.resolve("model.sig");
            Path model = model(fixture);
            if (name.startsWith("v0.2")) {
                assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> strict.load(model, signature));
            }
            try (VerifiedModel verified = verifier.load(model, signature)) {
                for (String file : verified.names()) {
                    assertThat(verified.read(file).remaining()).isPositive();
                }
            }
            changes += refusesChanges(model, signature, verifier);
            ModelVerifier stranger =
                    ModelVerifier.trusting(SigningKeys.generate().getPublic()).allowLegacyV0();
            assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> stranger.load(model, signature));
            cases++;
        }
        Vectors.report("model signing fixtures, " + changes + " changes of them refused", cases);
        assertThat(cases).isGreaterThanOrEqualTo(4);
    }

    @Test
    void load_keylessFixtures_areWellFormedButNotTrusted() throws Exception {
        Path data = Vectors.folder("model-signing");
        ModelVerifier roots = roots(data);
        int cases = 0;
        for (Path model : fixtures(data)) {
            if (!model.toString().endsWith("-sigstore")) {
                continue;
            }
            Path signature = model.resolve("model.sig");
            Bundle bundle = Bundle.parse(Files.readAllBytes(signature), Statement.PAYLOAD_TYPE);
            assertThat(bundle.signer()).isInstanceOf(Bundle.Signer.Keyless.class);
            EcKey key = EcKey.of(
                    ((Bundle.Signer.Keyless) bundle.signer()).certificate().getPublicKey());
            assertThat(key.verifies(bundle.signedBytes(), bundle.signature())).isTrue();
            Statement statement = Statement.parse(bundle.payload(), Statement.Versions.V1);
            ModelFiles files = ModelFiles.at(model);
            SigningPlan plan = SigningPlan.DEFAULT.with(statement.serialization());
            Ignored ignored = statement.ignored().and(List.of("model.sig"));
            assertThat(new ModelDigests(files, plan, ignored)
                            .statement("", ignored, Map.of())
                            .files())
                    .containsAllEntriesOf(statement.files());
            assertThatExceptionOfType(ModelRejectedException.class)
                    .isThrownBy(() -> roots.load(model, signature))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_KEY));
            cases++;
        }
        Vectors.report("model signing keyless fixtures", cases);
        assertThat(cases).isGreaterThanOrEqualTo(2);
    }

    /** Whatever method, hash and shard size a statement has: the same model, signed likewise, must give an equal one. */
    @Test
    void statement_goldenModels_equalsTheReference() throws Exception {
        Map<String, Path> models = models();
        int cases = 0;
        try (var golden = Files.walk(Vectors.folder("model-signing").resolve("golden"))) {
            for (Path file : golden.filter(Files::isRegularFile).toList()) {
                Json expected = Vectors.json(file);
                Statement reference =
                        Statement.parse(expected.text().getBytes(StandardCharsets.US_ASCII), Statement.Versions.V1);
                Path model = Objects.requireNonNull(models.get(reference.modelName()), reference.modelName());
                assertThat(signedLike(reference, model).toJson()).as("%s", file).isEqualTo(expected);
                cases++;
            }
        }
        Vectors.report("model signing statements", cases);
        assertThat(cases).isGreaterThanOrEqualTo(7);
    }

    @Test
    void sign_withThePublishedKey_verifiesWithItsPublicHalf() throws Exception {
        Path keys = Vectors.folder("model-signing").resolve("keys");
        KeyPair pair = SigningKeys.readPrivate(keys.resolve("signing-key.pem"));
        assertThat(pair.getPublic()).isEqualTo(SigningKeys.readPublic(keys.resolve("signing-key-pub.pem")));
        Path model = Files.writeString(directory.resolve("m"), "x");
        ModelSigner.key(pair).sign(model, directory.resolve("m.sig"));
        Bundle bundle = Bundle.parse(Files.readAllBytes(directory.resolve("m.sig")), Statement.PAYLOAD_TYPE);
        assertThat(bundle.signer())
                .isEqualTo(new Bundle.Signer.Key(
                        Optional.of("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e")));
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

    private static Statement signedLike(Statement reference, Path model) throws IOException {
        ModelTree.Links links = reference.symlinksFollowed() ? ModelTree.Links.FOLLOWED : ModelTree.Links.REFUSED;
        SigningPlan plan =
                SigningPlan.DEFAULT.with(reference.serialization()).with(links).with(reference.ignored());
        ModelPlace place = new ModelPlace(model, model.resolveSibling("no.sig"));
        ModelTree tree = place.tree(links, plan.ignored());
        return new ModelDigests(tree, plan, plan.ignored()).statement(place.name(), plan.ignored(), Map.of());
    }

    private static List<Path> fixtures(Path data) throws IOException {
        try (var all = Files.list(data.resolve("fixtures"))) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The directory, or the one file in it that was signed. */
    private static Path model(Path fixture) throws IOException {
        Bundle bundle = Bundle.parse(Files.readAllBytes(fixture.resolve("model.sig")), Statement.PAYLOAD_TYPE);
        Statement statement = Statement.parse(bundle.payload(), Statement.Versions.V1_AND_V0);
        return statement.files().containsKey(".") ? fixture.resolve(statement.modelName()) : fixture;
    }

    private static ModelVerifier roots(Path data) {
        return ModelVerifier.trustingRoots(
                SigningKeys.readCertificates(data.resolve("keys/ca-cert.pem")).toArray(X509Certificate[]::new));
    }

    private Map<String, Path> models() throws IOException {
        Map<String, Path> models = new LinkedHashMap<>();
        Path file = Files.writeString(directory.resolve("file_model"), "This is a simple model");
        models.put("file_model", file);
        models.put("empty_file_model", Files.createFile(directory.resolve("empty_file_model")));
        models.put("empty_folder_model", Files.createDirectory(directory.resolve("empty_folder_model")));
        Path withEmpty = Files.createDirectory(directory.resolve("empty_file_inside_model"));
        Files.createFile(withEmpty.resolve("empty_file"));
        models.put("empty_file_inside_model", withEmpty);
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
        models.put("sample_model", sample);
        models.put("deep_model", directory.resolve("deep_model"));
        Path symlink = Files.createDirectory(directory.resolve("symlink_model"));
        Files.createSymbolicLink(symlink.resolve("symlink_file"), file);
        models.put("symlink_model", symlink);
        return models;
    }
}
