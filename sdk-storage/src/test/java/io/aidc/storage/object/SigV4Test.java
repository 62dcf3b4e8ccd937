package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.object.SigV4.Pair;
import io.aidc.storage.object.SigV4.Request;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The examples of the Amazon S3 documentation, "Signature Calculations for the Authorization Header" and "Query
 * Parameters".
 */
class SigV4Test {
    private static final S3Address BUCKET =
            S3Address.virtualHost(URI.create("https://s3.amazonaws.com"), "examplebucket", "");
    private static final SigV4 SIGNER = new SigV4(
            new S3Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            Instant.parse("2013-05-24T00:00:00Z"),
            "us-east-1",
            "s3");
    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void sign_getOfAPart_isAsDocumented() {
        assertThat(signature("GET", BUCKET.path("test.txt"), List.of(), NOTHING, new Pair("Range", "bytes=0-9")))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void sign_put_isAsDocumented() {
        String hash = SigV4.sha256("Welcome to Amazon S3.".getBytes(UTF_8));
        assertThat(hash).startsWith("44ce7dd6").endsWith("b072");
        assertThat(BUCKET.path("test$file.text")).isEqualTo("/test%24file.text");
        assertThat(signature(
                        "PUT",
                        BUCKET.path("test$file.text"),
                        List.of(),
                        hash,
                        new Pair("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                        new Pair("x-amz-storage-class", "REDUCED_REDUNDANCY")))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void sign_getOfTheLifecycle_isAsDocumented() {
        assertThat(signature("GET", BUCKET.path(), List.of(new Pair("lifecycle", "")), NOTHING))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void sign_listing_isAsDocumented() {
        assertThat(signature(
                        "GET", BUCKET.path(), List.of(new Pair("prefix", "J"), new Pair("max-keys", "2")), NOTHING))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void signQuery_get_isAsDocumented() {
        var request = new Request(
                "GET",
                BUCKET.path("test.txt"),
                List.of(),
                List.of(new Pair("Host", BUCKET.authority())),
                "UNSIGNED-PAYLOAD");

        assertThat(SIGNER.signedQuery(request, Duration.ofDays(1)))
                .contains("X-Amz-Expires=86400&")
                .endsWith("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    }

    @Test
    void encodedQuery_namesThatBeginAlike_areInOrder() {
        assertThat(SigV4.encodedQuery(
                        List.of(new Pair("a-b", "1"), new Pair("a", "2"), new Pair("a", "1"), new Pair("A", "~ +/é"))))
                .isEqualTo("A=~%20%2B%2F%C3%A9&a=1&a=2&a-b=1");
    }

    private static String signature(
            String method, String path, List<Pair> query, String payloadHash, Pair... moreHeaders) {
        List<Pair> headers = new ArrayList<>(List.of(moreHeaders));
        headers.add(new Pair("Host", BUCKET.authority()));
        headers.add(new Pair("x-amz-content-sha256", payloadHash));
        List<Pair> signed = SIGNER.signedHeaders(new Request(method, path, query, headers, payloadHash));
        String authorization = signed.get(signed.size() - 1).value();
        return authorization.substring(authorization.indexOf("Signature=") + "Signature=".length());
    }
}
