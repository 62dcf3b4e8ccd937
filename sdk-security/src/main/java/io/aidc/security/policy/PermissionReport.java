package io.aidc.security.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, at the moment it was made.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="report"}
 *
 * <p><em>Immutable.</em>
 *
 * @param rows one for each combination of principal, action and resource
 */
public record PermissionReport(List<Row> rows) {
    /**
     * The answer for one combination.
     *
     * @param principal who
     * @param action what
     * @param resource on what
     * @param allowed whether it is allowed without context
     * @param conditional whether it could be otherwise in another context: a policy whose head fits the three reads the context,
     *     or had no answer
     * @param policies the ids of those that decided, as in {@link Decision#policies}
     */
    public record Row(
            EntityUid principal,
            EntityUid action,
            EntityUid resource,
            boolean allowed,
            boolean conditional,
            List<String> policies) {
        /** Copies the ids. */
        public Row {
            policies = List.copyOf(policies);
        }
    }

    /** Copies the rows. */
    public PermissionReport {
        rows = List.copyOf(rows);
    }

    static Row row(Snapshot snapshot, EntityUid principal, EntityUid action, Entity resource, Instant now) {
        Request request = Request.of(principal, action, resource.uid()).entity(resource);
        Evaluation evaluation = new Evaluation(request, snapshot, now);
        PolicyIndex index = snapshot.policies();
        int[] candidates = index.candidates(evaluation);
        Decision decision = Decider.decide(index, candidates, evaluation);
        boolean conditional = !decision.errors().isEmpty();
        for (int candidate : candidates) {
            Rule rule = index.rule(candidate);
            conditional |= rule.readsContext() && rule.fits(request);
        }
        return new Row(principal, action, resource.uid(), decision.allowed(), conditional, decision.policies());
    }

    /**
     * Picks what is allowed, whatever the context might change.
     *
     * @return a shorter report
     */
    public PermissionReport allowed() {
        return new PermissionReport(rows.stream().filter(Row::allowed).toList());
    }

    /**
     * Writes a table for programs.
     *
     * @return CSV as in RFC 4180, with a head and all cells in quotes; a cell that a spreadsheet could take for a formula
     *     begins with an apostrophe
     */
    public String toCsv() {
        StringBuilder out =
                new StringBuilder("\"principal\",\"action\",\"resource\",\"allowed\",\"conditional\",\"policies\"\r\n");
        for (Row row : rows) {
            cell(row.principal().toString(), out).append(',');
            cell(row.action().toString(), out).append(',');
            cell(row.resource().toString(), out).append(',');
            cell(Boolean.toString(row.allowed()), out).append(',');
            cell(Boolean.toString(row.conditional()), out).append(',');
            cell(String.join(" ", row.policies()), out).append("\r\n");
        }
        return out.toString();
    }

    private static StringBuilder cell(String text, StringBuilder out) {
        boolean isFormula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return out.append('"')
                .append(isFormula ? "'" : "")
                .append(text.replace("\"", "\"\""))
                .append('"');
    }

    /**
     * Writes a table for people: a line for each principal, a column for each action and resource.
     *
     * @return a page of HTML that needs no other file and runs no script
     */
    public String toHtml() {
        Set<List<EntityUid>> columns = new LinkedHashSet<>();
        Map<EntityUid, Map<List<EntityUid>, Row>> lines = new LinkedHashMap<>();
        for (Row row : rows) {
            List<EntityUid> column = List.of(row.action(), row.resource());
            columns.add(column);
            lines.computeIfAbsent(row.principal(), key -> new LinkedHashMap<>()).put(column, row);
        }
        StringBuilder out =
                new StringBuilder(HtmlTable.head("Permissions", "yes, no; ? if the context could change it"));
        List<String> heads = new ArrayList<>(List.of(""));
        columns.forEach(column -> heads.add("%s on %s".formatted(column.get(0), column.get(1))));
        HtmlTable.heads(heads, out);
        lines.forEach((principal, cells) -> HtmlTable.line(
                principal.toString(), () -> columns.forEach(column -> cell(cells.get(column), out)), out));
        return out.append(HtmlTable.FOOT).toString();
    }

    private static void cell(@Nullable Row row, StringBuilder out) {
        if (row == null) {
            HtmlTable.cell("", "", "", out);
            return;
        }
        String answer = row.allowed() ? "yes" : "no";
        String hint = row.policies().isEmpty() ? "none permits" : String.join(" ", row.policies());
        HtmlTable.cell(answer, answer + (row.conditional() ? "?" : ""), hint, out);
    }
}
