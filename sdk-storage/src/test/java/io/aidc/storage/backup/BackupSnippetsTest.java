package io.aidc.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.object.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class BackupSnippetsTest {
    @TempDir
    Path root;

    @Test
    void backup() throws Exception {
        ObjectStore objects = new MemoryObjects();
        char[] password = "correct horse battery staple".toCharArray();
        Path models = Files.createDirectory(root.resolve("models"));
        Files.writeString(models.resolve("fraud.safetensors"), "weights");
        Path target = root.resolve("restored");
        // @start region="backup"
        try (BackupRepository repository = BackupRepository.create(objects, password)) {
            BackupReport report = repository
                    .backup(BackupSource.of("models", models))
                    .tag("nightly")
                    .run();
            repository.restore(report.snapshot(), target);
            repository.forget(
                    RetentionPolicy.builder().daily(7).weekly(4).monthly(12).build());
            if (repository.prune() instanceof Pruning.Refused refused) {
                alert(refused.findings());
            }
            CheckReport check = repository.check(CheckScope.allData());
            if (!check.isClean()) {
                alert(check.findings());
            }
        }
        // @end region="backup"
        assertThat(target.resolve("fraud.safetensors")).hasContent("weights");
    }

    @Test
    void drill() throws Exception {
        Path models = Files.createDirectory(root.resolve("models"));
        Files.writeString(models.resolve("fraud.safetensors"), "weights");
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        BackupSource source = BackupSource.of("models", models);
        try (BackupRepository repository =
                TestRepositories.create(new MemoryObjects(), 1, new TestRepositories.TurnedClock())) {
            repository.backup(source).run();
            // @start region="drill"
            DrillReport report = RestoreDrill.of(repository)
                    .comparedWith(source)
                    .sample(100)
                    .scratch(scratch)
                    .run();
            if (!report.passed()) {
                alert(report.findings());
            }
            // @end region="drill"
            assertThat(report.filesCompared()).isEqualTo(1);
        }
    }

    private static void alert(Object findings) {
        throw new AssertionError(findings);
    }
}
