package io.aidc.examples.quickstart;

import io.aidc.examples.picture.ProofTree;
import io.aidc.security.audit.AuditEntry;
import io.aidc.security.audit.AuditEvent;
import io.aidc.security.policy.EntityUid;
import io.aidc.security.policy.PermissionReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The parts of the page about who may do what, and what was done.
 *
 * @param permissions who may do what
 * @param entries the audit log
 * @param proved the entry that was proved
 */
record AccessPage(PermissionReport permissions, List<AuditEntry> entries, AccessControl.Proved proved) {
    /** A row for each action on a resource that anybody may do, and a column for each person. */
    String roles() {
        List<EntityUid> people = permissions.rows().stream()
                .map(PermissionReport.Row::principal)
                .distinct()
                .toList();
        String head = people.stream()
                .map(person -> "<th>" + ReportPage.escape(person.id()) + "</th>")
                .collect(Collectors.joining("", "<tr><th></th>", "</tr>\n"));
        return head
                + permissions.allowed().rows().stream()
                        .map(row -> new Cell(row.action(), row.resource()))
                        .distinct()
                        .map(cell -> row(cell, people))
                        .collect(Collectors.joining("\n"));
    }

    private record Cell(EntityUid action, EntityUid resource) {}

    private String row(Cell cell, List<EntityUid> people) {
        return people.stream()
                .map(person -> permissions.rows().stream()
                        .anyMatch(row -> row.allowed()
                                && row.principal().equals(person)
                                && row.action().equals(cell.action())
                                && row.resource().equals(cell.resource())))
                .map(allowed -> allowed ? "<td class='yes'>may</td>" : "<td class='no'>·</td>")
                .collect(Collectors.joining(
                        "",
                        "<tr><td>%s <span class='soft'>%s</span></td>"
                                .formatted(
                                        ReportPage.escape(cell.action().id()),
                                        ReportPage.escape(cell.resource().id())),
                        "</tr>"));
    }

    /** The whole log; refusals stand out, and so does the proved entry. */
    String log() {
        return entries.stream().map(this::entry).collect(Collectors.joining("\n"));
    }

    private String entry(AuditEntry entry) {
        AuditEvent event = entry.event();
        String style = entry.index() == proved.entry().index()
                ? "proved"
                : event.outcome() == AuditEvent.Outcome.DENIED ? "denied" : "";
        return "<tr class='%s'><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                .formatted(
                        style,
                        entry.index(),
                        ReportPage.escape(event.principal()),
                        ReportPage.escape(event.action()),
                        ReportPage.escape(event.resource()),
                        event.outcome());
    }

    /** The tree over the log, with the way from the proved entry to the signed root. */
    String tree() {
        return ProofTree.of(
                "Proof of entry %d of %d"
                        .formatted(
                                proved.proof().index(),
                                proved.proof().checkpoint().size()),
                (int) proved.proof().checkpoint().size(),
                (int) proved.proof().index());
    }

    /** What was signed, as it stands on the disk. */
    String checkpoint() {
        return ReportPage.escape(new String(proved.checkpoint().note(), StandardCharsets.UTF_8));
    }
}
