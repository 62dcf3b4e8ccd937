package io.aidc.benchmarks.security;

import io.aidc.security.Sealed;
import io.aidc.security.keys.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Unseals one of the {@link PreparedFiles} and ends, so that a whole process can be timed from outside: JVM start, loading
 * of classes and key, and the unsealing of a file in the page cache. {@code stream} reads it in pieces of 64 KiB and keeps
 * none; {@code file} writes it to a file, which ours flushes and renames; {@code whole} holds it in memory, ours outside
 * the heap.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.ColdUnseal VAULT stream DIRECTORY}
 */
public final class ColdUnseal {
    private ColdUnseal() {}

    /**
     * Unseals.
     *
     * @param args a {@link Peer}; the door; the directory of {@link PreparedFiles}
     * @throws IOException if a file cannot be read
     * @throws GeneralSecurityException if the peer fails
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Peer peer = Peer.valueOf(args[0]);
        Path directory = Path.of(args[2]);
        StreamDoor door = peer.door(directory);
        Path sealed = peer.sealed(directory);
        Path opened = directory.resolve("opened");
        long length = switch (args[1]) {
            case "stream" -> stream(door, sealed);
            case "whole" -> whole(door, sealed);
            case "file" -> file(door, sealed, opened);
            default -> throw new IllegalArgumentException("door must be stream, whole or file, got " + args[1]);
        };
        if (length != Files.size(PreparedFiles.content(directory))) {
            throw new AssertionError("%d bytes came back".formatted(length));
        }
        Files.deleteIfExists(opened);
    }

    private static long stream(StreamDoor door, Path sealed) throws IOException, GeneralSecurityException {
        try (InputStream in = door.unsealing(Files.newInputStream(sealed))) {
            byte[] piece = new byte[64 * 1024];
            long length = 0;
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                length += read;
            }
            return length;
        }
    }

    private static long whole(StreamDoor door, Path sealed) throws IOException, GeneralSecurityException {
        if (door instanceof VaultDoor ours) {
            try (SecretBytes opened = ours.vault().unseal(Sealed.readFrom(sealed), VaultDoor.NAME)) {
                return opened.size();
            }
        }
        try (InputStream in = door.unsealing(Files.newInputStream(sealed))) {
            return in.readAllBytes().length;
        }
    }

    private static long file(StreamDoor door, Path sealed, Path opened) throws IOException, GeneralSecurityException {
        if (door instanceof VaultDoor ours) {
            ours.vault().unseal(sealed, opened, VaultDoor.NAME);
        } else {
            try (InputStream in = door.unsealing(Files.newInputStream(sealed));
                    OutputStream out = Files.newOutputStream(opened)) {
                ColdStartBenchmark.copy(in, out);
            }
        }
        return Files.size(opened);
    }
}
