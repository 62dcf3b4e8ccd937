package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A signature file: a sigstore bundle v0.3 around a DSSE envelope. Members that we do not need are skipped. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bundle(String payloadType, byte[] payload, byte[] signature, Signer signer) {
    /** A bundle has some 20, and a few more for each certificate. */
    private static final int MAX_JSON_VALUES = 4096;

    private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /** Who claims to have signed. */
    sealed interface Signer {
        /** A bare key: hex SHA-256 of its PEM text, which older files lack. */
        record Key(Optional<String> hint) implements Signer {}

        /** A chain of certificates, the signer's first. */
        record Chain(List<X509Certificate> certificates) implements Signer {}

        /** A short-lived certificate whose trust comes from a transparency log. */
        record Keyless(X509Certificate certificate) implements Signer {}
    }

    byte[] signedBytes() {
        return Dsse.preAuthenticationEncoding(payloadType, payload);
    }

    /** What names a bare key. */
    static Json material(String hint) {
        return Json.object("publicKey", Json.object("hint", hint), "tlogEntries", new Json.Items(List.of()));
    }

    /** What holds a chain of certificates, the signer's first. */
    static Json material(List<X509Certificate> chain) throws CertificateEncodingException {
        List<Json> certificates = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            String der = Base64.getEncoder().encodeToString(certificate.getEncoded());
            certificates.add(Json.object("rawBytes", der));
        }
        return Json.object(
                "x509CertificateChain",
                Json.object("certificates", new Json.Items(certificates)),
                "tlogEntries",
                new Json.Items(List.of()));
    }

    static byte[] encode(String payloadType, byte[] payload, byte[] signature, Json material) {
        Base64.Encoder base64 = Base64.getEncoder();
        Json envelope = Json.object(
                "payload",
                base64.encodeToString(payload),
                "payloadType",
                payloadType,
                "signatures",
                new Json.Items(List.of(Json.object("sig", base64.encodeToString(signature), "keyid", ""))));
        return Json.object("mediaType", MEDIA_TYPE, "verificationMaterial", material, "dsseEnvelope", envelope)
                .text()
                .getBytes(StandardCharsets.US_ASCII);
    }

    static Bundle parse(byte[] file, String payloadType) {
        try {
            Json json = JsonReader.read(file, MAX_JSON_VALUES);
            require("media type", json.get("mediaType").asText(), MEDIA_TYPE);
            Json envelope = json.get("dsseEnvelope");
            require("payload type", envelope.get("payloadType").asText(), payloadType);
            List<Json> signatures = envelope.get("signatures").asItems();
            if (signatures.size() != 1) {
                throw malformed("has %d signatures, 1 is allowed".formatted(signatures.size()));
            }
            return new Bundle(
                    payloadType,
                    base64(envelope.get("payload")),
                    base64(signatures.get(0).get("sig")),
                    signer(json.get("verificationMaterial")));
        } catch (JsonException e) {
            throw malformed("is not as expected: " + e.getMessage());
        } catch (CertificateException e) {
            throw malformed("holds an unreadable certificate");
        }
    }

    private static Signer signer(Json material) throws JsonException, CertificateException {
        Optional<Json> key = material.find("publicKey");
        Optional<Json> chain = material.find("x509CertificateChain");
        Optional<Json> keyless = material.find("certificate");
        if (key.stream().count() + chain.stream().count() + keyless.stream().count() != 1) {
            throw malformed("must hold one of publicKey, x509CertificateChain and certificate");
        }
        if (key.isPresent()) {
            Optional<Json> hint = key.get().find("hint");
            return new Signer.Key(hint.isPresent() ? Optional.of(hint.get().asText()) : Optional.empty());
        }
        if (keyless.isPresent()) {
            return new Signer.Keyless(certificate(keyless.get()));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Json certificate : chain.orElseThrow().get("certificates").asItems()) {
            certificates.add(certificate(certificate));
        }
        if (certificates.isEmpty()) {
            throw malformed("has no certificates");
        }
        return new Signer.Chain(List.copyOf(certificates));
    }

    private static X509Certificate certificate(Json json) throws JsonException, CertificateException {
        return CertificateDer.parse(base64(json.get("rawBytes")));
    }

    /** Standard or URL-safe letters, with or without padding, in the one form that encoders write. */
    private static byte[] base64(Json json) throws JsonException {
        String text = json.asText();
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            byte[] bytes = (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
            byte[] tail = Arrays.copyOfRange(bytes, bytes.length - bytes.length % 3, bytes.length);
            Base64.Encoder encoder = urlSafe ? Base64.getUrlEncoder() : Base64.getEncoder();
            if (text.endsWith(encoder.encodeToString(tail))
                    || text.endsWith(encoder.withoutPadding().encodeToString(tail))) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw malformed("holds broken base64");
        }
        throw malformed("holds base64 that says one thing in two ways");
    }

    private static void require(String what, String found, String known) {
        if (!found.equals(known)) {
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED,
                    "The signature file has %s %s; known is %s".formatted(what, Printable.of(found), known));
        }
    }

    private static ModelRejectedException malformed(String detail) {
        return new ModelRejectedException(Reason.MALFORMED_BUNDLE, "The signature file is malformed: it " + detail);
    }
}
