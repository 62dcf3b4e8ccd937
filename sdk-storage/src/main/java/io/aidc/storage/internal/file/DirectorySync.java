package io.aidc.storage.internal.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sets the dirsync attribute: the file system then flushes each change of a directory's entries before the call returns.
 *
 * <p>For directories in which a library renames files without flushing the directory. New sub-directories inherit it.
 * The attribute is set and read back by the programs {@code chattr} and {@code lsattr} of e2fsprogs.
 */
public final class DirectorySync {
    private static final long PROGRAM_SECONDS = 5;

    private DirectorySync() {}

    /**
     * Sets the attribute on the directory and all directories below it and reads it back.
     *
     * @return empty if it stuck everywhere, otherwise why it did not
     */
    public static Optional<String> apply(Path directory) {
        try {
            List<String> directories = directories(directory);
            run("chattr", List.of("+D"), directories);
            for (String line : run("lsattr", List.of("-d"), directories).lines().toList()) {
                String attributes = line.split(" ", 2)[0];
                if (!attributes.contains("D")) {
                    return Optional.of("lsattr shows no D: " + line);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static List<String> directories(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isDirectory)
                    .map(path -> path.toAbsolutePath().toString())
                    .toList();
        }
    }

    private static String run(String program, List<String> options, List<String> paths)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(options);
        command.addAll(paths);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(program + " did not end within " + PROGRAM_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException("%s ended with %d: %s".formatted(program, process.exitValue(), output));
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
