package io.aidc.storage.cli;

import io.aidc.storage.HealReport;
import io.aidc.storage.HistoryEntry;
import io.aidc.storage.Publication;
import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.ScrubReport;
import io.aidc.storage.Status;
import io.aidc.storage.StoreBackup;
import io.aidc.storage.StoreRestoration;
import io.aidc.storage.Version;
import io.aidc.storage.Write;
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
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/** What the commands do; each says whether all is well. */
final class Commands {
    private static final int DRILL_FILES = 100;

    private final Arguments arguments;
    private final Places places;
    private final Console console;

    Commands(Arguments arguments, Places places, Console console) {
        this.arguments = arguments;
        this.places = places;
        this.console = console;
    }

    private interface OnStore {
        boolean run(ReplicatedStore store) throws IOException;
    }

    private interface OnRepository {
        boolean run(BackupRepository repository) throws IOException;
    }

    private interface OnBackup {
        boolean run(StoreBackup backup) throws IOException;
    }

    boolean run() throws IOException {
        return switch (arguments.command()) {
            case "status" -> withStore(this::status);
            case "ls" -> withStore(this::list);
            case "put" -> withStore(this::put);
            case "get" -> withStore(this::get);
            case "history" -> withStore(this::history);
            case "verify" -> hasRepository() ? withBackup(false, this::heal) : withStore(this::scrub);
            case "backup" -> withBackup(true, this::backUp);
            case "restore" -> withBackup(false, this::restore);
            case "drill" -> withBackup(false, this::drill);
            case "snapshots" -> withRepository(false, this::snapshots);
            case "check" -> withRepository(false, this::check);
            case "forget" -> withRepository(false, this::forget);
            default ->
                throw new UsageException(
                        arguments.command().isEmpty()
                                ? "a command is required"
                                : "unknown command " + arguments.command());
        };
    }

    private boolean hasRepository() {
        return arguments.has("repository") || arguments.has("s3");
    }

    private boolean withStore(OnStore command) throws IOException {
        try (ReplicatedStore store = places.store()) {
            return command.run(store);
        }
    }

    private boolean withRepository(boolean create, OnRepository command) throws IOException {
        try (ObjectStore objects = places.objects();
                BackupRepository repository = places.repository(objects, create)) {
            return command.run(repository);
        }
    }

    private boolean withBackup(boolean create, OnBackup command) throws IOException {
        return withRepository(create, repository -> withStore(store -> command.run(StoreBackup.of(store, repository))));
    }

    private boolean status(ReplicatedStore store) {
        arguments.operands();
        Status status = store.status();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", status.node());
        fields.put("role", status.role().name().toLowerCase(Locale.ROOT));
        fields.put("leader", String.valueOf(status.leader()));
        fields.put("term", status.term());
        fields.put("commitIndex", status.commitIndex());
        fields.put("members", store.cluster().members());
        fields.put(
                "unreachable",
                status.peers().stream()
                        .filter(peer -> !peer.reachable())
                        .map(Status.Peer::node)
                        .toList());
        console.result(fields);
        return true;
    }

    private boolean list(ReplicatedStore store) {
        String name = arguments.optionalOperand();
        if (name == null) {
            store.names()
                    .forEach(each -> console.result(fields(
                            "name", each, "versions", store.versions(each).size())));
            return true;
        }
        Map<String, String> aliases = store.aliases(name);
        Map<String, List<String>> tags = store.tags(name);
        for (String label : store.versions(name)) {
            Version version = store.resolve(name + "@" + label);
            Map<String, Object> fields = fields("name", name, "version", label);
            fields.put("bytes", version.size());
            fields.put("files", version.files().size());
            fields.put("digest", version.digest());
            fields.put(
                    "aliases",
                    aliases.keySet().stream()
                            .filter(alias -> label.equals(aliases.get(alias)))
                            .toList());
            fields.put("tags", tags.getOrDefault(label, List.of()));
            console.result(fields);
        }
        return true;
    }

    private boolean put(ReplicatedStore store) {
        List<String> operands = arguments.operands("NAME", "VERSION", "PATH");
        Publication publication = store.publish(operands.get(0), Path.of(operands.get(2)))
                .as(operands.get(1))
                .progress(console.progress("put"));
        if (arguments.has("move")) {
            publication.moving(arguments.required("move"));
        }
        if (arguments.has("tag")) {
            publication.tag(arguments.required("tag"));
        }
        if (arguments.has("by")) {
            publication.by(arguments.required("by"));
        }
        Write write = publication.join();
        Map<String, Object> fields = fields("outcome", write.getClass().getSimpleName(), "request", write.requestId());
        if (write instanceof Write.Rejected rejected) {
            fields.put("because", rejected.target() + " is " + rejected.found());
        }
        console.result(fields);
        return write instanceof Write.Committed;
    }

    private boolean get(ReplicatedStore store) {
        List<String> operands = arguments.operands("NAME@VERSION", "TARGET");
        Version version = store.resolve(operands.get(0));
        store.readTo(version, Path.of(operands.get(1)), console.progress("get"));
        console.result(fields("version", version.version(), "bytes", version.size(), "digest", version.digest()));
        return true;
    }

