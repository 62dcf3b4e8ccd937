package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.junit.jupiter.api.Test;

/**
 * The vectors of RFC 9180, every mode, key encapsulation, key derivation and cipher: all at the receiver, and those of base
 * mode at the sender too (the library lets nobody fix a sender's randomness in the others).
 */
class HpkeConformanceTest {
    @Test
    void hpke_rfc9180_opensSealsAndExportsEverything() throws Exception {
        int entries = 0;
        int messages = 0;
        for (Path file : files()) {
            for (Json entry : json(file).asItems()) {
                try {
                    messages += receive(entry);
                    if (Vectors.integer(entry, "mode") == HPKE.mode_base) {
                        send(entry);
                    }
                } catch (Exception | AssertionError e) {
                    throw new AssertionError("%s, entry %d".formatted(file, entries), e);
                }
                entries++;
            }
        }
        Vectors.report("HPKE, " + messages + " messages", entries);
        assertThat(entries).isGreaterThanOrEqualTo(128);
    }

    private static int receive(Json entry) throws Exception {
        HPKE hpke = hpke(entry);
        AsymmetricCipherKeyPair pair =
                hpke.deserializePrivateKey(Vectors.hex(entry, "skRm"), Vectors.hex(entry, "pkRm"));
        AsymmetricCipherKeyPair derived = hpke.deriveKeyPair(Vectors.hex(entry, "ikmR"));
        assertThat(hpke.serializePublicKey(derived.getPublic())).isEqualTo(Vectors.hex(entry, "pkRm"));
        HPKEContext context = context(hpke, entry, pair);
        List<Json> messages = messages(entry);
        for (Json message : messages) {
            assertThat(context.open(Vectors.hex(message, "aad"), Vectors.hex(message, "ct")))
                    .isEqualTo(Vectors.hex(message, "pt"));
        }
        for (Json export : entry.get("exports").asItems()) {
            assertThat(context.export(Vectors.hex(export, "exporter_context"), Vectors.integer(export, "L")))
                    .isEqualTo(Vectors.hex(export, "exported_value"));
        }
        return messages.size();
    }

    private static void send(Json entry) throws Exception {
        HPKE hpke = hpke(entry);
        HPKEContextWithEncapsulation context = hpke.setupBaseS(
                hpke.deserializePublicKey(Vectors.hex(entry, "pkRm")),
                Vectors.hex(entry, "info"),
                hpke.deserializePrivateKey(Vectors.hex(entry, "skEm"), Vectors.hex(entry, "pkEm")));
        assertThat(context.getEncapsulation()).isEqualTo(Vectors.hex(entry, "enc"));
        for (Json message : messages(entry)) {
            assertThat(context.seal(Vectors.hex(message, "aad"), Vectors.hex(message, "pt")))
                    .isEqualTo(Vectors.hex(message, "ct"));
        }
    }

    private static HPKE hpke(Json entry) throws Exception {
        return new HPKE(
                (byte) Vectors.integer(entry, "mode"),
                (short) Vectors.integer(entry, "kem_id"),
                (short) Vectors.integer(entry, "kdf_id"),
                (short) Vectors.integer(entry, "aead_id"));
    }

    /** None in entries that only export. */
    private static List<Json> messages(Json entry) throws Exception {
        return entry.find("encryptions").isPresent() ? entry.get("encryptions").asItems() : List.of();
    }

    private static HPKEContext context(HPKE hpke, Json entry, AsymmetricCipherKeyPair pair) throws Exception {
        byte[] enc = Vectors.hex(entry, "enc");
        byte[] info = Vectors.hex(entry, "info");
        return switch (Vectors.integer(entry, "mode")) {
            case HPKE.mode_base -> hpke.setupBaseR(enc, pair, info);
            case HPKE.mode_psk ->
                hpke.setupPSKR(enc, pair, info, Vectors.hex(entry, "psk"), Vectors.hex(entry, "psk_id"));
            case HPKE.mode_auth ->
                hpke.setupAuthR(enc, pair, info, hpke.deserializePublicKey(Vectors.hex(entry, "pkSm")));
            default ->
                hpke.setupAuthPSKR(
                        enc,
                        pair,
                        info,
                        Vectors.hex(entry, "psk"),
                        Vectors.hex(entry, "psk_id"),
                        hpke.deserializePublicKey(Vectors.hex(entry, "pkSm")));
        };
    }

    private static List<Path> files() throws IOException {
        try (var files = Files.list(Vectors.folder("hpke"))) {
            return files.filter(file -> file.toString().endsWith(".json.gz"))
                    .sorted()
                    .toList();
        }
    }

    private static Json json(Path file) throws Exception {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return JsonReader.read(in.readAllBytes(), 10_000_000);
        }
    }
}
