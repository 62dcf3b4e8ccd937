package io.aidc.benchmarks.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;

/**
 * Random content in a file, and the same sealed by each {@link Peer} and by {@link BareGcm}. Whoever measures a cold start
 * must not have sealed anything before, so that a process of its own makes them:
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.PreparedFiles DIRECTORY [MIB]}
 *
 * <p>256 MiB unless told otherwise; the directory takes five times that. One that is complete already is left as it is.
 */
public final class PreparedFiles {
    private static final int DEFAULT_MIB = 256;
    private static final String COMPLETE = "complete";

    private PreparedFiles() {}

    /**
     * Makes the files.
     *
     * @param args the directory; MiB of content
     * @throws IOException if the directory cannot be written
     * @throws GeneralSecurityException if AES-GCM is missing
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int mib = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_MIB;
        if (!Files.exists(directory.resolve(COMPLETE))) {
            byte[] content = new byte[mib << 20];
            new Random(2).nextBytes(content);
            Files.write(content(directory), content);
            byte[] bare = new byte[BareGcm.sealedSize(content.length)];
            BareGcm.create().seal(content, bare);
            Files.write(bareSealed(directory), bare);
            for (Peer peer : Peer.values()) {
                seal(peer, directory, content);
            }
            Files.createFile(directory.resolve(COMPLETE));
        }
    }

    /** Makes the files by a process of its own, unless they are there. */
    static Path in(Path directory) throws IOException, InterruptedException {
        if (!Files.exists(directory.resolve(COMPLETE))) {
            String java = ProcessHandle.current().info().command().orElse("java");
            Process maker = new ProcessBuilder(
                            java,
                            "-cp",
                            System.getProperty("java.class.path"),
                            PreparedFiles.class.getName(),
                            directory.toString())
                    .inheritIO()
                    .start();
            if (maker.waitFor() != 0) {
                throw new IllegalStateException("the files in " + directory + " could not be made");
            }
        }
        return directory;
    }

    static Path content(Path directory) {
        return directory.resolve("content");
    }

    static Path bareSealed(Path directory) {
        return directory.resolve("bare.sealed");
    }

    private static void seal(Peer peer, Path directory, byte[] content) throws IOException, GeneralSecurityException {
        peer.makeKey(directory);
        StreamDoor door = peer.door(directory);
        try (OutputStream out = door.sealing(Files.newOutputStream(peer.sealed(directory)))) {
            out.write(content);
        }
        try (InputStream in = door.unsealing(Files.newInputStream(peer.sealed(directory)))) {
            ByteArrayOutputStream opened = new ByteArrayOutputStream(content.length);
            in.transferTo(opened);
            if (!Arrays.equals(opened.toByteArray(), content)) {
                throw new AssertionError("what " + peer + " sealed did not come back");
            }
        }
    }
}
