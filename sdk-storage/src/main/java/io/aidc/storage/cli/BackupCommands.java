package io.aidc.storage.cli;

import io.aidc.storage.HealReport;
import io.aidc.storage.Progress;
import io.aidc.storage.StoreBackup;
import io.aidc.storage.StoreRestoration;
import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupReport;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.CheckReport;
import io.aidc.storage.backup.CheckScope;
import io.aidc.storage.backup.DrillReport;
import io.aidc.storage.backup.Finding;
import io.aidc.storage.backup.Pruning;
import io.aidc.storage.backup.Retention;
import io.aidc.storage.backup.RetentionPolicy;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/** The commands about backups. Each looks at its options first and returns what is left to do. */
final class BackupCommands {
    private static final int DRILL_FILES = 100;

    private final Arguments arguments;
    private final Places places;
    private final Console console;

    BackupCommands(Arguments arguments, Places places, Console console) {
        this.arguments = arguments;
        this.places = places;
        this.console = console;
    }

    private interface OnRepository {
        boolean run(BackupRepository repository) throws IOException;
    }

    private interface OnBackup {
        boolean run(StoreBackup backup) throws IOException;
    }

    private boolean withRepository(boolean create, OnRepository command) throws IOException {
        try (ObjectStore objects = places.objects(create);
                BackupRepository repository = places.repository(objects, create)) {
            return command.run(repository);
        }
    }

    private boolean withBackup(boolean create, OnBackup command) throws IOException {
        return withRepository(
                create, repository -> places.withStore(store -> command.run(StoreBackup.of(store, repository))));
    }

    Commands.Step heal() {
        return () -> withBackup(false, this::heal);
    }

    private boolean heal(StoreBackup backup) {
        HealReport report = backup.heal(console.progress("verify"));
        Map<String, Object> fields = Console.fields("chunks", report.checked(), "fromPeers", report.fromPeers());
        fields.put("fromBackup", report.fromBackup());
        fields.put("lostVersions", report.lost());
        console.result(fields);
        return report.lost().isEmpty();
    }

    Commands.Step backUp() {
        BackupKind kind = kind();
        boolean create = arguments.has("create");
        return () -> withBackup(create, backup -> backUp(backup, kind));
    }

    private boolean backUp(StoreBackup backup, BackupKind kind) {
        BackupReport report = backup.run(kind, console.progress("backup"));
        Map<String, Object> fields =
                Console.fields("snapshot", report.snapshot().id(), "files", report.files());
        fields.put("bytes", report.bytes());
        fields.put("bytesRead", report.bytesRead());
        fields.put("bytesStored", report.bytesStored());
        fields.put("millis", report.duration().toMillis());
        console.result(fields);
        return true;
    }

