package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can do wrong. */
class S3FaultsTest {
    private static final byte[] CONTENT = "0123456789".getBytes(UTF_8);
    private static final byte[] FIRST = "01234".getBytes(UTF_8);
    private static final byte[] REST = "56789".getBytes(UTF_8);
    private static final String SHA256 = SigV4.sha256(CONTENT);
    private static final String MARK = "x-amz-meta-aidc-put";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-26T12:00:00.5Z"), ZoneOffset.UTC);

    private final List<Duration> waits = new ArrayList<>();
    private FaultyS3 server;

    @BeforeEach
    void start() throws IOException {
        server = new FaultyS3();
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.answersLeft()).as("answers nobody asked for").isZero();
    }

    private S3Builder builder() {
        return S3Objects.builder()
                .endpoint(server.endpoint())
                .region("eu-north-1")
                .bucket("bucket")
                .prefix("p")
                .credentials(() -> new S3Credentials("AKID", "very-secret", "session-token"))
                .clock(CLOCK)
                .waiting(() -> 0.5, waits::add);
    }

    /** Answers the listing and the probe, and forgets that they were asked for. */
    private S3Objects open(S3Builder builder) throws IOException {
        server.then(200, listing("")).then(412);
        S3Objects objects = builder.open();
        server.seen.clear();
        return objects;
    }

    private S3Objects open() throws IOException {
        return open(builder());
    }

    private static byte[] listing(String inside) {
        return ("<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + inside
                        + "</ListBucketResult>")
                .getBytes(UTF_8);
    }

    private static String entry(String key) {
        return "<Contents><Key>" + key + "</Key><Owner><ID>me</ID></Owner><Size>7</Size></Contents>";
    }

    private List<String> requests() {
        return server.seen.stream().map(FaultyS3.Seen::toString).toList();
    }

    // opening

    @Test
    void open_freshBucket_provesTheConditionOnce() throws IOException {
        server.then(200, listing("")).then(200).then(412);
        builder().open().close();

        assertThat(requests())
                .containsExactly(
                        "GET /bucket?list-type=2&max-keys=1", "PUT /bucket/p/.aidc/probe", "PUT /bucket/p/.aidc/probe");
        assertThat(server.seen.get(1).header("If-None-Match")).isEqualTo("*");
        assertThat(server.seen.get(2).header("If-None-Match")).isEqualTo("*");
    }

    @Test
    void open_serverThatIgnoresTheCondition_isRefused() {
        server.then(200, listing("")).then(200).then(200);

        assertThatThrownBy(builder()::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/bucket/p/ ignores If-None-Match")
                .hasMessageContaining("tolerateRacingPuts()");
    }

    @Test
    void open_serverOfAnotherKind_isRefused() {
        server.then(200, "<html/>".getBytes(UTF_8));

        assertThatThrownBy(builder()::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be <ListBucketResult>, got <html>");
    }

    @Test
    void open_serverWithoutTheCondition_isRefused() {
        server.then(200, listing("")).thenError(501, "NotImplemented");

        assertThatThrownBy(builder()::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not know If-None-Match")
                .hasCauseInstanceOf(S3Exception.class);
    }

    @Test
    void open_noRightToPut_saysSo() {
        server.then(200, listing("")).thenError(403, "AccessDenied");

        assertThatThrownBy(builder()::open)
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("PUT http://localhost:")
                .hasMessageContaining("403 AccessDenied told <so>");
    }

    @Test
    void open_tolerateRacingPuts_writesNoProbe() throws IOException {
        server.then(200, listing(""));
        builder().tolerateRacingPuts().open().close();

        assertThat(requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void open_redirect_isNotFollowed(int status) {
        server.then(status, new byte[0], "Location", "/elsewhere", "x-amz-bucket-region", "eu-west-3");

        assertThatThrownBy(builder()::open)
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("redirects are not followed")
                .hasMessageContaining("given: eu-north-1, told: eu-west-3")
                .satisfies(e -> assertThat(((S3Exception) e).status()).isEqualTo(status));
        assertThat(requests()).hasSize(1);
    }

    @Test
    void open_nobodyListens_fails() {
        S3Builder elsewhere = builder().attempts(2);
        server.close();

        assertThatThrownBy(elsewhere::open).isInstanceOf(IOException.class).hasMessageContaining("ConnectException");
        assertThat(waits).hasSize(1);
    }

    // trying again

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void get_statusThatMayPass_isTriedAgain(int status) throws IOException {
        try (S3Objects objects = open()) {
            server.then(status).thenError(status, "SlowDown").then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(waits).containsExactly(Duration.ofMillis(50), Duration.ofMillis(100));
            assertThat(requests()).containsExactly("GET /bucket/p/a", "GET /bucket/p/a", "GET /bucket/p/a");
        }
    }

    @Test
    void get_requestTimeoutAsStatus400_isTriedAgain() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(400, "RequestTimeout").then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
        }
    }

    @Test
    void get_statusThatStays_failsAfterTheAttempts() throws IOException {
        try (S3Objects objects = open(builder().attempts(3))) {
            server.then(503).then(503).thenError(503, "SlowDown");

            assertThatThrownBy(() -> objects.get("a"))
                    .isInstanceOf(S3Exception.class)
                    .hasMessageContaining("503 SlowDown")
                    .satisfies(e -> assertThat(((S3Exception) e).code()).isEqualTo("SlowDown"));
            assertThat(waits).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 405, 501})
    void get_statusThatStands_isNotTriedAgain(int status) throws IOException {
        try (S3Objects objects = open()) {
            server.then(status);

            assertThatThrownBy(() -> objects.get("a")).isInstanceOf(S3Exception.class);
            assertThat(waits).isEmpty();
        }
    }

    @Test
    void size_hangUp_isTriedAgain() throws IOException {
        try (S3Objects objects = open()) {
            server.thenHangUp().then(200, new byte[0], "Content-Length", "9223372036854775807");

            assertThat(objects.size("a")).hasValue(Long.MAX_VALUE);
        }
    }

    @Test
    void size_lengthMissing_fails() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200, new byte[0]);

            assertThatThrownBy(() -> objects.size("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("object a has no length");
        }
    }

    @Test
    void size_denied_isNotAbsent() throws IOException {
        try (S3Objects objects = open()) {
            server.then(403);

            assertThatThrownBy(() -> objects.size("a")).isInstanceOf(S3Exception.class);
        }
    }

    // putting

    @Test
    void put_conflict_looksAndPutsAgain() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(409, "ConditionalRequestConflict").then(404).then(200);

            assertThat(objects.putIfAbsent("a", CONTENT)).isTrue();
            assertThat(requests()).containsExactly("PUT /bucket/p/a", "HEAD /bucket/p/a", "PUT /bucket/p/a");
            assertThat(server.seen.get(2).bodyBytes()).isEqualTo(CONTENT.length);
        }
    }

    @Test
    void put_keyTaken_isToldAtOnce() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(412, "PreconditionFailed");

            assertThat(objects.putIfAbsent("a", CONTENT)).isFalse();
            assertThat(requests()).hasSize(1);
        }
    }

    @Test
    void put_answerLostAfterStoring_knowsItsOwnObject() throws IOException {
        try (S3Objects objects = open()) {
            server.thenHangUp().then(exchange -> {
                exchange.getResponseHeaders().add(MARK, server.seen.get(0).header(MARK));
                exchange.sendResponseHeaders(200, -1);
            });

            assertThat(objects.putIfAbsent("a", CONTENT)).isTrue();
            assertThat(server.seen.get(0).header(MARK)).hasSize(36);
        }
    }

    @Test
    void put_answerLostAndKeyTakenByAnother_isFalse() throws IOException {
        try (S3Objects objects = open()) {
            server.thenHangUp().then(200, new byte[0], MARK, "another");

            assertThat(objects.putIfAbsent("a", CONTENT)).isFalse();
        }
    }

    @Test
    void put_firstTryArrivesLate_knowsItsOwnObject() throws IOException {
        try (S3Objects objects = open()) {
            server.then(503).then(404).then(412).then(exchange -> {
                exchange.getResponseHeaders().add(MARK, server.seen.get(0).header(MARK));
                exchange.sendResponseHeaders(200, -1);
            });

            assertThat(objects.putIfAbsent("a", CONTENT)).isTrue();
            assertThat(server.seen.get(2).header(MARK))
                    .isEqualTo(server.seen.get(0).header(MARK));
        }
    }

    @Test
    void put_twice_hasTwoMarks() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200).then(412);
            objects.putIfAbsent("a", CONTENT);
            objects.putIfAbsent("a", CONTENT);

            assertThat(server.seen.get(0).header(MARK))
                    .isNotEqualTo(server.seen.get(1).header(MARK));
        }
    }

    @Test
    void put_noAnswerEver_isUnknown() throws IOException {
        try (S3Objects objects = open(builder().attempts(1))) {
            server.thenHangUp();

            assertThatThrownBy(() -> objects.putIfAbsent("a", CONTENT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("PUT http://localhost:");
        }
    }

    @Test
    void put_request_isSignedAndDescribed() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200);
            objects.putIfAbsent("a b", CONTENT);

            FaultyS3.Seen put = server.seen.get(0);
            assertThat(put.target()).asString().isEqualTo("/bucket/p/a%20b");
            assertThat(put.header("x-amz-content-sha256")).isEqualTo(SHA256);
            assertThat(put.header("x-amz-meta-aidc-sha256")).isEqualTo(SHA256);
            assertThat(put.header("If-None-Match")).isEqualTo("*");
            assertThat(put.header("x-amz-date")).isEqualTo("20261126T120000Z");
            assertThat(put.header("x-amz-security-token")).isEqualTo("session-token");
            assertThat(put.header("x-amz-object-lock-mode")).isEmpty();
            assertThat(put.header("Authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKID/20261126/eu-north-1/s3/aws4_request, ")
                    .contains("SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;"
                            + "x-amz-meta-aidc-put;x-amz-meta-aidc-sha256;x-amz-security-token, ");
        }
    }

    @Test
    void put_retained_carriesLockAndChecksum() throws IOException {
        try (S3Objects objects = open(builder().retainFor(Duration.ofDays(30)))) {
            server.then(200);
            objects.putIfAbsent("a", CONTENT);

            FaultyS3.Seen put = server.seen.get(0);
            assertThat(put.header("x-amz-object-lock-mode")).isEqualTo("GOVERNANCE");
            assertThat(put.header("x-amz-object-lock-retain-until-date")).isEqualTo("2026-12-26T12:00:00Z");
            assertThat(put.header("Content-MD5")).isEqualTo("eB5eJF1ptWaXm4bijSPyxw==");
        }
    }

    @Test
    void put_tolerateRacingPuts_looksFirstAndPutsWithoutCondition() throws IOException {
        server.then(200, listing(""));
        try (S3Objects objects = builder().tolerateRacingPuts().open()) {
            server.then(404).then(503).then(404).then(200).then(200, new byte[0], MARK, "another");

            assertThat(objects.putIfAbsent("a", CONTENT)).isTrue();
            assertThat(objects.putIfAbsent("b", CONTENT)).isFalse();
            assertThat(server.seen.get(2).method()).isEqualTo("PUT");
            assertThat(server.seen.get(2).header("If-None-Match")).isEmpty();
        }
    }

    @Test
    void credentials_renewed_areUsedForTheNextTry() throws IOException {
        var count = new AtomicInteger();
        S3Builder builder = S3Objects.builder()
                .endpoint(server.endpoint())
                .region("r")
                .bucket("bucket")
                .credentials(() -> new S3Credentials("KEY" + count.incrementAndGet(), "s"))
                .waiting(() -> 0.5, waits::add);
        try (S3Objects objects = open(builder)) {
            server.then(503).then(200, CONTENT);
            objects.get("a");

            assertThat(server.seen.get(0).header("Authorization")).contains("Credential=KEY3/");
            assertThat(server.seen.get(1).header("Authorization")).contains("Credential=KEY4/");
        }
    }

    // reading

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void get_bodyThatBreaksOff_goesOnThere(boolean stalls) throws IOException {
        try (S3Objects objects = open(builder().idleTimeout(Duration.ofSeconds(2)))) {
            if (stalls) {
                server.thenStall(10, FIRST, "ETag", "\"e\"");
            } else {
                server.thenCut(10, FIRST, "ETag", "\"e\"");
            }
            server.then(206, REST, "Content-Range", "bytes 5-9/10", "ETag", "\"e\"", "x-amz-meta-aidc-sha256", SHA256);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(server.seen.get(1).header("Range")).isEqualTo("bytes=5-");
            assertThat(server.seen.get(1).header("If-Match")).isEqualTo("\"e\"");
        }
    }

    @Test
    void get_bodyThatBreaksOffTwice_goesOnWhereItIs() throws IOException {
        try (S3Objects objects = open()) {
            server.thenCut(10, FIRST, "ETag", "\"e\"");
            server.then(exchange -> {
                exchange.getResponseHeaders().add("Content-Range", "bytes 5-9/10");
                exchange.getResponseHeaders().add("ETag", "\"e\"");
                exchange.sendResponseHeaders(206, 5);
                exchange.getResponseBody().write(REST, 0, 2);
                exchange.getResponseBody().flush();
                throw new IOException("cut on purpose");
            });
            server.then(206, new byte[] {'7', '8', '9'}, "Content-Range", "bytes 7-9/10", "ETag", "\"e\"");

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(server.seen.get(2).header("Range")).isEqualTo("bytes=7-");
        }
    }

    @Test
    void get_bodyThatBreaksOffWithoutTag_beginsAgain() throws IOException {
        try (S3Objects objects = open()) {
            server.thenCut(10, FIRST).then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(server.seen.get(1).header("Range")).isEmpty();
        }
    }

    @Test
    void get_serverThatIgnoresTheRange_isReadWhole() throws IOException {
        try (S3Objects objects = open()) {
            server.thenCut(10, FIRST, "ETag", "\"e\"").then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {412, 416})
    void get_objectThatChangedMeanwhile_beginsAgain(int status) throws IOException {
        try (S3Objects objects = open()) {
            server.thenCut(10, FIRST, "ETag", "\"e\"").then(status).then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(server.seen.get(2).header("Range")).isEmpty();
        }
    }

    @Test
    void get_anotherRangeThanAsked_fails() throws IOException {
        try (S3Objects objects = open()) {
            server.thenCut(10, FIRST, "ETag", "\"e\"").then(206, REST, "Content-Range", "bytes 4-8/10");

            assertThatThrownBy(() -> objects.get("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("'bytes 4-8/10'");
        }
    }

    @Test
    void get_wrongBytes_areNeverReturned() throws IOException {
        byte[] wrong = "0123456780".getBytes(UTF_8);
        try (S3Objects objects = open(builder().attempts(2))) {
            server.then(200, wrong, "x-amz-meta-aidc-sha256", SHA256)
                    .then(200, CONTENT, "x-amz-meta-aidc-sha256", SHA256);
            assertThat(objects.get("a")).isEqualTo(CONTENT);

            server.then(200, wrong, "x-amz-meta-aidc-sha256", SHA256)
                    .then(200, wrong, "x-amz-meta-aidc-sha256", SHA256);
            assertThatThrownBy(() -> objects.get("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SHA-256 must be " + SHA256);
        }
    }

    @Test
    void get_silence_isGivenUpAfterTheIdleTimeout() throws IOException {
        try (S3Objects objects = open(builder().idleTimeout(Duration.ofSeconds(2)))) {
            server.thenSilence().then(200, CONTENT);

            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(waits).hasSize(1);
        }
    }

    @Test
    void get_missing_isToldApartFromAMissingBucket() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(404, "NoSuchKey").thenError(404, "NoSuchBucket");

            assertThatThrownBy(() -> objects.get("a")).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> objects.get("a"))
                    .isInstanceOf(S3Exception.class)
                    .hasMessageContaining("NoSuchBucket");
        }
    }

    @Test
    void get_part_isAskedForAndChecked() throws IOException {
        try (S3Objects objects = open()) {
            server.then(206, REST, "Content-Range", "bytes 5-9/10");
            assertThat(objects.get("a", 5, 5)).isEqualTo(REST);
            assertThat(server.seen.get(0).header("Range")).isEqualTo("bytes=5-9");

            server.then(206, FIRST, "Content-Range", "bytes 0-4/10");
            assertThatThrownBy(() -> objects.get("a", 5, 5)).isInstanceOf(EOFException.class);

            server.then(206, REST, "Content-Range", "bytes 5-10/11");
            assertThatThrownBy(() -> objects.get("a", 5, 6)).isInstanceOf(EOFException.class);

            server.then(200, REST);
            assertThatThrownBy(() -> objects.get("a", 5, 5))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("status 200");

            server.then(200, CONTENT);
            assertThatThrownBy(() -> objects.get("a", 5, 5))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("more than 5 bytes");

            server.then(416);
            assertThatThrownBy(() -> objects.get("a", 50, 5))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("no 5 bytes at 50");
            assertThat(waits).isEmpty();
        }
    }

    // deleting

    @Test
    void delete_missing_isNothing() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(404, "NoSuchKey").then(204).then(503).then(200);
            objects.delete("a");
            objects.delete("a");
            objects.delete("a");

            assertThat(requests()).hasSize(4).containsOnly("DELETE /bucket/p/a");
        }
    }

    @Test
    void delete_locked_isRefused() throws IOException {
        try (S3Objects objects = open()) {
            server.thenError(403, "AccessDenied").thenError(404, "NoSuchBucket");

            assertThatThrownBy(() -> objects.delete("a")).isInstanceOf(S3Exception.class);
            assertThatThrownBy(() -> objects.delete("a")).isInstanceOf(S3Exception.class);
        }
    }

    // listing

    @Test
    void list_pages_areFollowed() throws IOException {
        try (S3Objects objects = open()) {
            server.then(
                            200,
                            listing("<IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>"
                                    + entry("p/.aidc/probe") + entry("p/a")))
                    .then(503)
                    .then(
                            200,
                            listing("<IsTruncated>true</IsTruncated><NextContinuationToken>u</NextContinuationToken>"))
                    .then(
                            200,
                            listing("<IsTruncated>false</IsTruncated>" + entry("p/b//c") + entry("p/d/")
                                    + entry("p/e")));
            List<ObjectStore.Listed> listed = new ArrayList<>();
            objects.list("", listed::add);

            assertThat(listed).containsExactly(new ObjectStore.Listed("a", 7), new ObjectStore.Listed("e", 7));
            assertThat(requests().get(0)).contains("prefix=p%2F").doesNotContain("continuation-token");
            assertThat(requests().get(2))
                    .contains("continuation-token=t%2B%2F%3D&")
                    .contains("prefix=p%2F");
            assertThat(requests().get(3)).contains("continuation-token=u&");
        }
    }

    @Test
    void list_keysInUrlEncoding_areDecoded() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200, listing("<EncodingType>url</EncodingType>" + entry("p/a%20b+c%2Bd%C3%A4")))
                    .then(200, listing(entry("p/a+b%20c&amp;d")));
            List<String> keys = new ArrayList<>();
            objects.list("", listed -> keys.add(listed.key()));
            objects.list("", listed -> keys.add(listed.key()));

            assertThat(keys).containsExactly("a b c+dä", "a+b%20c&d");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<Contents><Key>p/b</Key><Size>1</Size></Contents><Contents><Key>p/a</Key><Size>1</Size></Contents>",
                "<Contents><Key>p/b</Key><Size>1</Size></Contents><Contents><Key>p/b</Key><Size>1</Size></Contents>",
                "<Contents><Key>q/b</Key><Size>1</Size></Contents>",
                "<Contents><Key>p/b</Key><Size>x</Size></Contents>",
                "<Contents><Key>p/b</Key></Contents>",
                "<Contents><Size>1</Size></Contents>",
                "<IsTruncated>true</IsTruncated>",
                "<EncodingType>url</EncodingType><Contents><Key>p/%zz</Key><Size>1</Size></Contents>",
                "<Contents>",
                "&undeclared;"
            })
    void list_nonsense_fails(String inside) throws IOException {
        try (S3Objects objects = open()) {
            server.then(200, listing(inside));

            assertThatThrownBy(() -> objects.list("", listed -> {})).isInstanceOf(IOException.class);
        }
    }

    @Test
    void list_pageThatNamesItself_fails() throws IOException {
        byte[] page = listing("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>");
        try (S3Objects objects = open()) {
            server.then(200, page).then(200, page);

            assertThatThrownBy(() -> objects.list("", listed -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("page 't' names itself");
        }
    }

    @Test
    void list_anotherDocument_fails() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200, "<html/>".getBytes(UTF_8)).then(200, new byte[0]);

            assertThatThrownBy(() -> objects.list("", listed -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("must be <ListBucketResult>, got <html>");
            assertThatThrownBy(() -> objects.list("", listed -> {})).isInstanceOf(IOException.class);
        }
    }

    @Test
    void list_hugeDocument_isRefused() throws IOException {
        try (S3Objects objects = open()) {
            server.then(200, new byte[(8 << 20) + 1]);

            assertThatThrownBy(() -> objects.list("", listed -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("more than 8388608 bytes");
        }
    }

    @Test
    void list_documentWithEntities_isRefusedAndNothingIsLoaded() throws IOException {
        String external = "<!DOCTYPE ListBucketResult [<!ENTITY x SYSTEM \"%s/loaded\">]>".formatted(server.endpoint());
        String bomb = "<!DOCTYPE ListBucketResult [<!ENTITY a \"%s\">]>".formatted("x".repeat(1000));
        try (S3Objects objects = open()) {
            for (String dtd : List.of(external, bomb)) {
                server.then(200, (dtd + "<ListBucketResult>&x;&a;</ListBucketResult>").getBytes(UTF_8));
                assertThatThrownBy(() -> objects.list("", listed -> {})).isInstanceOf(IOException.class);
            }
            assertThat(requests()).hasSize(2).noneMatch(request -> request.contains("loaded"));
        }
    }

    // errors

    @Test
    void error_hugeOrStrangeDocument_stillHasItsStatus() throws IOException {
        String entity = "<!DOCTYPE Error [<!ENTITY x SYSTEM \"%s/loaded\">]><Error><Code>&x;</Code></Error>"
                .formatted(server.endpoint());
        try (S3Objects objects = open()) {
            server.then(403, new byte[20 << 20])
                    .then(403, entity.getBytes(UTF_8))
                    .then(403, new byte[] {'<', 0, -1});

            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> objects.get("a"))
                        .isInstanceOf(S3Exception.class)
                        .satisfies(e -> assertThat(((S3Exception) e).status()).isEqualTo(403))
                        .satisfies(e -> assertThat(((S3Exception) e).code()).isEmpty());
            }
            assertThat(requests()).hasSize(3);
        }
    }

    @Test
    void error_longMessage_isCutAndPrintable() throws IOException {
        String document = "<Error><Code>Odd\u0085</Code><Message>%s</Message></Error>".formatted("m\n".repeat(5000));
        try (S3Objects objects = open()) {
            server.then(400, document.getBytes(UTF_8), "x-amz-request-id", "id-1");

            assertThatThrownBy(() -> objects.get("a"))
                    .isInstanceOf(S3Exception.class)
                    .hasMessageContaining("(request id-1)")
                    .satisfies(
                            e -> assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("\n"))
                    .satisfies(e -> assertThat(e.getMessage()).contains("Odd\uFFFD"));
        }
    }

    @Test
    void text_ofStoresAndFailures_hasNoSecret() throws IOException {
        try (S3Objects objects = open()) {
            assertThat(objects).hasToString("S3Objects[" + server.endpoint() + "/bucket/p/]");
            server.thenError(403, "AccessDenied");

            assertThatThrownBy(() -> objects.get("a"))
                    .satisfies(e -> assertThat(e).hasStackTraceContaining("AccessDenied"))
                    .satisfies(e ->
                            assertThat(e.toString()).doesNotContain("secret").doesNotContain("session-token"));
        }
    }

    // ending

    @Test
    void close_duringACall_endsIt() throws Exception {
        S3Objects objects = open();
        server.thenSilence();
        CompletableFuture<byte[]> call = inBackground(() -> objects.get("a"));
        awaitRequests(1);
        objects.close();

        assertThatThrownBy(call::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining("the store is being closed");
    }

    @Test
    void close_duringAWait_endsIt() throws Exception {
        S3Builder patient = S3Objects.builder()
                .endpoint(server.endpoint())
                .region("r")
                .bucket("bucket")
                .credentials(() -> new S3Credentials("a", "s"))
                .waiting(() -> 0.999, null)
                .attempts(20);
        S3Objects objects = open(patient);
        server.then(503).then(503).then(503);
        CompletableFuture<byte[]> call = inBackground(() -> objects.get("a"));
        awaitRequests(3);
        objects.close();

        assertThatThrownBy(call::get).isInstanceOf(ExecutionException.class).hasStackTraceContaining("closed");
    }

    @Test
    void interrupt_duringACall_endsItAndStaysSet() throws Exception {
        try (S3Objects objects = open()) {
            server.thenSilence();
            var flag = new CompletableFuture<Boolean>();
            var failure = new AtomicReference<Throwable>();
            var caller = new Thread(() -> {
                try {
                    objects.get("a");
                } catch (IOException e) {
                    failure.set(e);
                }
                flag.complete(Thread.currentThread().isInterrupted());
            });
            caller.start();
            awaitRequests(1);
            caller.interrupt();

            assertThat(flag.get()).isTrue();
            assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
        }
    }

    @Test
    void close_store_endsItsThreads() throws Exception {
        S3Objects objects = open();
        server.then(200, CONTENT);
        objects.get("a");
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aidc-storage-s3-"))
                .toList();
        assertThat(threads).isNotEmpty();
        objects.close();
        for (Thread thread : threads) {
            thread.join(20_000);
            assertThat(thread.isAlive()).as("%s", thread).isFalse();
        }
    }

    private interface Call {
        byte[] run() throws IOException;
    }

    private static CompletableFuture<byte[]> inBackground(Call call) {
        var result = new CompletableFuture<byte[]>();
        new Thread(() -> {
                    try {
                        result.complete(call.run());
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        return result;
    }

    private void awaitRequests(int count) {
        while (server.seen.size() < count) {
            Thread.onSpinWait();
        }
    }
}
