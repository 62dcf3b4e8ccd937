package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3Proxy as a process of its own, with one bucket in its memory; it checks every signature. */
final class S3Server implements AutoCloseable {
    static final S3Credentials CREDENTIALS = new S3Credentials("local-identity", "local-credential");
    static final String REGION = "us-east-1";
    static final String BUCKET = "models";

    private static final Pattern PORT = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final Process process;
    private final URI endpoint;

    private S3Server(Process process, int port) {
        this.process = process;
        endpoint = URI.create("http://127.0.0.1:" + port);
    }

    static S3Server start(Path directory) throws IOException {
        Path program = Path.of("target/s3-server/s3proxy-jar-with-dependencies.jar");
        assumeTrue(Files.isRegularFile(program), "S3 SERVER TESTS NOT RUN: no program " + program.toAbsolutePath());
        Path settings = Files.writeString(
                directory.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:0
                s3proxy.authorization=aws-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=transient-nio2
                """.formatted(CREDENTIALS.accessKey(), CREDENTIALS.secretKey()));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        program.toString(),
                        "--properties",
                        settings.toString()))
                .redirectErrorStream(true)
                .start();
        boolean started = false;
        try {
            var server = new S3Server(process, port(process));
            server.createBucket();
            started = true;
            return server;
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
    }

    private static int port(Process process) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        var all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            all.append(line).append('\n');
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                drain(lines);
                return Integer.parseInt(port.group(1));
            }
        }
        throw new IOException("S3Proxy did not start:\n" + all);
    }

    /** A process whose output nobody reads stops when the pipe is full. */
    private static void drain(BufferedReader lines) {
        var thread = new Thread(() -> lines.lines().forEach(line -> {}), "s3-server-output");
        thread.setDaemon(true);
        thread.start();
    }

    private void createBucket() throws IOException {
        S3Address address = S3Address.pathStyle(endpoint, BUCKET, "");
        try (var client = new S3Client(
                address,
                REGION,
                () -> CREDENTIALS,
                Clock.systemUTC(),
                Duration.ofSeconds(30),
                new CompletableFuture<>())) {
            client.send(S3Request.of("PUT", address.path()));
        }
    }

    S3Builder builder() {
        return S3Objects.builder()
                .endpoint(endpoint)
                .region(REGION)
                .bucket(BUCKET)
                .credentials(() -> CREDENTIALS);
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
