package io.aidc.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A JVM of its own, for what can be seen only once in a process. */
public final class ChildJvm {
    /** How a child ended. */
    public record Ended(int exitCode, String output, String errors) {}

    private final Path directory;
    private Predicate<String> jars = jar -> true;
    private final Map<String, String> environment = new HashMap<>();

    public ChildJvm(Path directory) {
        this.directory = directory;
    }

    public ChildJvm without(Predicate<String> jar) {
        jars = jar.negate();
        return this;
    }

    public ChildJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Starts a child whose output goes to files in the directory. */
    public Process start(Class<?> main, String... arguments) throws IOException {
        return builder(main, arguments)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    /** Starts a child whose output can be read as it comes; errors go to a file in the directory. */
    public Process startReadable(Class<?> main, String... arguments) throws IOException {
        return builder(main, arguments)
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    /** What starts a child, for a program that starts it by itself. */
    public List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private ProcessBuilder builder(Class<?> main, String... arguments) {
        var builder = new ProcessBuilder(command(main, arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("OMP_") || name.startsWith("GOMP_"));
        builder.environment().putAll(environment);
        return builder;
    }

    public Ended run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Process process = start(main, arguments);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("child did not end: " + Files.readString(directory.resolve("err")));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(directory.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(directory.resolve("err"), StandardCharsets.UTF_8));
    }

    private String classPath() {
        // Surefire puts the class path into a manifest and keeps the original here.
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String separator = System.getProperty("path.separator");
        return Arrays.stream(all.split(Pattern.quote(separator), -1))
                .filter(jars)
                .collect(Collectors.joining(separator));
    }
}
