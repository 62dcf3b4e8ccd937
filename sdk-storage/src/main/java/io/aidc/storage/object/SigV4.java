package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 with one key, at one time, for one region and service, in headers or in the query.
 *
 * <p>The path of a request is signed as it is given, which is the rule of S3; other services want it normalised and
 * encoded once more.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request</a>
 */
final class SigV4 {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"; // RFC 3986, section 2.3
    private static final int DATE_CHARS = 8;

    private final S3Credentials credentials;
    private final String time;
    private final String region;
    private final String service;

    SigV4(S3Credentials credentials, Instant time, String region, String service) {
        this.credentials = credentials;
        this.time = TIME.format(time);
        this.region = region;
        this.service = service;
    }

    /** A header, or a parameter of a query before it is encoded. */
    record Pair(String name, String value) {}

    /**
     * What is signed.
     *
     * @param path encoded
     * @param headers the host among them
     * @param payloadHash hexadecimal SHA-256 of the body, or what a service takes instead
     */
    record Request(String method, String path, List<Pair> query, List<Pair> headers, String payloadHash) {
        Request {
            query = List.copyOf(query);
            headers = List.copyOf(headers);
        }

        String canonical() {
            String headerLines = joinedHeaders().entrySet().stream()
                    .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                    .collect(Collectors.joining());
            return String.join("\n", method, path, encodedQuery(query), headerLines, signedHeaders(), payloadHash);
        }

        String signedHeaders() {
            return String.join(";", joinedHeaders().keySet());
        }

        private TreeMap<String, String> joinedHeaders() {
            var joined = new TreeMap<String, String>();
            for (Pair header : headers) {
                String value = header.value().strip().replaceAll("\\s+", " ");
                joined.merge(header.name().toLowerCase(Locale.ROOT), value, (first, next) -> first + "," + next);
            }
            return joined;
        }
    }

    /** Returns the request's headers and those that sign them. */
    List<Pair> signedHeaders(Request request) {
        List<Pair> headers = new ArrayList<>(request.headers());
        headers.add(new Pair("X-Amz-Date", time));
        if (!credentials.sessionToken().isEmpty()) {
            headers.add(new Pair("X-Amz-Security-Token", credentials.sessionToken()));
        }
        var signed = new Request(request.method(), request.path(), request.query(), headers, request.payloadHash());
        headers.add(new Pair(
                "Authorization",
                "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                        .formatted(
                                ALGORITHM,
                                credentials.accessKey(),
                                scope(),
                                signed.signedHeaders(),
                                signature(signed.canonical()))));
        return headers;
    }

    /** Returns the request's query, encoded, with the parameters that sign it for a time. */
    String signedQuery(Request request, Duration valid) {
        List<Pair> query = new ArrayList<>(request.query());
        query.add(new Pair("X-Amz-Algorithm", ALGORITHM));
        query.add(new Pair("X-Amz-Credential", credentials.accessKey() + "/" + scope()));
        query.add(new Pair("X-Amz-Date", time));
        query.add(new Pair("X-Amz-Expires", Long.toString(valid.toSeconds())));
        query.add(new Pair("X-Amz-SignedHeaders", request.signedHeaders()));
        if (!credentials.sessionToken().isEmpty()) {
            query.add(new Pair("X-Amz-Security-Token", credentials.sessionToken()));
        }
        var signed = new Request(request.method(), request.path(), query, request.headers(), request.payloadHash());
        return encodedQuery(query) + "&X-Amz-Signature=" + signature(signed.canonical());
    }

    String stringToSign(String canonical) {
        return String.join("\n", ALGORITHM, time, scope(), sha256(canonical.getBytes(UTF_8)));
    }

    String signature(String canonical) {
        byte[] key = ("AWS4" + credentials.secretKey()).getBytes(UTF_8);
        for (String part : List.of(date(), region, service, "aws4_request")) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, stringToSign(canonical)));
    }

    private String scope() {
        return String.join("/", date(), region, service, "aws4_request");
    }

    private String date() {
        return time.substring(0, DATE_CHARS);
    }

    /** Encodes and sorts the parameters. */
    static String encodedQuery(List<Pair> query) {
        return query.stream()
                .map(pair -> encode(pair.name(), "") + "=" + encode(pair.value(), ""))
                .sorted(SigV4::compareParameters)
                .collect(Collectors.joining("&"));
    }

    /** By name, then by value; {@code =} is no character of either. */
    private static int compareParameters(String a, String b) {
        return a.replace('=', '\0').compareTo(b.replace('=', '\0'));
    }

    /** Encodes all but slashes. */
    static String encodedPath(String path) {
        return encode(path, "/");
    }

    private static String encode(String text, String kept) {
        var encoded = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            if (UNRESERVED.indexOf(b) >= 0 || kept.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256", ByteBuffer.wrap(content)));
    }

    static byte[] digest(String algorithm, ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(content);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
