package io.aidc.storage.cli;

import io.aidc.storage.HistoryEntry;
import io.aidc.storage.Publication;
import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.ScrubReport;
import io.aidc.storage.Status;
import io.aidc.storage.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the commands do. */
final class Commands {
    private final Arguments arguments;
    private final Places places;
    private final Console console;
    private final ChangeCommands changes;
    private final BackupCommands backups;

    Commands(Arguments arguments, Places places, Console console) {
        this.arguments = arguments;
        this.places = places;
        this.console = console;
        changes = new ChangeCommands(arguments, places, console);
        backups = new BackupCommands(arguments, places, console);
    }

    /** What is left to do once all words are understood; says whether all is well. */
    interface Step {
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
            case "move" -> changes.move(arguments.operands("NAME", "ALIAS", "VERSION"));
            case "delete" -> changes.delete(arguments.operands("NAME", "VERSION"));
            case "add" -> changes.add(arguments.operands("ID@HOST:PORT").get(0));
            case "remove" -> changes.remove(arguments.operands("ID").get(0));
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
            case "status" -> () -> places.withStore(this::status);
            case "verify" ->
                arguments.has("repository") || arguments.has("s3")
                        ? backups.heal()
                        : () -> places.withStore(this::scrub);
            case "gc" -> changes.collectGarbage();
            case "backup" -> backups.backUp();
            case "restore" -> backups.restore();
            case "drill" -> backups.drill();
            case "snapshots" -> backups.snapshots();
            case "check" -> backups.check();
            case "forget" -> backups.forget();
            case "prune" -> backups.prune();
            default ->
                throw new UsageException(
                        arguments.command().isEmpty()
                                ? "a command is required"
                                : "unknown command " + arguments.command());
        };
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
        return () -> places.withStore(store -> name == null ? listNames(store) : listVersions(store, name));
    }

    private boolean listNames(ReplicatedStore store) {
        store.names()
                .forEach(each -> console.result(Console.fields(
                        "name", each, "versions", store.versions(each).size())));
        return true;
    }

    private boolean listVersions(ReplicatedStore store, String name) {
        List<String> versions = store.versions(name);
        Map<String, String> aliases = store.aliases(name);
        Map<String, List<String>> tags = store.tags(name);
        for (String label : versions) {
            Version version = store.resolve(name + "@" + label);
            Map<String, Object> fields = Console.fields("name", name, "version", label);
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
        Places.OnStore put = store -> put(store, operands);
        return arguments.has("create") ? () -> places.withNewStore(put) : () -> places.withStore(put);
    }

    private boolean put(ReplicatedStore store, List<String> operands) {
        Publication publication = store.publish(operands.get(0), places.path(operands.get(2)))
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
        return changes.told(publication.join());
    }

    private Step get(List<String> operands) {
        return () -> places.withStore(store -> get(store, operands));
    }

    private boolean get(ReplicatedStore store, List<String> operands) {
        Version version = store.resolve(operands.get(0));
        store.readTo(version, places.path(operands.get(1)), console.progress("get"));
        console.result(
                Console.fields("version", version.version(), "bytes", version.size(), "digest", version.digest()));
        return true;
    }

    private Step history(String name) {
        return () -> places.withStore(store -> history(store, name));
    }

    private boolean history(ReplicatedStore store, String name) {
        List<HistoryEntry> entries = store.history(name);
        for (HistoryEntry entry : entries) {
            Map<String, Object> fields = Console.fields("at", entry.at(), "by", entry.by(), "action", entry.action());
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
        Map<String, Object> fields = Console.fields("chunks", report.chunks(), "repaired", report.repaired());
        fields.put("lost", report.lost());
        fields.put("unavailable", report.unavailable());
        console.result(fields);
        return report.lost() == 0 && report.unavailable() == 0;
    }
}