    private BackupKind kind() {
        String kind = arguments.value("kind");
        try {
            return kind == null ? BackupKind.INCREMENTAL : BackupKind.valueOf(kind.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--kind must be full, incremental or differential, got " + kind);
        }
    }

    Commands.Step restore() {
        Instant moment = moment();
        return () -> withRepository(
                false, repository -> places.withNewStore(store -> restore(StoreBackup.of(store, repository), moment)));
    }

    private Instant moment() {
        try {
            return Instant.parse(arguments.required("to"));
        } catch (DateTimeException e) {
            throw new UsageException("--to must look like 2026-11-21T12:00:00Z, got " + arguments.value("to"));
        }
    }

    private boolean restore(StoreBackup backup, Instant moment) {
        StoreRestoration restored = backup.restore(moment, console.progress("restore"));
        Map<String, Object> fields = Console.fields("at", restored.at(), "versions", restored.versions());
        fields.put("bytes", restored.bytes());
        fields.put("missing", restored.missing());
        fields.put("unreadable", restored.unreadable());
        console.result(fields);
        return restored.missing().isEmpty() && restored.unreadable().isEmpty();
    }

    Commands.Step drill() {
        int files = arguments.number("files", DRILL_FILES);
        Path scratch = places.path(arguments.required("scratch"));
        if (!Files.isDirectory(scratch)) {
            throw new UsageException("--scratch must be an existing directory: " + scratch);
        }
        return () -> withBackup(false, backup -> drill(backup.drill(files, scratch, console.progress("drill"))));
    }

    private boolean drill(DrillReport report) {
        Map<String, Object> fields =
                Console.fields("snapshot", report.snapshot().id(), "passed", report.passed());
        fields.put("files", report.files());
        fields.put("bytes", report.bytes());
        fields.put("findings", report.findings().stream().map(Object::toString).toList());
        console.result(fields);
        return report.passed();
    }

    Commands.Step snapshots() {
        return () -> withRepository(false, this::snapshots);
    }

    private boolean snapshots(BackupRepository repository) throws IOException {
        for (Snapshot snapshot : repository.snapshots()) {
            Map<String, Object> fields = Console.fields(
                    "snapshot", snapshot.id(), "time", snapshot.time().toInstant());
            fields.put("host", snapshot.host());
            fields.put("kind", snapshot.kind().name().toLowerCase(Locale.ROOT));
            fields.put("paths", snapshot.paths());
            console.result(fields);
        }
        return true;
    }

    Commands.Step check() {
        CheckScope scope = scope();
        Progress bar = console.progress("check");
        return () -> withRepository(
                false, repository -> check(repository.check(scope, done -> bar.at(done.bytes(), done.totalBytes()))));
    }

    private boolean check(CheckReport report) {
        show(report.findings());
        Map<String, Object> fields = Console.fields("clean", report.isClean(), "snapshots", report.snapshots());
        fields.put("packs", report.packs());
        fields.put("packsRead", report.packsRead());
        console.result(fields);
        return report.isClean();
    }

    private void show(List<Finding> findings) {
        for (Finding finding : findings) {
            Map<String, Object> fields = Console.fields("severity", finding.severity());
            fields.put("finding", finding.getClass().getSimpleName());
            fields.put("detail", finding);
            console.result(fields);
        }
    }

    private CheckScope scope() {
        String part = arguments.value("part");
        if (part == null) {
            return CheckScope.allData();
        }
        int slash = part.indexOf('/');
        try {
            return new CheckScope.PartOfData(
                    Integer.parseInt(part.substring(0, Math.max(0, slash))),
                    Integer.parseInt(part.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--part must be between 1/1 and 256/256, such as 1/7, got " + part);
        }
    }

    Commands.Step forget() {
        RetentionPolicy policy = policy();
        return () -> withRepository(false, repository -> forget(repository, policy));
    }

    private boolean forget(BackupRepository repository, RetentionPolicy policy) throws IOException {
        Retention retention = repository.forget(policy);
        console.result(Console.fields(
                "kept", retention.kept().size(), "removed", retention.removed().size()));
        return prune(repository);
    }

    private RetentionPolicy policy() {
        RetentionPolicy.Builder policy = RetentionPolicy.builder();
        keep("keep-last", policy::last);
        keep("keep-hourly", policy::hourly);
        keep("keep-daily", policy::daily);
        keep("keep-weekly", policy::weekly);
        keep("keep-monthly", policy::monthly);
        keep("keep-yearly", policy::yearly);
        try {
            return policy.build();
        } catch (IllegalStateException e) {
            throw new UsageException("forget needs at least one --keep-… option");
        }
    }

    private void keep(String option, IntConsumer set) {
        if (arguments.has(option)) {
            set.accept(arguments.number(option, 1));
        }
    }

    Commands.Step prune() {
        return () -> withRepository(false, this::prune);
    }

    private boolean prune(BackupRepository repository) throws IOException {
        Pruning pruning = repository.prune();
        Map<String, Object> fields = Console.fields("pruned", pruning instanceof Pruning.Done);
        if (pruning instanceof Pruning.Done done) {
            fields.put("packsDeleted", done.packsDeleted());
            fields.put("packsWritten", done.packsWritten());
            fields.put("bytesBefore", done.bytesBefore());
            fields.put("bytesAfter", done.bytesAfter());
        } else if (pruning instanceof Pruning.Refused refused) {
            show(refused.findings());
        }
        console.result(fields);
        return pruning instanceof Pruning.Done;
    }
}
