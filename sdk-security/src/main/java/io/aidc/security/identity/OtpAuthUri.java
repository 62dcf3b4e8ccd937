package io.aidc.security.identity;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Writes the URI that authenticator apps scan. */
final class OtpAuthUri {
    private OtpAuthUri() {}

    static String of(String issuer, String user, TotpSecret secret) {
        return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%s&period=%s"
                .formatted(
                        escaped(issuer),
                        escaped(user),
                        Base32.encode(secret.key()),
                        escaped(issuer),
                        secret.algorithm(),
                        secret.digits(),
                        secret.periodSeconds());
    }

    /** As URIs have it (RFC 3986), where a space is not a plus. */
    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
