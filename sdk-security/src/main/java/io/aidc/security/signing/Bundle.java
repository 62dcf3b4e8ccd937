package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import io.aidc.security.internal.Printable;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A signature file: a sigstore bundle v0.3 around a DSSE envelope. Members that we do not need are skipped. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bundle(byte[] payload, byte[] signature, Signer signer) {
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
        return Dsse.preAuthenticationEncoding(Statement.PAYLOAD_TYPE, payload);
    }

    static byte[] encode(byte[] payload, byte[] signature, String hint) {
        Base64.Encoder base64 = Base64.getEncoder();
        Json key = Json.object("publicKey", Json.object("hint", hint), "tlogEntries", new Json.Items(List.of()));
        Json envelope = Json.object(
                "payload",
                base64.encodeToString(payload),
                "payloadType",
                Statement.PAYLOAD_TYPE,
                "signatures",
                new Json.Items(List.of(Json.object("sig", base64.encodeToString(signature), "keyid", ""))));
        return Json.object("mediaType", MEDIA_TYPE, "verificationMaterial", key, "dsseEnvelope", envelope)
                .text()
                .getBytes(StandardCharsets.US_ASCII);
    }

    static Bundle parse(byte[] file) {
        try {
            Json json = JsonReader.read(file, MAX_JSON_VALUES);
            require("media type", json.get("mediaType").asText(), MEDIA_TYPE);
            Json envelope = json.get("dsseEnvelope");
            require("payload type", envelope.get("payloadType").asText(), Statement.PAYLOAD_TYPE);
            List<Json> signatures = envelope.get("signatures").asItems();
            if (signatures.size() != 1) {
                throw malformed("has %d signatures, 1 is allowed".formatted(signatures.size()));
            }
            return new Bundle(
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
        byte[] der = base64(json.get("rawBytes"));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[] base64(Json json) throws JsonException {
        String text = json.asText();
        try {
            return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                    ? Base64.getUrlDecoder().decode(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("holds broken base64");
        }
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
