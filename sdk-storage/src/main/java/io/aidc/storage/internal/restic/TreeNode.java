package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a directory.
 *
 * @param type {@code file}, {@code dir}, or something that only restic restores, such as {@code symlink}
 * @param size of a file
 * @param content the blobs of a file in order
 * @param subtree the tree of a directory
 */
public record TreeNode(
        String name,
        String type,
        Instant modified,
        long size,
        List<ChunkId> content,
        @Nullable ChunkId subtree) {
    private static final int FILE_MODE = 0644;
    private static final long DIRECTORY_MODE = 1L << 31 | 0755;

    public TreeNode {
        content = List.copyOf(content);
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name in a directory must be one plain part");
        }
    }

    public static TreeNode file(String name, Instant modified, long size, List<ChunkId> content) {
        return new TreeNode(name, "file", modified, size, content, null);
    }

    public static TreeNode directory(String name, Instant modified, ChunkId tree) {
        return new TreeNode(name, "dir", modified, 0, List.of(), tree);
    }

    public boolean isFile() {
        return type.equals("file");
    }

    public boolean isDirectory() {
        return type.equals("dir");
    }

    static TreeNode parse(JsonObject json) {
        String type = json.string("type");
        ChunkId subtree = json.optionalId("subtree");
        if (type.equals("dir") && subtree == null) {
            throw new IllegalArgumentException("a directory must have a subtree");
        }
        if (type.equals("file") && !json.has("content")) {
            throw new IllegalArgumentException("a file must have a list of blobs");
        }
        return new TreeNode(
                unquote(json.string("name")),
                type,
                json.time("mtime").toInstant(),
                json.number("size", 0L),
                json.ids("content"),
                subtree);
    }

    Map<String, @Nullable Object> toJson() {
        String time = JsonObject.format(OffsetDateTime.ofInstant(modified, ZoneOffset.UTC));
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("type", type);
        json.put("mode", isDirectory() ? DIRECTORY_MODE : FILE_MODE);
        json.put("mtime", time);
        json.put("atime", time);
        json.put("ctime", time);
        json.put("uid", 0);
        json.put("gid", 0);
        if (isFile() && size > 0) {
            json.put("size", size);
        }
        json.put("content", isFile() ? content.stream().map(ChunkId::hex).toList() : null);
        if (subtree != null) {
            json.put("subtree", subtree.hex());
        }
        return json;
    }

    /** Undoes Go's {@code strconv.Quote}, by which restic writes names; our own names need no quoting. */
    static String unquote(String quoted) {
        if (quoted.indexOf('\\') < 0) {
            return quoted;
        }
        var bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < quoted.length()) {
            int c = quoted.codePointAt(at);
            at += Character.charCount(c);
            if (c != '\\') {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            } else {
                at = unescape(quoted, at, bytes);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name must be UTF-8", e);
        }
    }

    private static int unescape(String quoted, int at, ByteArrayOutputStream bytes) {
        if (at >= quoted.length()) {
            throw new IllegalArgumentException("a name ends in an escape");
        }
        char kind = quoted.charAt(at);
        int simple = "abfnrtv\\'\"".indexOf(kind);
        if (simple >= 0) {
            bytes.write("\u0007\b\f\n\r\t\u000b\\'\"".charAt(simple));
            return at + 1;
        }
        return switch (kind) {
            case 'x' -> {
                bytes.write(code(quoted, at + 1, 2, 16));
                yield at + 3;
            }
            case 'u' -> codePoint(quoted, at + 1, 4, bytes);
            case 'U' -> codePoint(quoted, at + 1, 8, bytes);
            default -> {
                bytes.write(code(quoted, at, 3, 8));
                yield at + 3;
            }
        };
    }

    private static int codePoint(String quoted, int at, int digits, ByteArrayOutputStream bytes) {
        int code = code(quoted, at, digits, 16);
        if (!Character.isValidCodePoint(code)) {
            throw new IllegalArgumentException("a name has an escape beyond Unicode");
        }
        bytes.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
        return at + digits;
    }

    private static int code(String quoted, int at, int digits, int radix) {
        if (at + digits > quoted.length()) {
            throw new IllegalArgumentException("a name ends in an escape");
        }
        String text = quoted.substring(at, at + digits);
        if (text.chars().anyMatch(c -> c >= 0x80 || Character.digit(c, radix) < 0)) {
            throw new IllegalArgumentException("a name has a wrong escape");
        }
        return (int) Long.parseLong(text, radix);
    }
}
