package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnippetsTest {
    private static final byte[] CONTENT = "weights".getBytes(UTF_8);

    @Test
    void directory(@TempDir Path directory) throws IOException {
        byte[] head;
        // @start region="directory"
        try (ObjectStore objects = DirectoryObjects.open(directory)) {
            if (!objects.putIfAbsent("models/fraud/7", CONTENT)) {
                throw new IllegalStateException("version 7 exists");
            }
            head = objects.get("models/fraud/7", 0, 4);
        }
        // @end region="directory"
        assertThat(head).asString(UTF_8).isEqualTo("weig");
    }

    @Test
    void s3() throws IOException {
        byte[] page = "<ListBucketResult/>".getBytes(UTF_8);
        try (FaultyS3 server = new FaultyS3().then(200, page).then(412).then(200)) {
            var credentials = new S3Credentials("AKID", "secret");
            URI endpoint = server.endpoint();
            // @start region="s3"
            try (S3Objects objects = S3Objects.builder()
                    .endpoint(endpoint) // such as https://s3.eu-central-1.amazonaws.com
                    .region("eu-central-1")
                    .bucket("models")
                    .prefix("backup")
                    .credentials(() -> credentials)
                    .retainFor(Duration.ofDays(30))
                    .open()) {
                objects.putIfAbsent("fraud/7", CONTENT);
            }
            // @end region="s3"
            assertThat(server.seen).hasSize(3);
        }
    }
}
