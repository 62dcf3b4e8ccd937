package io.aidc.security.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
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
        java.util.Collections.shuffle(shuffled, new Random(1));
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
    }

    @Test
    void statement_writtenAndParsed_isEqual() {
        Statement statement = statement();
        assertThat(Statement.parse(bytes(statement.toJson().text()))).isEqualTo(statement);
    }

    @Test
    void statement_brokenRules_areNamed() {
        String good = statement().toJson().text();
        assertReason(Reason.UNSUPPORTED, good.replace("Statement/v1", "Statement/v2"));
        assertReason(Reason.UNSUPPORTED, good.replace("signature/v1.0", "Digests/v0.1"));
        assertReason(Reason.UNSUPPORTED, good.replace("\"method\":\"files\"", "\"method\":\"shards\""));
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
    void parse_moreJsonValuesThanAllowed_isRefused() {
        String bundle = new String(Bundle.encode(new byte[9], new byte[70], DIGEST), UTF_8);
        String more = bundle.replaceFirst("\\{", "{\"more\":[%s{}],");
        assertThat(Bundle.parse(bytes(more.formatted("{},".repeat(4000)))).payload())
                .hasSize(9);
        assertReason(Reason.MALFORMED_BUNDLE, () -> Bundle.parse(bytes(more.formatted("{},".repeat(4096)))));
        String statement = statement().toJson().text().replaceFirst("\\{", "{\"more\":[%s0],");
        assertThat(Statement.parse(bytes(statement.formatted("0,".repeat(10_000)))))
                .isEqualTo(statement());
        assertReason(Reason.MALFORMED_BUNDLE, statement.formatted("0,".repeat(1_000_000)));
    }

    @Test
    void parse_unknownTexts_areShownEscapedAndCut() {
        String bundle = new String(Bundle.encode(new byte[9], new byte[70], DIGEST), UTF_8);
        String odd = "\\n" + "x".repeat(300);
        String shown = "\\u000a" + "x".repeat(199) + "...; known";
        for (String type : List.of("application/vnd.dev.sigstore.bundle.v0.3+json", Statement.PAYLOAD_TYPE)) {
            assertThatExceptionOfType(ModelRejectedException.class)
                    .isThrownBy(() -> Bundle.parse(bytes(bundle.replace(type, odd))))
                    .withMessageContaining(shown);
        }
        String statement = statement().toJson().text();
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(
                        () -> Statement.parse(bytes(statement.replace("\"method\":\"files", "\"method\":\"" + odd))))
                .withMessageContaining(shown);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void bundle_garbled_givesDocumentedFailuresOnly(long seed) {
        Random random = new Random(seed);
        byte[] payload = bytes(statement().toJson().text());
        byte[] good = Bundle.encode(payload, new byte[70], DIGEST);
        for (int i = 0; i < 100; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = 1 + random.nextInt(3); flips > 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
            }
            Throwable failure =
                    catchThrowable(() -> Statement.parse(Bundle.parse(bad).payload()));
            assertThat(failure == null || failure instanceof ModelRejectedException)
                    .as("%s", failure)
                    .isTrue();
        }
    }

    private static Statement statement() {
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put("a", DIGEST);
        digests.put("dir/b", "00".repeat(32));
        return new Statement("model \"ü\"", digests, Set.of("model.sig"), false);
    }

    private static void assertReason(Reason reason, String statement) {
        assertReason(reason, () -> Statement.parse(bytes(statement)));
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
