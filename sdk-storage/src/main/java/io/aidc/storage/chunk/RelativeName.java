package io.aidc.storage.chunk;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Checks names that come from outside before they become paths or keys. */
public final class RelativeName {
    /** The longest name in bytes of UTF-8. */
    public static final int MAX_BYTES = 512;

    private static final int MAX_PART_BYTES = 200;
    private static final String RESERVED = "\\:*?\"<>|";

    private RelativeName() {}

    /**
     * Returns the name if it is safe to resolve inside a directory on any file system.
     *
     * <p>Parts are separated by {@code /}; a part is not empty, {@code .} or {@code ..}, does not start or end with a blank
     * or end with a dot, and has no control character, no unpaired surrogate and none of {@code \ : * ? " < > |}.
     *
     * @param what how an error message calls the name
     * @param name the name
     * @return the name, unchanged
     * @throws IllegalArgumentException if it is not safe, or longer than 512 bytes (200 a part)
     */
    public static String check(String what, String name) {
        if (bytes(Objects.requireNonNull(name, what)) > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "%s must have at most %d bytes of UTF-8, got %d".formatted(what, MAX_BYTES, bytes(name)));
        }
        for (String part : name.split("/", -1)) {
            String refused = refused(part);
            if (!refused.isEmpty()) {
                throw new IllegalArgumentException("%s must not %s, got '%s'"
                        .formatted(what, name.isEmpty() ? "be empty" : refused, printable(name)));
            }
        }
        return name;
    }

    /**
     * Checks that the names can stand side by side in one directory tree.
     *
     * @param names checked names
     * @throws IllegalArgumentException if two differ at most by upper and lower case, or one is a directory of another
     */
    public static void checkTogether(Iterable<String> names) {
        Set<String> files = new HashSet<>();
        for (String name : names) {
            if (!files.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "file name '%s' occurs twice, or twice but for case".formatted(name));
            }
        }
        for (String file : files) {
            for (int slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
                if (files.contains(file.substring(0, slash))) {
                    throw new IllegalArgumentException(
                            "'%s' is both a file and a directory".formatted(file.substring(0, slash)));
                }
            }
        }
    }

    /** What a part must not do and does; empty if it is safe. */
    private static String refused(String part) {
        if (part.isEmpty()) {
            return "begin or end with '/' or contain '//'";
        }
        if (part.equals(".") || part.equals("..")) {
            return "be or contain '%s'".formatted(part);
        }
        if (bytes(part) > MAX_PART_BYTES) {
            return "have more than %d bytes between two '/'".formatted(MAX_PART_BYTES);
        }
        if (part.startsWith(" ") || part.endsWith(" ") || part.endsWith(".")) {
            return "begin or end with a blank or end with '.', here in '%s'".formatted(printable(part));
        }
        return part.codePoints()
                .filter(c -> !isPlain(c))
                .mapToObj(c -> "contain " + (RESERVED.indexOf(c) < 0 ? "U+%04X".formatted(c) : "'%c'".formatted(c)))
                .findFirst()
                .orElse("");
    }

    private static boolean isPlain(int c) {
        return !Character.isISOControl(c)
                && Character.getType(c) != Character.SURROGATE
                && Character.getType(c) != Character.FORMAT
                && RESERVED.indexOf(c) < 0;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> isPlain(c) || RESERVED.indexOf(c) >= 0 ? c : '\uFFFD')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
