package io.aidc.security.audit;

import java.util.Arrays;

/**
 * Takes and gives the private key of a log in the clear, to exchange it with other tools. Whoever has it can sign in the log's
 * name. As text it lies in the heap until it is collected.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://pkg.go.dev/golang.org/x/mod/sumdb/note">the note format of Go's checksum database</a>
 */
public final class InsecureLogKeys {
    private static final String PREFIX = "PRIVATE+KEY+";

    private InsecureLogKeys() {}

    /**
     * Reads a private key.
     *
     * @param key {@code PRIVATE+KEY+name+id+base64}, of type 0x01, Ed25519
     * @return the signer
     * @throws IllegalArgumentException if it is no such key, or its id is not its own
     */
    public static LogSigner parse(String key) {
        if (!key.startsWith(PREFIX)) {
            throw new IllegalArgumentException("private key must begin with " + PREFIX);
        }
        NoteKey.Parts parts = NoteKey.Parts.of(key.substring(PREFIX.length()), "private key");
        if (parts.type() != NoteKey.LOG || parts.key().length != LogSigner.SEED_BYTES) {
            Arrays.fill(parts.key(), (byte) 0);
            throw new IllegalArgumentException("private key must be Ed25519 of type 0x01");
        }
        LogSigner signer = LogSigner.ofSeed(parts.name(), parts.key());
        if (NoteKey.parse(signer.verifierKey(), NoteKey.LOG).id() != parts.id()) {
            signer.close();
            throw new IllegalArgumentException(
                    "private key of %s has an id that is not its own".formatted(parts.name()));
        }
        return signer;
    }

    /**
     * Writes a private key.
     *
     * @param signer an open signer
     * @return {@code PRIVATE+KEY+name+id+base64}
     * @throws IllegalStateException if the signer is closed
     */
    public static String print(LogSigner signer) {
        byte[] seed = signer.seed();
        try {
            int id = NoteKey.parse(signer.verifierKey(), NoteKey.LOG).id();
            return PREFIX + Lines.key(signer.name(), id, NoteKey.LOG, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }
}
