package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import io.aidc.security.internal.Printable;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What files of a model may be called, and in which order they are signed. */
final class ResourceName {
    /** The name of a model that is a single file. */
    static final String SINGLE_FILE = ".";

    /**
     * By path component, each by code point: the order in which other signers of the format write. In UTF-8 with a zero
     * byte for the slash, which no name holds, that is the order of the bytes.
     */
    static final Comparator<String> ORDER = (a, b) -> Arrays.compareUnsigned(sortKey(a), sortKey(b));

    private ResourceName() {}

    /** Refuses names that leave the directory or mean different files on different systems. */
    static void check(Collection<String> names) {
        Map<String, String> folded = new HashMap<>();
        for (String name : names) {
            if (!isPlain(name)) {
                throw new ModelRejectedException(
                        Reason.UNSAFE_NAME,
                        "Unsafe file name %s: must be relative, without '.', '..', backslash, colon or control character"
                                .formatted(Printable.of(name)));
            }
            String other = folded.put(folded(name), name);
            if (other != null) {
                throw new ModelRejectedException(
                        Reason.UNSAFE_NAME,
                        "File names %s and %s are equal but for case or Unicode form"
                                .formatted(Printable.of(other), Printable.of(name)));
            }
        }
    }

    static boolean isPlain(String name) {
        boolean odd = name.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':' || c == 0x7f);
        for (String component : components(name)) {
            odd |= component.isEmpty() || component.equals(".") || component.equals("..");
        }
        return !odd && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    /** Upper case first: some letters, as the two small sigmas, are alike only there. */
    private static String folded(String name) {
        String upper = Normalizer.normalize(name, Normalizer.Form.NFC).toUpperCase(Locale.ROOT);
        return Normalizer.normalize(upper.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    private static byte[] sortKey(String name) {
        return name.replace('/', '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static String[] components(String name) {
        return name.split("/", -1);
    }
}
