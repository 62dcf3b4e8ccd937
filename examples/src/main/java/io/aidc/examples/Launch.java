package io.aidc.examples;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program of this module in a JVM of its own, from inside Maven, and ends Maven with that program's exit code:
 * the program's last line stays the last line of the output, also when it fails. Maven is halted rather than exited,
 * because its shutdown hook would print one more thing.
 */
public final class Launch {
    private Launch() {}

    /**
     * Starts the program and waits for it.
     *
     * @param args the main class, then its arguments
     * @throws IOException if no JVM can be started
     * @throws InterruptedException if the wait is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> command = javaCommand(classPath(Launch.class.getClassLoader()));
        command.addAll(Arrays.asList(args));
        Process program = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(program::destroy, "aidc-examples-launch"));
        int code = program.waitFor();
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }

    /**
     * Builds the start of a command line for a child JVM of the same kind as this one.
     *
     * @param classPath its class path
     * @return a list to which the main class and its arguments are added
     */
    public static List<String> javaCommand(String classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 21) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(classPath);
        return command;
    }

    private static String classPath(ClassLoader loader) {
        if (!(loader instanceof URLClassLoader maven)) {
            return System.getProperty("java.class.path");
        }
        List<String> entries = new ArrayList<>();
        for (URL url : maven.getURLs()) {
            try {
                entries.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("Not a class path entry: " + url, e);
            }
        }
        return String.join(File.pathSeparator, entries);
    }
}
