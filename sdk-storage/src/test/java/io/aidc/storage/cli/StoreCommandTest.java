package io.aidc.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.internal.pack.PackBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
    void moveDeleteCollect_workTogether() {
        onStore("put", "m", "1", model.toString(), "--move", "prod");
        onStore("put", "m", "2", model.resolve("weights.bin").toString(), "--move", "prod");

        assertThat(onStore("move", "m", "prod", "1", "--by", "ann")).isZero();
        assertThat(onlyResult()).containsEntry("outcome", "Committed");
        assertThat(onStore("delete", "m", "1")).isEqualTo(StoreCommand.FAILED);
        assertThat(onlyResult()).containsEntry("because", "m@prod is 1");
        assertThat(onStore("delete", "m", "3")).isEqualTo(StoreCommand.FAILED);
        assertThat(onlyResult()).containsEntry("because", "m@3 is not there");
        assertThat(onStore("delete", "m", "2", "--by", "ann")).isZero();
        assertThat(onStore("gc")).isZero();
        assertThat(onlyResult())
                .containsEntry("end", "DONE")
                .hasEntrySatisfying(
                        "deleted", deleted -> assertThat((Double) deleted).isPositive());
        assertThat(onStore("history", "m")).isZero();
        assertThat(out).contains("\"action\":\"MOVED\"", "\"action\":\"DELETED\"");
    }

    @Test
    void addAndRemove_onASingleNode_areRefused() {
        onStore("put", "m", "1", model.toString());

        assertThat(onStore("add", "b@127.0.0.1:7001")).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("a is a single node");
        assertThat(onStore("remove", "a")).isEqualTo(StoreCommand.FAILED);
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
        assertThat(out).contains("\"kept\":1,\"removed\":1}", "\"pruned\":true,\"packsDeleted\":");
        assertThat(withBackup("prune")).isZero();
        assertThat(onlyResult()).containsEntry("pruned", true).containsEntry("packsDeleted", 0.0);
    }

    @Test
    void verify_damage_failsWithoutABackupAndHealsWithOne() throws IOException {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        assertThat(onStore("verify")).isZero();
        PackBytes.flipOneBitOf(Arrays.copyOfRange(weights, 1_000, 1_100), root.resolve("store"));

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
        damageRepository();

        assertThat(withBackup("check")).isEqualTo(StoreCommand.FAILED);
        assertThat(results())
                .anySatisfy(finding -> assertThat(finding)
                        .containsEntry("severity", "DAMAGE")
                        .containsEntry("finding", "DamagedObject"));
        assertThat(results()).last().satisfies(summary -> assertThat(summary).containsEntry("clean", false));
    }

    @Test
    void verify_damagedHereAndInTheBackup_failsAndNamesTheVersion() throws IOException {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        damageRepository();
        for (int at = 1_000; at < weights.length - 100; at += 50_000) { // in every chunk, whichever the backup lost
            PackBytes.flipOneBitOf(Arrays.copyOfRange(weights, at, at + 100), root.resolve("store"));
        }

        assertThat(withBackup("verify")).isEqualTo(StoreCommand.FAILED);
        assertThat(onlyResult()).containsEntry("lostVersions", List.of("m@1"));
    }

    @Test
    void drill_damagedRepository_fails() throws IOException {
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        damageRepository();

        assertThat(withBackup("drill", "--scratch", scratch.toString())).isEqualTo(StoreCommand.FAILED);
        assertThat(onlyResult()).containsEntry("passed", false);
    }

    @Test
    void restore_damagedRepository_failsAndNamesWhatIsMissing() throws IOException {
        onStore("put", "m", "1", model.toString());
        withBackup("backup");
        damageRepository();
        Path repository = root.resolve("repository");

        assertThat(run(("restore --json --to 2100-01-01T00:00:00Z --node b --directory " + root.resolve("other")
                                + " --repository " + repository)
                        .split(" ")))
                .isEqualTo(StoreCommand.FAILED);
        assertThat(onlyResult()).containsEntry("versions", 0.0).containsEntry("missing", List.of("m@1"));
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
        assertThat(err).contains("the password opens none").doesNotContain("Exception", "\tat ");
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

    @Test
    void storeInUse_byAnotherProcess_isNamed() throws IOException, InterruptedException {
        onStore("put", "m", "1", model.toString());
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        root.resolve("store/lock").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('+');
            assertThat(onStore("ls")).isEqualTo(StoreCommand.FAILED);
            assertThat(err).contains("in use by another process");
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(onStore("ls")).isZero();
    }

    /** Holds a lock, as another process that has the store open does. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] words) throws IOException {
            try (var channel = FileChannel.open(Path.of(words[0]), StandardOpenOption.WRITE)) {
                channel.lock();
                System.out.write('+');
                System.out.flush();
                System.in.read();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "ls", "get m@1 t", "history m", "verify"})
    void placeWithoutAStore_isRefusedAndStaysEmpty(String line) {
        assertThat(onStore(line.split(" "))).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("there is no store in it");
        assertThat(root.resolve("store")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "snapshots",
                "check",
                "drill --scratch .",
                "forget --keep-last 1",
                "prune",
                "restore --to 2100-01-01T00:00:00Z",
                "verify"
            })
    void placeWithoutARepository_isRefusedAndStaysEmpty(String line) {
        assertThat(withBackup(line.split(" "))).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("there is no repository");
        assertThat(root.resolve("repository")).doesNotExist();
        assertThat(root.resolve("store")).doesNotExist();
    }

    @Test
    void putWithoutCreate_placeWithoutAStore_isRefusedAndStaysEmpty() {
        assertThat(run("put", "m", "1", model.toString(), "--node", "a", "--directory", root + "/store"))
                .isEqualTo(StoreCommand.FAILED);
        assertThat(err)
                .isEqualToIgnoringNewLines(
                        "error: " + root + "/store: there is no store in it; put --create makes one");
        assertThat(root.resolve("store")).doesNotExist();

        onStore("put", "m", "1", model.toString());
        assertThat(run("put", "m", "2", model.toString(), "--node", "a", "--directory", root + "/store"))
                .isZero();
    }

    @Test
    void backupWithoutCreate_placeWithoutARepository_isRefusedAndStaysEmpty() throws IOException {
        onStore("put", "m", "1", model.toString());

        assertThat(onStore("backup", "--repository", root + "/typo")).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("/typo: there is no repository; backup --create makes one");
        assertThat(root.resolve("typo")).doesNotExist();
        Files.createDirectory(root.resolve("empty"));
        assertThat(onStore("backup", "--repository", root + "/empty")).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("there is no repository");

        withBackup("backup");
        assertThat(onStore("backup", "--repository", root + "/repository")).isZero();
    }

    @Test
    void fileProblems_areToldInWordsWithThePath() throws IOException {
        onStore("put", "m", "1", model.toString());
        Path none = root.resolve("none");

        assertThat(onStore("snapshots", "--repository", root.toString(), "--password-file", none.toString()))
                .isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains("\"error\":\"" + none + ": there is no such file or directory\"");
        assertThat(onStore("get", "m@1", model.toString())).isEqualTo(StoreCommand.FAILED);
        assertThat(err).contains(model + ": must not exist before").doesNotContain("Exception");
    }

    @Test
    void drillWithoutItsScratchDirectory_isToldSo() {
        assertThat(withBackup("drill", "--scratch", root + "/none")).isEqualTo(StoreCommand.WRONG_USAGE);
        assertThat(err).contains("--scratch must be an existing directory: " + root + "/none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls other", "history other"})
    void nameThatIsNotThere_fails(String line) {
        onStore("put", "m", "1", model.toString());

        assertThat(onStore(line.split(" "))).isEqualTo(StoreCommand.FAILED);
        assertThat(out).isEmpty();
        assertThat(err).contains("there is nothing named 'other'");
    }

    @Test
    void json_anyCharacters_isAsciiAndReadsBack() {
        String who = "\"ann\" \\ \t \u007f \u0131 é \ud83d\ude00";
        onStore("put", "m", "1", model.toString(), "--by", who);

        assertThat(onStore("history", "m")).isZero();
        assertThat(out).matches("[\\x20-\\x7e]+\n");
        assertThat(onlyResult()).containsEntry("by", who);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "forget --repository d",
                "forget --keep-last 0 --repository d",
                "forget --keep-last -1 --repository d",
                "check --part 8/7 --repository d",
                "check --part 1/ --repository d",
                "prune now --repository d",
                "dance",
                "move m prod --directory d --node a",
                "gc now --directory d --node a",
                "ls --directory",
                "ls --wrong x",
                "ls a b --directory d --node a",
                "put a b --directory d --node a",
                "status now --directory d --node a",
                "ls --directory d",
                "ls --json --json",
                "check --part 1 --repository d",
                "backup --kind odd --repository d --directory d --node a",
                "restore --to yesterday --repository d --directory d --node a",
                "drill --files many --scratch . --repository d --directory d --node a",
                "check --s3 https://host --region r",
                "status --socket s --directory d --node a",
                "drill --scratch none --repository d --directory d --node a"
            })
    void wrongUsage_isTwoShowsHowAndMakesNothing(String line) {
        String[] words = line.isEmpty()
                ? new String[0]
                : line.replaceAll("--(directory|repository) d", "--$1 " + root + "/d")
                        .split(" ");

        assertThat(run(words)).isEqualTo(StoreCommand.WRONG_USAGE);
        assertThat(err.lines()).singleElement().asString().contains("error", "; see --help");
        assertThat(out).isEmpty();
        assertThat(root.resolve("d")).doesNotExist();
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
                    "a",
                    "--create"
                },
                new PrintStream(shown, true, StandardCharsets.UTF_8),
                new PrintStream(drawn, true, StandardCharsets.UTF_8),
                ENVIRONMENT,
                true);

        assertThat(code).isZero();
        assertThat(shown.toString(StandardCharsets.UTF_8)).startsWith("outcome=Committed  request=");
        assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("put [##############################] 100 %");
    }

    /** Flips a bit of the largest pack, which holds the weights. */
    private void damageRepository() throws IOException {
        try (var files = Files.walk(root.resolve("repository/data"))) {
            Path pack = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            pack.toFile().setWritable(true);
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 2] ^= 1;
            Files.write(pack, bytes);
        }
    }

    private List<Map<String, Object>> results() {
        return out.lines().map(JsonLine::parse).toList();
    }

    private Map<String, Object> onlyResult() {
        assertThat(results()).hasSize(1);
        return results().get(0);
    }

    private int onStore(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--directory", root.resolve("store").toString(), "--node", "a", "--json"));
        if (words[0].equals("put")) {
            all.add("--create");
        }
        return run(all.toArray(String[]::new));
    }

    private int withBackup(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--repository", root.resolve("repository").toString()));
        if (words[0].equals("backup")) {
            all.add("--create");
        }
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
        if (List.of(words).contains("--json")) {
            assertThat(results()).doesNotContainNull();
        }
        return code;
    }
}
