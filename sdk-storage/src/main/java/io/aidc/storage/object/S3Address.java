package io.aidc.storage.object;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a bucket is.
 *
 * @param authority host and port as the {@code Host} header has them
 * @param bucketPath encoded: empty where the host names the bucket
 * @param prefix what all keys in the bucket begin with: empty, or ends in a slash
 */
record S3Address(String scheme, String authority, String bucketPath, String prefix) {
    private static final Pattern DNS_BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    static S3Address pathStyle(URI endpoint, String bucket, String prefix) {
        return new S3Address(scheme(endpoint), authority(endpoint, ""), "/" + SigV4.encodedPath(bucket), prefix);
    }

    static S3Address virtualHost(URI endpoint, String bucket, String prefix) {
        if (!DNS_BUCKET.matcher(bucket).matches()) {
            throw new IllegalStateException(
                    "virtualHost() needs a bucket of 3 to 63 of a-z, 0-9, '.' and '-', got '%s'".formatted(bucket));
        }
        return new S3Address(scheme(endpoint), authority(endpoint, bucket + "."), "", prefix);
    }

    static boolean isLoopback(URI endpoint) {
        return LOOPBACK.matcher(endpoint.getHost().toLowerCase(Locale.ROOT)).matches();
    }

    static String scheme(URI endpoint) {
        return endpoint.getScheme().toLowerCase(Locale.ROOT);
    }

    /** The client leaves the usual port out of the Host header, so it must not be signed either. */
    private static String authority(URI endpoint, String bucketLabel) {
        int usual = scheme(endpoint).equals("https") ? 443 : 80;
        String host = bucketLabel + endpoint.getHost();
        return endpoint.getPort() == -1 || endpoint.getPort() == usual ? host : host + ":" + endpoint.getPort();
    }

    String path(String key) {
        return bucketPath + "/" + SigV4.encodedPath(prefix + key);
    }

    /** The bucket itself. */
    String path() {
        return bucketPath.isEmpty() ? "/" : bucketPath;
    }

    URI uri(String path, String encodedQuery) {
        String query = encodedQuery.isEmpty() ? "" : "?" + encodedQuery;
        return URI.create(scheme + "://" + authority + path + query);
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + bucketPath + "/" + prefix;
    }
}
