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
import org.jspecify.annotations.Nullable;

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

    private interface Step {
        boolean run() throws IOException;
    }

    /** Looks at all operands and options before anything is opened or made. */
    boolean run() throws IOException {
        return step().run();
    }

    private Step step() {
        return switch (arguments.command()) {
            case "ls" -> list(arguments.optionalOperand());
            case "put" -> put(arguments.operands("NAME", "VERSION", "PATH"));
            case "get" -> get(arguments.operands("NAME@VERSION", "TARGET"));
            case "history" -> history(arguments.operands("NAME").get(0));
            default -> {
                Step step = stepWithoutOperands();
                arguments.operands();
                yield step;
            }
        };
    }

    private Step stepWithoutOperands() {
        return switch (arguments.command()) {
            case "status" -> () -> withStore(this::status);
            case "verify" -> hasRepository() ? () -> withBackup(false, this::heal) : () -> withStore(this::scrub);
            case "backup" -> backUp(kind());
            case "restore" -> restore(moment());
            case "drill" -> drill(arguments.number("files", DRILL_FILES), arguments.path("scratch"));
            case "snapshots" -> () -> withRepository(false, this::snapshots);
            case "check" -> check(scope());
            case "forget" -> forget(policy());
            case "prune" -> () -> withRepository(false, this::prune);
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
        places.requireStore();
        return withNewStore(command);
    }

    private boolean withNewStore(OnStore command) throws IOException {
        try (ReplicatedStore store = places.store()) {
            return command.run(store);
        }
    }

    private boolean withRepository(boolean create, OnRepository command) throws IOException {
        try (ObjectStore objects = places.objects(create);
                BackupRepository repository = places.repository(objects, create)) {
            return command.run(repository);
        }
    }

    private boolean withBackup(boolean create, OnBackup command) throws IOException {
        return withRepository(create, repository -> withStore(store -> command.run(StoreBackup.of(store, repository))));
    }

    private boolean status(ReplicatedStore store) {
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

    private Step list(@Nullable String name) {
        return () -> withStore(store -> name == null ? listNames(store) : listVersions(store, name));
    }

    private boolean listNames(ReplicatedStore store) {
        store.names()
                .forEach(each -> console.result(
                        fields("name", each, "versions", store.versions(each).size())));
        return true;
    }

    private boolean listVersions(ReplicatedStore store, String name) {
        List<String> versions = store.versions(name);
        Map<String, String> aliases = store.aliases(name);
        Map<String, List<String>> tags = store.tags(name);
        for (String label : versions) {
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
        return !versions.isEmpty() || nothing(name);
    }

    private boolean nothing(String name) {
        console.failure("there is nothing named '%s'".formatted(name));
        return false;
    }

    private Step put(List<String> operands) {
        return () -> withNewStore(store -> put(store, operands));
    }

    private boolean put(ReplicatedStore store, List<String> operands) {
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

    private Step get(List<String> operands) {
        return () -> withStore(store -> get(store, operands));
    }

    private boolean get(ReplicatedStore store, List<String> operands) {
        Version version = store.resolve(operands.get(0));
        store.readTo(version, Path.of(operands.get(1)), console.progress("get"));
        console.result(fields("version", version.version(), "bytes", version.size(), "digest", version.digest()));
        return true;
    }

    private Step history(String name) {
        return () -> withStore(store -> history(store, name));
    }

    private boolean history(ReplicatedStore store, String name) {
        List<HistoryEntry> entries = store.history(name);
        for (HistoryEntry entry : entries) {
            Map<String, Object> fields = fields("at", entry.at(), "by", entry.by(), "action", entry.action());
            fields.put("version", entry.version());
            if (entry.alias() != null) {
                fields.put("alias", entry.alias());
            }
            console.result(fields);
        }
        return !entries.isEmpty() || nothing(name);
    }

    private boolean scrub(ReplicatedStore store) {
        ScrubReport report = store.scrub(console.progress("verify"));
        Map<String, Object> fields = fields("chunks", report.chunks(), "repaired", report.repaired());
        fields.put("lost", report.lost());
        fields.put("unavailable", report.unavailable());
        console.result(fields);
        return report.lost() == 0 && report.unavailable() == 0;
    }

    private boolean heal(StoreBackup backup) {
        HealReport report = backup.heal(console.progress("verify"));
        Map<String, Object> fields = fields("chunks", report.checked(), "fromPeers", report.fromPeers());
        fields.put("fromBackup", report.fromBackup());
        fields.put("lostVersions", report.lost());
        console.result(fields);
        return report.lost().isEmpty();
    }

    private Step backUp(BackupKind kind) {
        return () -> withBackup(true, backup -> backUp(backup, kind));
    }

    private boolean backUp(StoreBackup backup, BackupKind kind) {
        BackupReport report = backup.run(kind, console.progress("backup"));
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

    private Step restore(Instant moment) {
        return () -> withRepository(
                false, repository -> withNewStore(store -> restore(StoreBackup.of(store, repository), moment)));
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
        Map<String, Object> fields = fields("at", restored.at(), "versions", restored.versions());
        fields.put("bytes", restored.bytes());
        fields.put("missing", restored.missing());
        fields.put("unreadable", restored.unreadable());
        console.result(fields);
        return restored.missing().isEmpty() && restored.unreadable().isEmpty();
    }

    private Step drill(int files, Path scratch) {
        return () -> withBackup(false, backup -> drill(backup.drill(files, scratch)));
    }

    private boolean drill(DrillReport report) {
        Map<String, Object> fields = fields("snapshot", report.snapshot().id(), "passed", report.passed());
        fields.put("files", report.files());
        fields.put("bytes", report.bytes());
        fields.put("findings", report.findings().stream().map(Object::toString).toList());
        console.result(fields);
        return report.passed();
    }

    private boolean snapshots(BackupRepository repository) throws IOException {
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

    private Step check(CheckScope scope) {
        return () -> withRepository(false, repository -> check(repository.check(scope)));
    }

    private boolean check(CheckReport report) {
        show(report.findings());
        Map<String, Object> fields = fields("clean", report.isClean(), "snapshots", report.snapshots());
        fields.put("packs", report.packs());
        fields.put("packsRead", report.packsRead());
        console.result(fields);
        return report.isClean();
    }

    private void show(List<Finding> findings) {
        for (Finding finding : findings) {
            Map<String, Object> fields = fields("severity", finding.severity());
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

    private Step forget(RetentionPolicy policy) {
        return () -> withRepository(false, repository -> forget(repository, policy));
    }

    private boolean forget(BackupRepository repository, RetentionPolicy policy) throws IOException {
        Retention retention = repository.forget(policy);
        console.result(fields(
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

    private boolean prune(BackupRepository repository) throws IOException {
        Pruning pruning = repository.prune();
        Map<String, Object> fields = fields("pruned", pruning instanceof Pruning.Done);
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

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }
}
