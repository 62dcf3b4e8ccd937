package io.aidc.security.signing;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Textual encoding of keys (RFC 7468). */
final class Pem {
    private static final int MAX_BYTES = 64 * 1024;

    private Pem() {}

    /** The first block of one of these labels, as label and content; text around the blocks is skipped. */
    static Optional<Map.Entry<String, byte[]>> find(String text, Set<String> labels) {
        for (int begin = text.indexOf("-----BEGIN "); begin >= 0; begin = text.indexOf("-----BEGIN ", begin + 1)) {
            int labelAt = begin + "-----BEGIN ".length();
            int labelEnd = text.indexOf("-----", labelAt);
            String label = labelEnd < 0 ? "" : text.substring(labelAt, labelEnd);
            int end = text.indexOf("-----END " + label + "-----", labelAt);
            if (labels.contains(label) && end >= 0) {
                String body = text.substring(labelEnd + 5, end).replaceAll("[ \\t\\r\\n]", "");
                return Optional.of(Map.entry(label, Base64.getDecoder().decode(body)));
            }
        }
        return Optional.empty();
    }

    static String encode(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    static String read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException("%s must be at most %d bytes long".formatted(file, MAX_BYTES));
            }
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new VaultIoException("Cannot read key file " + file, e);
        }
    }
}
