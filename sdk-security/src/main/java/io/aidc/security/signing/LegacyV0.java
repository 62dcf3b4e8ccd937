package io.aidc.security.signing;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The format as releases before v1 wrote it. The envelope was encoded with a capital V, and with the payload as Python prints
 * bytes; the first statements held one subject for each file and nothing that binds them together.
 *
 * @see <a href="https://github.com/sigstore/model-transparency">model_signing, whose v1 still reads these</a>
 */
final class LegacyV0 {
    static final String PREDICATE_TYPE = "https://model_signing/Digests/v0.1";

    static final String NO_NAME = "";

    private LegacyV0() {}

    static byte[] preAuthenticationEncoding(String type, byte[] payload) {
        String text = "DSSEV1 " + type.length() + " " + type + " " + payload.length + " " + printed(payload);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Files by SHA-256. The model has no name, and an entry that was removed is not noticed. */
    static Statement statement(Json subjects) throws JsonException {
        Map<String, SignedFile> files = new LinkedHashMap<>();
        for (Json subject : subjects.asItems()) {
            String digest = subject.get("digest").get("sha256").asText();
            if (!ModelHash.SHA256.isDigest(digest)) {
                throw Statement.malformed("has a digest which is not SHA-256 in lower-case hex digits");
            }
            String name = subject.get("name").asText();
            if (files.put(name, SignedFile.whole(digest)) != null) {
                throw Resources.twice(name);
            }
        }
        Resources.checkNames(files.keySet());
        return new Statement(NO_NAME, Serialization.DEFAULT, files, Ignored.NOTHING, false);
    }

    /** Bytes as a literal of Python: in single quotes, or in double ones if there are only single ones inside. */
    static String printed(byte[] bytes) {
        boolean single = false;
        boolean dual = false;
        for (byte b : bytes) {
            single |= b == '\'';
            dual |= b == '"';
        }
        char quote = single && !dual ? '"' : '\'';
        StringBuilder out = new StringBuilder(bytes.length + 64).append('b').append(quote);
        for (byte b : bytes) {
            append(out, b, quote);
        }
        return out.append(quote).toString();
    }

    private static void append(StringBuilder out, byte b, char quote) {
        char c = (char) (b & 0xff);
        if (c == quote || c == '\\') {
            out.append('\\').append(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (c == '\t') {
            out.append("\\t");
        } else if (c < ' ' || c > '~') {
            out.append("\\x").append(Character.forDigit(c >>> 4, 16)).append(Character.forDigit(c & 0xf, 16));
        } else {
            out.append(c);
        }
    }
}