    private boolean history(ReplicatedStore store) {
        for (HistoryEntry entry : store.history(arguments.operands("NAME").get(0))) {
            Map<String, Object> fields = fields("at", entry.at(), "by", entry.by(), "action", entry.action());
            fields.put("version", entry.version());
            if (entry.alias() != null) {
                fields.put("alias", entry.alias());
            }
            console.result(fields);
        }
        return true;
    }

    private boolean scrub(ReplicatedStore store) {
        arguments.operands();
        ScrubReport report = store.scrub(console.progress("verify"));
        Map<String, Object> fields = fields("chunks", report.chunks(), "repaired", report.repaired());
        fields.put("lost", report.lost());
        fields.put("unavailable", report.unavailable());
        console.result(fields);
        return report.lost() == 0 && report.unavailable() == 0;
    }

    private boolean heal(StoreBackup backup) {
        arguments.operands();
        HealReport report = backup.heal(console.progress("verify"));
        Map<String, Object> fields = fields("chunks", report.checked(), "fromPeers", report.fromPeers());
        fields.put("fromBackup", report.fromBackup());
        fields.put("lost", report.lost());
        console.result(fields);
        return report.lost().isEmpty();
    }

    private boolean backUp(StoreBackup backup) {
        arguments.operands();
        BackupReport report = backup.run(kind(), console.progress("backup"));
        Map<String, Object> fields = fields("snapshot", report.snapshot().id(), "files", report.files());
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

    private boolean restore(StoreBackup backup) {
        arguments.operands();
        Instant moment;
        try {
            moment = Instant.parse(arguments.required("to"));
        } catch (DateTimeException e) {
            throw new UsageException("--to must look like 2026-11-21T12:00:00Z, got " + arguments.value("to"));
        }
        StoreRestoration restored = backup.restore(moment, console.progress("restore"));
        Map<String, Object> fields = fields("at", restored.at(), "versions", restored.versions());
        fields.put("bytes", restored.bytes());
        fields.put("missing", restored.missing());
        console.result(fields);
        return restored.missing().isEmpty();
    }

    private boolean drill(StoreBackup backup) {
        arguments.operands();
        DrillReport report = backup.drill(arguments.number("files", DRILL_FILES), arguments.path("scratch"));
        Map<String, Object> fields = fields("snapshot", report.snapshot().id(), "passed", report.passed());
        fields.put("files", report.files());
        fields.put("bytes", report.bytes());
        fields.put("findings", report.findings().stream().map(Object::toString).toList());
        console.result(fields);
        return report.passed();
    }

    private boolean snapshots(BackupRepository repository) throws IOException {
        arguments.operands();
        for (Snapshot snapshot : repository.snapshots()) {
            Map<String, Object> fields =
                    fields("snapshot", snapshot.id(), "time", snapshot.time().toInstant());
            fields.put("host", snapshot.host());
            fields.put("kind", snapshot.kind().name().toLowerCase(Locale.ROOT));
            fields.put("paths", snapshot.paths());
            console.result(fields);
        }
        return true;
    }

    private boolean check(BackupRepository repository) throws IOException {
        arguments.operands();
        CheckReport report = repository.check(scope());
        for (Finding finding : report.findings()) {
            console.result(fields("severity", finding.severity(), "finding", finding));
        }
        Map<String, Object> fields = fields("clean", report.isClean(), "snapshots", report.snapshots());
        fields.put("packs", report.packs());
        fields.put("packsRead", report.packsRead());
        console.result(fields);
        return report.isClean();
    }

    private CheckScope scope() {
        String part = arguments.value("part");
        if (part == null) {
            return CheckScope.allData();
        }
        if (!part.matches("\\d{1,3}/\\d{1,3}")) {
            throw new UsageException("--part must look like 1/7, got " + part);
        }
        int slash = part.indexOf('/');
        return new CheckScope.PartOfData(
                Integer.parseInt(part.substring(0, slash)), Integer.parseInt(part.substring(slash + 1)));
    }

    private boolean forget(BackupRepository repository) throws IOException {
        arguments.operands();
        RetentionPolicy.Builder policy = RetentionPolicy.builder();
        keep("keep-last", policy::last);
        keep("keep-hourly", policy::hourly);
        keep("keep-daily", policy::daily);
        keep("keep-weekly", policy::weekly);
        keep("keep-monthly", policy::monthly);
        keep("keep-yearly", policy::yearly);
        Retention retention = repository.forget(policy.build());
        Pruning pruning = repository.prune();
        Map<String, Object> fields = fields(
                "kept", retention.kept().size(), "removed", retention.removed().size());
        fields.put("pruned", pruning instanceof Pruning.Done);
        console.result(fields);
        return pruning instanceof Pruning.Done;
    }

    private void keep(String option, IntConsumer set) {
        if (arguments.has(option)) {
            set.accept(arguments.number(option, 0));
        }
    }

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }
}
