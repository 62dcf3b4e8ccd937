package io.aidc.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3BuilderTest {
    private static final S3Credentials CREDENTIALS = new S3Credentials("AKID", "very-secret");

    private static S3Builder complete(String endpoint) {
        return S3Objects.builder()
                .endpoint(URI.create(endpoint))
                .region("us-east-1")
                .bucket("bucket")
                .credentials(() -> CREDENTIALS)
                .attempts(1);
    }

    @Test
    void open_somethingMissing_isNamed() {
        S3Builder builder = S3Objects.builder();
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("endpoint");
        builder.endpoint(URI.create("https://s3.example.org"));
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("region");
        builder.region("r");
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bucket");
        builder.bucket("b");
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("credentials is required");
    }

    @Test
    void option_setTwice_isRefused() {
        List<UnaryOperator<S3Builder>> options = List.of(
                builder -> builder.endpoint(URI.create("https://s3.example.org")),
                builder -> builder.region("r"),
                builder -> builder.bucket("b"),
                builder -> builder.prefix("p"),
                builder -> builder.credentials(() -> CREDENTIALS),
                S3Builder::virtualHost,
                S3Builder::trustedNetwork,
                S3Builder::tolerateRacingPuts,
                builder -> builder.retainFor(Duration.ofDays(1)),
                builder -> builder.idleTimeout(Duration.ofSeconds(1)),
                builder -> builder.attempts(1));
        for (UnaryOperator<S3Builder> option : options) {
            S3Builder once = option.apply(S3Objects.builder());
            assertThatThrownBy(() -> option.apply(once))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was set before");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host",
                "https:host",
                "//host",
                "https://u:secret@host",
                "https://host/path",
                "https://host?secret",
                "https://host#f",
                "https:///",
                "host"
            })
    void endpoint_anotherForm_isRefused(String endpoint) {
        assertThatThrownBy(() -> S3Objects.builder().endpoint(URI.create(endpoint)))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://s3.example.org", "http://128.0.0.1", "http://127.0.0.1.example.org", "http://localhost.x"
            })
    void open_plainHttpToAnotherMachine_isRefused(String endpoint) {
        assertThatThrownBy(complete(endpoint)::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("trustedNetwork()");
    }

    @Test
    void open_plainHttpInATrustedNetwork_isTried() {
        assertThatThrownBy(complete("HTTP://storage.invalid:9").trustedNetwork()::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("GET http://storage.invalid:9/bucket");
    }

    @Test
    void open_plainHttpToThisMachine_isTried() {
        for (String endpoint : List.of("http://127.0.0.1:1/", "http://LOCALHOST:1", "http://[::1]:1")) {
            assertThatThrownBy(complete(endpoint)::open).isInstanceOf(IOException.class);
        }
    }

    @Test
    void open_virtualHost_needsAHostName() {
        S3Builder builder = S3Objects.builder()
                .endpoint(URI.create("https://s3.example.org"))
                .region("us-east-1")
                .bucket("Not_A_Host")
                .credentials(() -> CREDENTIALS)
                .virtualHost();

        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'Not_A_Host'");
    }

    @Test
    void address_styles_differInHostAndPath() {
        S3Address path = S3Address.pathStyle(URI.create("https://s3.example.org:443"), "buc_ket", "p/");
        assertThat(path.uri(path.path("a b"), "")).hasToString("https://s3.example.org/buc_ket/p/a%20b");
        assertThat(path.uri(path.path(), "x=1")).hasToString("https://s3.example.org/buc_ket?x=1");

        S3Address host = S3Address.virtualHost(URI.create("http://[::1]:80"), "bucket", "");
        assertThat(host.authority()).isEqualTo("bucket.[::1]");
        S3Address port = S3Address.virtualHost(URI.create("https://s3.example.org:8443/"), "bucket", "");
        assertThat(port.uri(port.path("a"), "")).hasToString("https://bucket.s3.example.org:8443/a");
        assertThat(port.uri(port.path(), "")).hasToString("https://bucket.s3.example.org:8443/");
        assertThat(port).hasToString("https://bucket.s3.example.org:8443/");
        assertThat(S3Address.pathStyle(URI.create("http://h:443"), "b", "").authority())
                .isEqualTo("h:443");
    }

    @Test
    void options_outOfRange_areRefused() {
        S3Builder builder = S3Objects.builder();
        assertThatThrownBy(() -> builder.region("eu west")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3Objects.builder().region("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3Objects.builder().bucket("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3Objects.builder().bucket("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3Objects.builder().prefix("a/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> S3Objects.builder().prefix(longPrefix(512)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("511");
        assertThat(S3Objects.builder().prefix(longPrefix(511))).isNotNull();
        for (int attempts : new int[] {0, 21}) {
            assertThatThrownBy(() -> S3Objects.builder().attempts(attempts))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 20, got " + attempts);
        }
        for (Duration idle : List.of(Duration.ofMillis(9), Duration.ofHours(1).plusNanos(1))) {
            assertThatThrownBy(() -> S3Objects.builder().idleTimeout(idle))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(idle.toString());
        }
        for (Duration retention : List.of(Duration.ofDays(1).minusNanos(1), Duration.ofDays(36_501))) {
            assertThatThrownBy(() -> S3Objects.builder().retainFor(retention))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(retention.toString());
        }
    }

    private static String longPrefix(int bytes) {
        String part = "x".repeat(199) + "/";
        return (part + part + part).substring(0, bytes - 1) + "y";
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void options_null_areRefused() {
        assertThatThrownBy(() -> S3Objects.builder().endpoint(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().region(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().bucket(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().prefix(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().credentials(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().retainFor(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> S3Objects.builder().idleTimeout(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void credentials_text_hidesWhatIsSecret() {
        var credentials = new S3Credentials("AKID", "very-secret", "token-too");

        assertThat(credentials).hasToString("S3Credentials[accessKey=AKID]");
        assertThat(new S3Credentials("AKID", "very-secret").sessionToken()).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void credentials_strangeCharacters_areRefusedUnseen() {
        assertThatThrownBy(() -> new S3Credentials("", "s")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new S3Credentials("a", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new S3Credentials("a\r\nX: y", "s")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new S3Credentials("a", "hidden\u00E4"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
        assertThatThrownBy(() -> new S3Credentials("a", "s", "t t")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new S3Credentials(null, "s")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new S3Credentials("a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new S3Credentials("a", "s", null)).isInstanceOf(NullPointerException.class);
    }
}
