package io.aidc.storage.ratis;

import io.aidc.storage.metadata.DamagedLogException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Checks the file in which Ratis keeps the term and the vote, before Ratis reads it.
 *
 * <p>Ratis 3.3.0 writes it aside and renames it, but also when the writing failed: on a full disk the file is replaced by an empty
 * one or by its beginning. A beginning may read well and name an earlier term, so that a node could vote twice; a whole file ends
 * with a line break.
 */
final class VoteFile {
    private VoteFile() {}

    static void check(Path current) throws IOException {
        Path file = current.resolve("raft-meta");
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        var properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
        boolean whole = text.endsWith("\n")
                && properties.getProperty("term", "").matches("\\d+")
                && properties.containsKey("votedFor");
        if (!whole) {
            throw damaged(file, null);
        }
    }

    private static DamagedLogException damaged(
            Path file, @org.jspecify.annotations.Nullable IllegalArgumentException cause) {
        return new DamagedLogException(
                file, "the vote is missing, probably because the disk was full when it was written", cause);
    }
}
