package io.aidc.storage.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
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
 * value, byte 1 if somebody looks. Answered by frames: byte 1 for standard output, 2 for standard error, int length, bytes; at the
 * end byte 3 and int exit code.
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

    /** Has the command done and copies what it prints; returns its exit code. */
    int ask(Path socket, PrintStream out, PrintStream err) throws IOException {
        try (SocketChannel channel = connect(socket)) {
            var request = new DataOutputStream(Channels.newOutputStream(channel));
            writeTo(request);
            request.flush();
            return copy(new DataInputStream(Channels.newInputStream(channel)), out, err);
        }
    }

    private static SocketChannel connect(Path socket) throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new IOException("no node answers at %s: %s".formatted(socket, e.getMessage()), e);
        }
    }

    private static int copy(DataInputStream answer, PrintStream out, PrintStream err) throws IOException {
        try {
            while (true) {
                int kind = answer.readUnsignedByte();
                if (kind == EXIT) {
                    return answer.readInt();
                }
                byte[] bytes = answer.readNBytes(answer.readInt());
                PrintStream stream = kind == OUT ? out : err;
                stream.write(bytes, 0, bytes.length);
                stream.flush();
            }
        } catch (EOFException e) {
            throw new IOException("the node ended before the command did", e);
        }
    }

    private void writeTo(DataOutputStream out) throws IOException {
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
        List<String> words = new ArrayList<>();
        for (int left = count(in, MAX_ITEMS); left > 0; left--) {
            words.add(read(in));
        }
        Path base = Path.of(read(in));
        Map<String, String> environment = new HashMap<>();
        for (int left = count(in, MAX_ITEMS); left > 0; left--) {
            environment.put(read(in), read(in));
        }
        return new OperatorRequest(words, new Caller(environment, base, in.readBoolean()));
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(count(in, MAX_BYTES)), StandardCharsets.UTF_8);
    }

    private static int count(DataInputStream in, int most) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new IOException("%d items or bytes, at most %d are taken".formatted(count, most));
        }
        return count;
    }
}
