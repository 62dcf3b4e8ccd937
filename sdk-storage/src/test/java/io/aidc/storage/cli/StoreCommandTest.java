package io.aidc.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.internal.pack.PackBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreCommandTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("AIDC_BACKUP_PASSWORD", "secret");

    @TempDir
    Path root;

    private final byte[] weights = new byte[1 << 20];
    private Path model;
    private String out = "";
    private String err = "";

    @BeforeEach
    void writeModel() throws IOException {
        new Random(3).nextBytes(weights);
        model = Files.createDirectory(root.resolve("model"));
        Files.write(model.resolve("weights.bin"), weights);
        Files.writeString(model.resolve("a \"b\".txt".replace("\"", "'")), "x");
    }

    @Test
    void putListGetHistoryStatus_workTogether() throws IOException {
        assertThat(onStore(
                        "put", "models/fraud", "1", model.toString(), "--move", "prod", "--tag", "eu", "--by", "ann"))
                .isZero();
        assertThat(out).contains("\"outcome\":\"Committed\"");
        assertThat(onStore("ls")).isZero();
        assertThat(out).isEqualTo("{\"name\":\"models/fraud\",\"versions\":1}\n");
        assertThat(onStore("ls", "models/fraud")).isZero();
        assertThat(out)
                .contains("\"version\":\"1\"", "\"bytes\":1048577", "\"aliases\":[\"prod\"]", "\"tags\":[\"eu\"]");
        assertThat(onStore("get", "models/fraud@prod", root.resolve("target").toString()))
                .isZero();
        assertThat(root.resolve("target/weights.bin")).hasBinaryContent(weights);
        assertThat(onStore("history", "models/fraud")).isZero();
        assertThat(out).contains("\"by\":\"ann\"", "\"action\":\"PUBLISHED\"", "\"alias\":\"prod\"");
        assertThat(onStore("status")).isZero();
        assertThat(out).contains("\"role\":\"leader\"", "\"members\":[\"a\"]", "\"unreachable\":[]");
        assertThat(err).isEmpty();
    }

    @Test
    void put_versionThatExists_isRejectedAndFails() {
        onStore("put", "m", "1", model.toString());

        assertThat(onStore("put", "m", "1", model.toString())).isEqualTo(StoreCommand.FAILED);
        assertThat(out).contains("\"outcome\":\"Rejected\"", "\"because\":\"m@1 is sha256-");
    }

    @Test
    void backupCheckDrillRestore_workTogether() throws IOException {
        onStore("put", "m", "1", model.toString(), "--move", "prod");
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        assertThat(withBackup("backup")).isZero();
        assertThat(out).contains("\"bytesStored\":");
        assertThat(withBackup("backup", "--kind", "full")).isZero();
        assertThat(withBackup("snapshots")).isZero();
        assertThat(out.lines()).hasSize(2);
        assertThat(withBackup("check")).isZero();
        assertThat(withBackup("check", "--part", "1/2")).isZero();
        assertThat(withBackup("drill", "--scratch", scratch.toString(), "--files", "10"))
                .isZero();
        assertThat(out).contains("\"passed\":true");
        assertThat(run(
                        "restore",
                        "--to",
                        "2100-01-01T00:00:00Z",
                        "--directory",
                        root.resolve("other").toString(),
                        "--node",
                        "b",
                        "--repository",
                        root.resolve("repository").toString(),
                        "--json"))
                .isZero();
        assertThat(out).contains("\"versions\":1", "\"missing\":[]");
        assertThat(withBackup("forget", "--keep-last", "1")).isZero();
        assertThat(out).contains("\"kept\":1,\"removed\":1,\"pruned\":true");
    }

    @Test
    void verify_damage_failsWithoutABackupAndHealsWithOne() throws IOException {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        assertThat(onStore("verify")).isZero();
        PackBytes.flipOneBitOf(java.util.Arrays.copyOfRange(weights, 1_000, 1_100), root.resolve("store"));

        assertThat(onStore("verify")).isEqualTo(StoreCommand.FAILED);
        assertThat(out).contains("\"lost\":1");
        assertThat(withBackup("verify")).isZero();
        assertThat(out).contains("\"fromBackup\":1");
        assertThat(onStore("verify")).isZero();
    }

    @Test
    void check_damagedRepository_fails() throws IOException {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        try (var files = Files.walk(root.resolve("repository/data"))) {
            Path pack = files.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
            pack.toFile().setWritable(true);
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 2] ^= 1;
            Files.write(pack, bytes);
        }

        assertThat(withBackup("check")).isEqualTo(StoreCommand.FAILED);
        assertThat(out).contains("\"severity\":\"DAMAGE\"", "\"clean\":false");
    }

    @Test
    void wrongPassword_isNamedWithoutAStackTrace() {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        int code = run(
                Map.of("AIDC_BACKUP_PASSWORD", "other"),
                "snapshots",
                "--repository",
                root.resolve("repository").toString());

        assertThat(code).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("WrongPasswordException").doesNotContain("\tat ");
    }

    @Test
    void storeInUse_isNamed() {
        try (ReplicatedStore store = ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve("store"))
                .open()) {
            assertThat(onStore("ls")).isEqualTo(StoreCommand.FAILED);
            assertThat(err).contains("already open");
            assertThat(store.names()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dance",
                "ls --directory",
                "ls --wrong x",
                "ls a b --directory d --node a",
                "put a b --directory d --node a",
                "ls --directory d",
                "ls --json --json",
                "check --part 1 --repository d",
                "backup --kind odd --repository r --directory d --node a",
                "restore --to yesterday --repository r --directory d --node a",
                "drill --files many --scratch s --repository r --directory d --node a",
                "check --s3 https://host --region r"
            })
    void wrongUsage_isTwo_andShowsHow(String line) throws IOException {
        Files.createDirectories(root.resolve("r"));
        String[] words = line.isEmpty()
                ? new String[0]
                : line.replace(" r ", " " + root.resolve("r") + " ")
                        .replace("--directory d", "--directory " + root.resolve("d"))
                        .replace("--repository d", "--repository " + root.resolve("made"))
                        .split(" ");
        if (line.startsWith("check --part") || line.contains("-r ") || line.contains("--repository r")) {
            onStore("put", "m", "1", model.toString());
            run(
                    "backup",
                    "--directory",
                    root.resolve("store").toString(),
                    "--node",
                    "a",
                    "--repository",
                    root.resolve(line.startsWith("check") ? "made" : "r").toString());
        }

        assertThat(run(words)).isEqualTo(StoreCommand.WRONG_USAGE);
        assertThat(err).contains("error: ", "usage: store");
    }

    @Test
    void help_isZero() {
        assertThat(run("--help")).isZero();
        assertThat(out).startsWith("usage: store");
    }

    @Test
    void bar_showsShareRateAndTimeLeft() {
        assertThat(Console.bar("put", 1 << 20, 4 << 20, 2))
                .isEqualTo("put [#######-----------------------]  25 %  512.0 KiB/s  6 s left   ");
        assertThat(Console.bar("put", 0, 0, 0)).contains("100 %");
    }

    @Test
    void text_isReadable_andProgressIsDrawnForPeople() {
        var shown = new ByteArrayOutputStream();
        var drawn = new ByteArrayOutputStream();
        int code = StoreCommand.run(
                new String[] {
                    "put",
                    "m",
                    "1",
                    model.toString(),
                    "--directory",
                    root.resolve("store").toString(),
                    "--node",
                    "a"
                },
                new PrintStream(shown, true, StandardCharsets.UTF_8),
                new PrintStream(drawn, true, StandardCharsets.UTF_8),
                ENVIRONMENT,
                true);

        assertThat(code).isZero();
        assertThat(shown.toString(StandardCharsets.UTF_8)).startsWith("outcome=Committed  request=");
        assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("put [##############################] 100 %");
    }

    private int onStore(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--directory", root.resolve("store").toString(), "--node", "a", "--json"));
        return run(all.toArray(String[]::new));
    }

    private int withBackup(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--repository", root.resolve("repository").toString()));
        return onStore(all.toArray(String[]::new));
    }

    private int run(String... words) {
        return run(ENVIRONMENT, words);
    }

    private int run(Map<String, String> environment, String... words) {
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        int code = StoreCommand.run(
                words,
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                environment,
                false);
        out = outBytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }
}
