package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aidc.storage.object.SigV4.Pair;
import io.aidc.storage.object.SigV4.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The signing test suite of AWS: canonical requests, strings to sign and signatures, in headers and in the query. */
class SigV4ConformanceTest {
    private static final int KNOWN_CASES = 38;

    private static final Path FOLDER = Path.of(System.getProperty("aidc.root", "."))
            .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
            .resolve("storage/sigv4/v4");

    @Test
    void sign_publishedRequests_givesThePublishedSignatures(TestReporter reporter) throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "SIGV4 CONFORMANCE NOT RUN: no folder " + FOLDER);
        int ran = 0;
        try (Stream<Path> folders = Files.list(FOLDER)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                Case published = Case.read(folder);
                published.checkHeaders();
                published.checkQuery();
                ran++;
            }
        }
        reporter.publishEntry("sigv4 cases", Integer.toString(ran));
        assertThat(ran).isGreaterThanOrEqualTo(KNOWN_CASES);
    }

    private record Case(Path folder, String context, Request request) {
        static Case read(Path folder) throws IOException {
            String context = Files.readString(folder.resolve("context.json"));
            String text = Files.readString(folder.resolve("request.txt"));
            String head = text.split("\n\n", 2)[0];
            String body = text.contains("\n\n") ? text.split("\n\n", 2)[1] : "";
            String[] lines = head.replaceAll("\n\\s+", " ").split("\n");
            String target = lines[0].substring(lines[0].indexOf(' ') + 1, lines[0].lastIndexOf(" HTTP/"));
            String path = target.split("\\?", 2)[0];
            boolean normalised = context.contains("\"normalize\": true");
            var request = new Request(
                    lines[0].split(" ", 2)[0],
                    SigV4.encodedPath(normalised ? normalised(path) : path),
                    query(target),
                    headers(lines),
                    SigV4.sha256(body.getBytes(UTF_8)));
            return new Case(folder, context, request);
        }

        private static List<Pair> headers(String[] lines) {
            return Arrays.stream(lines)
                    .skip(1)
                    .map(line -> line.split(":", 2))
                    .map(parts -> new Pair(parts[0], parts[1]))
                    .toList();
        }

        private static List<Pair> query(String target) {
            if (!target.contains("?")) {
                return List.of();
            }
            return Arrays.stream(target.split("\\?", 2)[1].split("&"))
                    .map(parameter -> parameter.split("=", 2))
                    .map(parts -> new Pair(decoded(parts[0]), decoded(parts[1])))
                    .toList();
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        }

        /** What services other than S3 sign: no empty parts, no dots. */
        private static String normalised(String path) {
            Deque<String> parts = new ArrayDeque<>();
            for (String part : path.split("/", -1)) {
                if (part.equals("..")) {
                    parts.pollLast();
                } else if (!part.isEmpty() && !part.equals(".")) {
                    parts.addLast(part);
                }
            }
            String joined = "/" + String.join("/", parts);
            return path.endsWith("/") && !parts.isEmpty() ? joined + "/" : joined;
        }

        void checkHeaders() throws IOException {
            List<Pair> unsigned = new ArrayList<>(request.headers());
            if (context.contains("\"sign_body\": true")) {
                unsigned.add(new Pair("X-Amz-Content-Sha256", request.payloadHash()));
            }
            List<Pair> signed = signer().signedHeaders(with(request.query(), unsigned));
            List<Pair> covered = signed.subList(0, signed.size() - 1);
            String canonical = with(request.query(), covered).canonical();

            assertThat(canonical).as("%s", folder).isEqualTo(expected("header-canonical-request.txt"));
            assertThat(signer().stringToSign(canonical)).isEqualTo(expected("header-string-to-sign.txt"));
            assertThat(signer().signature(canonical)).isEqualTo(expected("header-signature.txt"));
            Pair authorization = signed.get(signed.size() - 1);
            assertThat(expected("header-signed-request.txt").lines())
                    .contains(authorization.name() + ":" + authorization.value());
        }

        void checkQuery() throws IOException {
            String signed = signer().signedQuery(request, Duration.ofHours(1));
            List<Pair> covered = query("?" + signed.substring(0, signed.lastIndexOf('&')));
            String canonical = with(covered, request.headers()).canonical();

            assertThat(canonical).as("%s", folder).isEqualTo(expected("query-canonical-request.txt"));
            assertThat(signer().stringToSign(canonical)).isEqualTo(expected("query-string-to-sign.txt"));
            assertThat(signed).endsWith("&X-Amz-Signature=" + expected("query-signature.txt"));
        }

        private Request with(List<Pair> query, List<Pair> headers) {
            return new Request(request.method(), request.path(), query, headers, request.payloadHash());
        }

        private SigV4 signer() {
            boolean omit = context.contains("\"omit_session_token\": true");
            var credentials = new S3Credentials(
                    value("access_key_id").orElseThrow(),
                    value("secret_access_key").orElseThrow(),
                    omit ? "" : value("token").orElse(""));
            return new SigV4(
                    credentials,
                    Instant.parse(value("timestamp").orElseThrow()),
                    value("region").orElseThrow(),
                    value("service").orElseThrow());
        }

        private Optional<String> value(String name) {
            Matcher matcher = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(context);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }

        private String expected(String file) throws IOException {
            return Files.readString(folder.resolve(file)).stripTrailing();
        }
    }
}
