package io.aidc.storage.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks a running node through its socket. */
final class OperatorClient {
    private OperatorClient() {}

    /** Has the command done and copies what it prints; returns its exit code. */
    static int ask(OperatorRequest request, Path socket, PrintStream out, PrintStream err) throws IOException {
        var bytes = new ByteArrayOutputStream();
        request.writeTo(new DataOutputStream(bytes));
        try (SocketChannel channel = connect(socket)) {
            bytes.writeTo(Channels.newOutputStream(channel));
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
                if (kind == OperatorRequest.EXIT) {
                    return answer.readInt();
                }
                byte[] bytes = answer.readNBytes(answer.readInt());
                PrintStream stream = kind == OperatorRequest.OUT ? out : err;
                stream.write(bytes, 0, bytes.length);
                stream.flush();
            }
        } catch (EOFException e) {
            throw new IOException("the node hung up before the command ended", e);
        }
    }
}
