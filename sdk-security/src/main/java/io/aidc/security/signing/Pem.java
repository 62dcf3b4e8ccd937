package io.aidc.security.signing;

import io.aidc.security.VaultIoException;
import io.aidc.security.internal.PemBlock;
import io.aidc.security.internal.PemBlocks;
import io.aidc.security.internal.PemException;
import io.aidc.security.internal.SecretInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Files of keys and certificates in textual encoding (RFC 7468). */
final class Pem {
    private static final int MAX_KEY_BYTES = 64 * 1024;
    private static final int MAX_BLOCKS = 1024;

    private Pem() {}

    /**
     * The first block of one of these labels, the caller's to wipe.
     *
     * @throws IllegalArgumentException if there is none, or the file is too long or malformed
     */
    static PemBlock key(Path file, Set<String> labels) {
        List<PemBlock> blocks = all(file, MAX_KEY_BYTES, labels);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("%s has no PEM block %s".formatted(file, labels));
        }
        blocks.stream().skip(1).forEach(PemBlock::wipe);
        return blocks.get(0);
    }

    /** Every block of one of these labels. */
    static List<PemBlock> all(Path file, int maxBytes, Set<String> labels) {
        byte[] text = read(file, maxBytes);
        try {
            List<PemBlock> wanted = new ArrayList<>();
            for (PemBlock block : PemBlocks.read(text, MAX_BLOCKS)) {
                if (labels.contains(block.label()) && block.sealing() == PemBlock.Sealing.NONE) {
                    wanted.add(block);
                } else {
                    block.wipe();
                }
            }
            return wanted;
        } catch (PemException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    static String encode(String label, byte[] der) {
        return new String(bytes(label, der), StandardCharsets.US_ASCII);
    }

    /** The text of what may be a private key, the caller's to wipe. */
    static byte[] bytes(String label, byte[] der) {
        byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        byte[] begin = "-----BEGIN %s-----\n".formatted(label).getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\n-----END %s-----\n".formatted(label).getBytes(StandardCharsets.US_ASCII);
        try {
            return ByteBuffer.allocate(begin.length + body.length + end.length)
                    .put(begin)
                    .put(body)
                    .put(end)
                    .array();
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static byte[] read(Path file, int maxBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = SecretInput.read(in, maxBytes);
            if (text.length > maxBytes) {
                Arrays.fill(text, (byte) 0);
                throw new IllegalArgumentException("%s must be at most %d bytes long".formatted(file, maxBytes));
            }
            return text;
        } catch (IOException e) {
            throw new VaultIoException("Cannot read PEM file " + file, e);
        }
    }
}
