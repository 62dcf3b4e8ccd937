package io.aidc.serving.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which engine starts first, who calls home, and what happens without DJL: each in a JVM of its own. */
class EngineStartTest {
    @TempDir
    private Path directory;

    @Test
    void bothRuntimes_ortFirst_serve() throws Exception {
        assertThat(run(Map.of(), jar -> true, "ort", "djl")).isEqualTo("ort=right djl=right calls=0 leftOver=[]");
    }

    @Test
    void bothRuntimes_djlFirst_serve() throws Exception {
        assertThat(run(Map.of(), jar -> true, "djl", "ort")).isEqualTo("djl=right ort=right calls=0 leftOver=[]");
    }

    @Test
    void tracking_evenIfTheEnvironmentAllowsIt_isOff() throws Exception {
        assertThat(run(Map.of("OPT_OUT_TRACKING", "false"), jar -> true, "djl")).contains("djl=right", "calls=0");
    }

    /** The control: the recorder above does see DJL calling when nobody stops it. */
    @Test
    void tracking_djlStartedByOthers_isSeenByTheRecorder() throws Exception {
        assertThat(run(Map.of(), jar -> true, "bareDjl"))
                .contains("bareDjl=OrtEngine")
                .doesNotContain("calls=0");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void onnxTelemetry_isSwitchedOffInTheEnvironmentOfTheLibrary() throws Exception {
        assertThat(run(Map.of(), jar -> true, "ort", "telemetry")).contains("ort=right telemetry=1");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void onnxTelemetry_setByTheUser_isLeftAlone() throws Exception {
        assertThat(run(Map.of(OnnxTelemetry.OPT_OUT, "true"), jar -> true, "ort", "telemetry"))
                .contains("ort=right telemetry=true");
    }

    /** With telemetry on, ONNX Runtime 1.29.0 on Linux overflows its stack on such a command line and ends the JVM. */
    @Test
    void longCommandLine_ortServes() throws Exception {
        String padding = "-Dpadding=" + "x".repeat(20_000);
        assertThat(run(Map.of(), jar -> true, List.of(padding), "ort")).contains("ort=right");
    }

    @Test
    void environmentStartedByOthers_ortServesAndDjlSaysWhyNot() throws Exception {
        assertThat(run(Map.of(), jar -> true, "foreign", "ort", "djl"))
                .contains("foreign=1.29.0", "ort=right", "djl=unavailable(", "DJL_has_to_be_the_first", "calls=0");
    }

    @Test
    void djlAbsent_ortServesAndDjlNamesTheJars() throws Exception {
        assertThat(run(Map.of(), jar -> !jar.contains(File.separator + "djl" + File.separator), "ort", "djl"))
                .contains("ort=right", "djl=unavailable(", "ai.djl.onnxruntime:onnxruntime-engine");
    }

    private String run(Map<String, String> environment, Predicate<String> onClassPath, String... steps)
            throws IOException, InterruptedException {
        return run(environment, onClassPath, List.of(), steps);
    }

    private String run(
            Map<String, String> environment, Predicate<String> onClassPath, List<String> options, String... steps)
            throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path result = directory.resolve("result");
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        if (Runtime.version().feature() >= 21) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-Dresult=" + result);
        command.addAll(options);
        command.add("-cp");
        command.add(Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(onClassPath)
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(EngineStart.class.getName());
        command.addAll(List.of(steps));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("OPT_OUT_TRACKING", "DJL_OFFLINE", "CI", OnnxTelemetry.OPT_OUT));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(result);
        } finally {
            process.destroyForcibly();
        }
    }
}
