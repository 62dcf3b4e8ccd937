package io.aidc.security.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small parts: envelope encoding, DER, names, statement. */
class FormatPartsTest {
    private static final String DIGEST = "ab".repeat(32);

    @Test
    void preAuthenticationEncoding_exampleOfTheSpecification_isGiven() {
        byte[] encoded = Dsse.preAuthenticationEncoding("http://example.com/HelloWorld", "hello world".getBytes(UTF_8));
        assertThat(new String(encoded, UTF_8)).isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void der_shortestForm_isRead() {
        assertThat(EcdsaDer.parse(HexFormat.of().parseHex("3007020101020200ff")))
                .hasValueSatisfying(rs -> assertThat(rs).containsExactly(BigInteger.ONE, BigInteger.valueOf(255)));
        byte[] longForm =
                HexFormat.of().parseHex("308188" + "0242" + "01" + "00".repeat(65) + "0242" + "01" + "00".repeat(65));
        assertThat(EcdsaDer.parse(longForm)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "3000",
                "3006020101020101ff",
                "300602010102010100",
                "3007020101020101",
                "3006020101020100",
                "3006020101020181",
                "300702020001020101",
                "30810602010102010a",
                "3006030101020101",
                "3080020101020101",
                "3003020101",
                "300602017f0202",
                "30050201010200",
                "3005020102010102"
            })
    void der_anyOtherForm_isRefused(String hex) {
        assertThat(EcdsaDer.parse(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void der_garbage_isRefusedOrRead(long seed) {
        Random random = new Random(seed);
        byte[] valid = HexFormat.of().parseHex("3006020101020101");
        for (int i = 0; i < 500; i++) {
            byte[] bytes = Arrays.copyOf(valid, random.nextInt(12));
            for (int flips = random.nextInt(3); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            EcdsaDer.parse(bytes).ifPresent(rs -> assertThat(rs).allMatch(value -> value.signum() > 0));
        }
    }

    @Test
    void order_isByComponentAndCodePoint() {
        List<String> sorted = List.of("a/b", "a/b/c", "a-b", "a.b", "b", "\uffff", "\ud83d\ude00");
        List<String> shuffled = new ArrayList<>(sorted);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.sort(ResourceName.ORDER);
        assertThat(shuffled).isEqualTo(sorted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../x",
                "a/../b",
                "a/./b",
                ".",
                "a//b",
                "a/",
                "a\\b",
                "C:x",
                "a\nb",
                "a\0b",
                "\ud800"
            })
    void check_unsafeName_isRefused(String name) {
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("fine", name)));
    }

    @Test
    void check_namesThatCollide_areRefused() {
        ResourceName.check(List.of("a", "b", "a-", "dir/a", ".hidden", "a b", "...", "ü"));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("Model.onnx", "model.ONNX")));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("\u00fc", "u\u0308")));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("I", "i")));
        // alike in upper case only, or once lower case is brought into one form
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("a\u03c2", "a\u03c3")));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("\u017f", "s")));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("stra\u00dfe", "STRASSE")));
        assertReason(Reason.UNSAFE_NAME, () -> ResourceName.check(List.of("\u01f0", "J\u030c")));
    }

    @Test
    void statement_writtenAndParsed_isEqual() {
        Statement statement = statement();
        assertThat(parse(statement.encode())).isEqualTo(statement);
    }

    @Test
    void statement_brokenRules_areNamed() {
        String good = statement().toJson().text();
        assertReason(Reason.UNSUPPORTED, good.replace("Statement/v1", "Statement/v2"));
        assertReason(Reason.UNSUPPORTED, good.replace("signature/v1.0", "Digests/v0.1"));
        assertReason(Reason.UNSUPPORTED, good.replace("\"method\":\"files\"", "\"method\":\"tensors\""));
        assertReason(Reason.MALFORMED_BUNDLE, good.replace("\"method\":\"files\"", "\"method\":\"shards\""));
        assertReason(Reason.UNSUPPORTED, good.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"md5\""));
        assertReason(Reason.UNSUPPORTED, good.replace("\"algorithm\":\"sha256\"", "\"algorithm\":\"blake2b\""));
        assertReason(Reason.UNSUPPORTED, good.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"blake3\""));
        assertReason(
                Reason.MALFORMED_BUNDLE,
                good.replace("\"digest\":\"" + DIGEST, "\"digest\":\"AB" + DIGEST.substring(2)));
        assertReason(Reason.MALFORMED_BUNDLE, good.replace("\"_type\"", "\"predicateType\""));
        assertReason(
                Reason.MALFORMED_BUNDLE,
                good.replaceAll("\"subject\":\\[(.*?)\\],\"pred", "\"subject\":[$1,$1],\"pred"));
        assertReason(Reason.MALFORMED_BUNDLE, good.substring(1));
        assertReason(
                Reason.BAD_SIGNATURE, good.replace("\"digest\":\"" + DIGEST, "\"digest\":\"cd" + DIGEST.substring(2)));
        assertReason(Reason.UNSAFE_NAME, good.replace("dir/b", "a"));
        assertReason(Reason.UNSAFE_NAME, good.replace("dir/b", "../b"));
        assertReason(Reason.UNSAFE_NAME, good.replace("dir/b", "A"));
    }

    @Test
    void pieces_ofTheLongestFile_areCountedWithoutOverflow() {
        Serialization serialization = new Serialization(ModelHash.SHA256, Serialization.MAX_SHARD_BYTES);
        assertThat(serialization.count(Long.MAX_VALUE)).isEqualTo(1024);
        List<Piece> pieces = serialization.pieces("f", Long.MAX_VALUE);
        assertThat(pieces).hasSize(1024);
        assertThat(pieces.get(1023).end()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void statement_byShards_isWrittenAndParsed() {
        Statement statement = sharded();
        assertThat(parse(statement.encode())).isEqualTo(statement);
        assertThat(statement.toJson().text())
                .contains("\"method\":\"shards\",\"hash_type\":\"sha256\",\"shard_size\":8,\"allow_symlinks\":true")
                .contains("\"algorithm\":\"sha256-sharded-8\",\"digest\":\"" + DIGEST + "\",\"name\":\"a:0:8\"")
                .contains("a:16:20");
        String withPoint = statement.toJson().text().replace("\"shard_size\":8", "\"shard_size\":8.0");
        assertThat(parse(bytes(withPoint))).isEqualTo(statement);
    }

    @Test
    void statement_shardsInAnotherOrder_areJoined() throws Exception {
        Json json = sharded().toJson();
        List<Json> items =
                new ArrayList<>(json.get("predicate").get("resources").asItems());
        Collections.reverse(items);
        byte[] raw = HexFormat.of().parseHex("03".repeat(32) + "02".repeat(32) + "01".repeat(32) + DIGEST);
        String root = HexFormat.of().formatHex(ModelHash.SHA256.create().digest(raw));
        Map<String, SignedFile> files =
                Resources.parse(new Serialization(ModelHash.SHA256, 8), new Json.Items(items), root);
        assertThat(files).isEqualTo(sharded().files());
        assertThat(files.keySet()).containsExactly("dir/b", "a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:0:7",
                "a:0:9",
                "a:1:8",
                "a:8:16",
                "a:0:0",
                "a:00:8",
                "a:0:08",
                "a:-0:8",
                "a:0",
                "a",
                "a:0:8:9",
                "a:0:99999999999999999999",
                "b:0:8"
            })
    void statement_shardsThatDoNotTileTheFile_areRefused(String name) {
        assertReason(Reason.MALFORMED_BUNDLE, sharded().toJson().text().replace("\"a:0:8\"", '"' + name + '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-8", "8.5", "1e30", "9007199254740993", "\"8\"", "null"})
    void statement_shardSizeOutOfRange_isRefused(String size) {
        assertReason(
                Reason.MALFORMED_BUNDLE,
                sharded().toJson().text().replace("\"shard_size\":8", "\"shard_size\":" + size));
    }

    @Test
    void statement_shardSizeAndAlgorithmDiffer_isRefused() {
        assertReason(Reason.UNSUPPORTED, sharded().toJson().text().replace("\"shard_size\":8", "\"shard_size\":16"));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void statement_garbled_givesDocumentedFailuresOnly(long seed) {
        Random random = new Random(seed);
        for (Statement statement : List.of(statement(), sharded())) {
            byte[] good = statement.encode();
            for (int i = 0; i < 100; i++) {
                byte[] bad = Arrays.copyOf(good, random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length);
                for (int flips = 1 + random.nextInt(2); flips > 0 && bad.length > 0; flips--) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
                }
                Throwable failure = catchThrowable(() -> Statement.parse(bad, Statement.Versions.V1_AND_V0));
                assertThat(failure == null || failure instanceof ModelRejectedException)
                        .as("%s", failure)
                        .isTrue();
            }
        }
    }

    @Test
    void hashes_knownAnswers_areGiven() {
        byte[] abc = bytes("abc");
        assertThat(HexFormat.of().formatHex(ModelHash.SHA256.create().digest(abc)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(HexFormat.of().formatHex(ModelHash.BLAKE2B.create().digest(abc)))
                .isEqualTo("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                        + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
        assertThat(HexFormat.of().formatHex(ModelHash.BLAKE3.create().digest(abc)))
                .isEqualTo("6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
        for (ModelHash hash : ModelHash.values()) {
            assertThat(ModelHash.named(hash.wireName())).contains(hash);
            assertThat(hash.isDigest(HexFormat.of().formatHex(hash.create().digest(abc))))
                    .isTrue();
            assertThat(hash.create().getDigestLength()).isEqualTo(hash.create().digest().length);
        }
    }

    @Test
    void ignored_paths_standForWhatIsBelow() {
        Ignored ignored = new Ignored(Set.of(".git", "a/b"));
        assertThat(List.of(".git", ".git/HEAD", "a/b", "a/b/c/d")).allMatch(ignored::covers);
        assertThat(List.of("a", ".github", "a/bc", "b/.git")).noneMatch(ignored::covers);
        assertThat(ignored.butNot(List.of("a/b/c", "x"))).isEqualTo(new Ignored(Set.of(".git")));
    }

    @Test
    void parse_deeplyNestedCertificate_isRefused() {
        byte[] nested = nestedWithoutLengths(60_000);
        byte[] inside = nestedWithoutLengths(60_000);
        inside[1] = (byte) 0x82; // an outermost length that is told: all that follows
        inside[2] = (byte) ((inside.length - 4) >>> 8);
        inside[3] = (byte) (inside.length - 4);
        for (byte[] der : List.of(nested, inside)) {
            String rawBytes = Base64.getEncoder().encodeToString(der);
            Json certificate = Json.object("rawBytes", rawBytes);
            Json chain = Json.object("certificates", new Json.Items(List.of(certificate)));
            for (Json material :
                    List.of(Json.object("certificate", certificate), Json.object("x509CertificateChain", chain))) {
                byte[] bundle = Bundle.encode(Statement.PAYLOAD_TYPE, new byte[9], new byte[9], material);
                assertReason(Reason.MALFORMED_BUNDLE, () -> parseBundle(bundle));
            }
        }
    }

    static byte[] nestedWithoutLengths(int bytes) {
        byte[] nested = new byte[bytes];
        for (int i = 0; i + 1 < bytes; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        return nested;
    }

    @Test
    void parse_moreJsonValuesThanAllowed_isRefused() {
        String bundle = new String(bundle(new byte[9]), UTF_8);
        String more = bundle.replaceFirst("\\{", "{\"more\":[%s{}],");
        assertThat(parseBundle(bytes(more.formatted("{},".repeat(4000)))).payload())
                .hasSize(9);
        assertReason(Reason.MALFORMED_BUNDLE, () -> parseBundle(bytes(more.formatted("{},".repeat(4096)))));
        String statement = statement().toJson().text().replaceFirst("\\{", "{\"more\":[%s0],");
        assertThat(parse(bytes(statement.formatted("0,".repeat(10_000))))).isEqualTo(statement());
        assertReason(Reason.MALFORMED_BUNDLE, statement.formatted("0,".repeat(1_000_000)));
    }

    @Test
    void parse_unknownTexts_areShownEscapedAndCut() {
        String bundle = new String(bundle(new byte[9]), UTF_8);
        String odd = "\\n" + "x".repeat(300);
        String shown = "\\u000a" + "x".repeat(194) + "...; known";
        for (String type : List.of("application/vnd.dev.sigstore.bundle.v0.3+json", Statement.PAYLOAD_TYPE)) {
            assertThatExceptionOfType(ModelRejectedException.class)
                    .isThrownBy(() -> parseBundle(bytes(bundle.replace(type, odd))))
                    .withMessageContaining(shown);
        }
        String statement = statement().toJson().text();
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> parse(bytes(statement.replace("\"method\":\"files", "\"method\":\"" + odd))))
                .withMessageContaining(shown);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void bundle_garbled_givesDocumentedFailuresOnly(long seed) {
        Random random = new Random(seed);
        byte[] payload = bytes(statement().toJson().text());
        byte[] good = bundle(payload);
        for (int i = 0; i < 100; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = 1 + random.nextInt(3); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
            }
            Throwable failure = catchThrowable(() -> parse(parseBundle(bad).payload()));
            assertThat(failure == null || failure instanceof ModelRejectedException)
                    .as("%s", failure)
                    .isTrue();
        }
    }

    private static Statement statement() {
        Map<String, SignedFile> files = new LinkedHashMap<>();
        files.put("a", SignedFile.whole(DIGEST));
        files.put("dir/b", SignedFile.whole("00".repeat(32)));
        return new Statement("model \"ü\"", Serialization.DEFAULT, files, new Ignored(Set.of("model.sig")), false);
    }

    /** 20 bytes in shards of 8. */
    private static Statement sharded() {
        Map<String, SignedFile> files = new LinkedHashMap<>();
        files.put("a", new SignedFile(20, List.of(DIGEST, "01".repeat(32), "02".repeat(32))));
        files.put("dir/b", new SignedFile(8, List.of("03".repeat(32))));
        return new Statement("model", new Serialization(ModelHash.SHA256, 8), files, Ignored.NOTHING, true);
    }

    private static Statement parse(byte[] payload) {
        return Statement.parse(payload, Statement.Versions.V1);
    }

    private static Bundle parseBundle(byte[] file) {
        return Bundle.parse(file, Statement.PAYLOAD_TYPE);
    }

    private static byte[] bundle(byte[] payload) {
        return Bundle.encode(Statement.PAYLOAD_TYPE, payload, new byte[70], Bundle.material(DIGEST));
    }

    private static void assertReason(Reason reason, String statement) {
        assertReason(reason, () -> parse(bytes(statement)));
    }

    private static void assertReason(Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(work)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
