package io.aidc.storage.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command for a node that is running, sent through its socket.
 *
 * <p>Form: int 1 for the version, int words, each as int length and UTF-8, the base in the same way, int variables, each name and
 * value, byte 1 if somebody looks; at most 1,000 words, 1,000 variables and 1 MiB of text in all. Answered by frames: byte 1 for
 * standard output, 2 for standard error, int length, bytes; at the end byte 3 and int exit code.
 */
record OperatorRequest(List<String> words, Caller caller) {
    static final int OUT = 1;
    static final int ERR = 2;
    static final int EXIT = 3;

    private static final int VERSION = 1;
    private static final int MAX_ITEMS = 1_000;
    private static final int MAX_BYTES = 1 << 20;

    /** What of the environment a command may need; nothing else is told. */
    private static final Set<String> VARIABLES =
            Set.of("AIDC_BACKUP_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

    OperatorRequest {
        words = List.copyOf(words);
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(words.size());
        for (String word : words) {
            write(word, out);
        }
        write(caller.base().toString(), out);
        Map<String, String> told = new HashMap<>(caller.environment());
        told.keySet().retainAll(VARIABLES);
        out.writeInt(told.size());
        for (Map.Entry<String, String> variable : told.entrySet()) {
            write(variable.getKey(), out);
            write(variable.getValue(), out);
        }
        out.writeBoolean(caller.terminal());
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static OperatorRequest readFrom(DataInputStream in) throws IOException {
        if (in.readInt() != VERSION) {
            throw new IOException("not a request of this version");
        }
        return new Reading(in).request();
    }

    /** Not the words: a secret may have been typed in the wrong place. */
    @Override
    public String toString() {
        return "OperatorRequest[words=%d, caller=%s]".formatted(words.size(), caller);
    }

    /** Takes no more than all texts together may have. */
    private static final class Reading {
        private final DataInputStream in;
        private int left = MAX_BYTES;

        Reading(DataInputStream in) {
            this.in = in;
        }

        OperatorRequest request() throws IOException {
            List<String> words = new ArrayList<>();
            for (int items = count(MAX_ITEMS); items > 0; items--) {
                words.add(text());
            }
            Path base = Path.of(text());
            Map<String, String> environment = new HashMap<>();
            for (int items = count(MAX_ITEMS); items > 0; items--) {
                environment.put(text(), text());
            }
            return new OperatorRequest(words, new Caller(environment, base, in.readBoolean()));
        }

        private String text() throws IOException {
            int bytes = count(left);
            left -= bytes;
            return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
        }

        private int count(int most) throws IOException {
            int count = in.readInt();
            if (count < 0 || count > most) {
                throw new IOException("%d items or bytes, at most %d are taken".formatted(count, most));
            }
            return count;
        }
    }
}
