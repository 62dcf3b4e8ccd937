package io.aidc.storage.cli;

import io.aidc.storage.AliasMove;
import io.aidc.storage.Cluster;
import io.aidc.storage.GarbageReport;
import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The commands that change what is there already: aliases, versions, garbage, nodes. */
final class ChangeCommands {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Arguments arguments;
    private final Places places;
    private final Console console;

    ChangeCommands(Arguments arguments, Places places, Console console) {
        this.arguments = arguments;
        this.places = places;
        this.console = console;
    }

    Commands.Step move(List<String> operands) {
        return () -> places.withStore(store -> {
            AliasMove move = store.move(operands.get(0), operands.get(1)).to(operands.get(2));
            if (arguments.has("by")) {
                move.by(arguments.required("by"));
            }
            return told(move.join());
        });
    }

    Commands.Step delete(List<String> operands) {
        String by = arguments.has("by") ? arguments.required("by") : "";
        return () -> places.withStore(
                store -> told(store.delete(operands.get(0), operands.get(1), by).join()));
    }

    Commands.Step collectGarbage() {
        return () -> places.withStore(this::collectGarbage);
    }

    private boolean collectGarbage(ReplicatedStore store) {
        GarbageReport report = store.collectGarbage(PATIENCE);
        Map<String, Object> fields = Console.fields("end", report.end(), "condemned", report.condemned());
        fields.put("deleted", report.deleted());
        fields.put("skippedNodes", report.skippedNodes());
        console.result(fields);
        return report.end() == GarbageReport.End.DONE;
    }

    Commands.Step add(String node) {
        return members(cluster -> cluster.add(node));
    }

    Commands.Step remove(String id) {
        return members(cluster -> cluster.remove(id));
    }

    private Commands.Step members(Consumer<Cluster> change) {
        return () -> places.withStore(store -> {
            change.accept(store.cluster());
            console.result(Console.fields("members", store.cluster().members()));
            return true;
        });
    }

    /** Prints how a write ended; says whether it took effect. */
    boolean told(Write write) {
        Map<String, Object> fields =
                Console.fields("outcome", write.getClass().getSimpleName(), "request", write.requestId());
        if (write instanceof Write.Rejected rejected) {
            fields.put("because", rejected.reason());
        }
        console.result(fields);
        return write instanceof Write.Committed;
    }
}
