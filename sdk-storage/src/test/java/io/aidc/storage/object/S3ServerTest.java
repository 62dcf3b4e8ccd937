package io.aidc.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that others wrote, which checks signatures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3ServerTest extends ObjectStoreContract {
    private S3Server server;
    private int stores;

    @BeforeAll
    void startServer(@TempDir Path directory) throws IOException {
        server = S3Server.start(directory);
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    ObjectStore open() throws IOException {
        return server.builder().prefix("stores/ä +" + stores++).open();
    }

    @Test
    void open_again_findsTheProbe() throws IOException {
        store().putIfAbsent("a", CONTENT);
        try (S3Objects again =
                server.builder().prefix("stores/ä +" + (stores - 1)).open()) {
            assertThat(again.get("a")).isEqualTo(CONTENT);
        }
        assertThat(list("")).containsExactly("a");
    }

    @Test
    void open_noSuchBucket_saysSo() {
        S3Builder builder = S3Objects.builder()
                .endpoint(server.endpoint())
                .region(S3Server.REGION)
                .bucket("nothing-here")
                .credentials(() -> S3Server.CREDENTIALS);
        assertThatThrownBy(builder::open)
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("NoSuchBucket")
                .satisfies(e -> assertThat(((S3Exception) e).status()).isEqualTo(404));
    }

    @Test
    void open_wrongSecret_isRefused() {
        S3Builder builder = S3Objects.builder()
                .endpoint(server.endpoint())
                .region(S3Server.REGION)
                .bucket(S3Server.BUCKET)
                .credentials(() -> new S3Credentials(S3Server.CREDENTIALS.accessKey(), "wrong-secret"));
        assertThatThrownBy(builder::open)
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("403 SignatureDoesNotMatch")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("wrong-secret"));
    }

    @Test
    void open_clockOff_saysWhatTheClocksSay() {
        var wrong = Clock.fixed(Instant.parse("2020-02-02T00:00:00Z"), ZoneOffset.UTC);

        assertThatThrownBy(server.builder().clock(wrong)::open)
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("RequestTimeTooSkewed")
                .hasMessageContaining("the clock of this machine says 2020-02-02T00:00:00Z, the server's ");
    }

    /** This server sorts UTF-16; Amazon's sorts bytes. */
    @Override
    @Test
    void list_keysThatJavaComparesDifferently_areInTheOrderOfTheirBytes() {
        assertThatThrownBy(super::list_keysThatJavaComparesDifferently_areInTheOrderOfTheirBytes)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be in order");
    }

    @Test
    void list_moreThanOnePage_isWhole() throws IOException {
        List<String> keys = IntStream.range(0, 1005)
                .mapToObj(i -> String.format(Locale.ROOT, "p/%04d", i))
                .toList();
        keys.parallelStream().forEach(this::putEmpty);

        assertThat(list("p/")).containsExactlyElementsOf(keys);
    }

    private void putEmpty(String key) {
        try {
            store().putIfAbsent(key, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tolerateRacingPuts_oneWriter_isTheSame() throws IOException {
        try (S3Objects objects =
                server.builder().prefix("racing").tolerateRacingPuts().open()) {
            assertThat(objects.putIfAbsent("a", CONTENT)).isTrue();
            assertThat(objects.putIfAbsent("a", new byte[0])).isFalse();
            assertThat(objects.get("a")).isEqualTo(CONTENT);
            assertThat(objects.size(".AIDC-not/probe")).isEmpty();
        }
    }

    @Test
    void presign_object_isReadWithoutAKey() throws Exception {
        store().putIfAbsent("a b/ö", CONTENT);
        URI address = ((S3Objects) store()).presign("a b/ö", Duration.ofMinutes(5));

        HttpResponse<byte[]> answer = get(address);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(CONTENT);
        URI other = URI.create(address.toString().replace("%C3%B6", "x"));
        assertThat(get(other).statusCode()).isEqualTo(403);
    }

    @Test
    void presign_times_areBounded() {
        S3Objects objects = (S3Objects) store();
        for (Duration wrong : List.of(
                Duration.ZERO,
                Duration.ofMillis(1500),
                Duration.ofSeconds(-1),
                Duration.ofDays(7).plusSeconds(1))) {
            assertThatThrownBy(() -> objects.presign("a", wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.toString());
        }
        assertThat(objects.presign("a", Duration.ofSeconds(1))).asString().contains("X-Amz-Expires=1&");
        assertThat(objects.presign("a", Duration.ofDays(7))).asString().contains("X-Amz-Expires=604800&");
        assertThatThrownBy(() -> objects.presign("../a", Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        objects.close();
        assertThatThrownBy(() -> objects.presign("a", Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    }

    private static HttpResponse<byte[]> get(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
    }
}
