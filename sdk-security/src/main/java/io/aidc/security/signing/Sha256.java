package io.aidc.security.signing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;

/** Hashes files, without following symbolic links. */
final class Sha256 {
    private static final int PIECE_BYTES = 128 * 1024;

    private Sha256() {}

    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is missing in this JVM", e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(create().digest(bytes));
    }

    static String ofFile(Path file) throws IOException {
        MessageDigest sha256 = create();
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (ReadableByteChannel in = open(file)) {
            while (in.read(piece) >= 0) {
                sha256.update(piece.flip());
                piece.clear();
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    static SeekableByteChannel open(Path file) throws IOException {
        return Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
}
