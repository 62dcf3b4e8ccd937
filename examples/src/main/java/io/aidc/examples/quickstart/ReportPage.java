package io.aidc.examples.quickstart;

import io.aidc.examples.picture.BarChart;
import io.aidc.examples.picture.BarChart.Bar;
import io.aidc.examples.picture.Histogram;
import io.aidc.examples.picture.LineChart;
import io.aidc.examples.picture.LineChart.Curve;
import io.aidc.examples.picture.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page that shows the journey; no script, no font, no picture comes from elsewhere.
 *
 * @param findings the measured values
 * @param privateLosses loss of each private step
 * @param plainLosses loss of each plain step
 * @param spentBySummary ε after each release of the summary
 * @param spentByTraining ε after some of the private steps
 * @param micros latencies, ascending
 * @param lanes lives of the store's nodes
 * @param events what happened to them
 * @param steps the journey's steps and their times
 * @param access who may do what, and what was done
 */
@SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
record ReportPage(
        Findings findings,
        double[] privateLosses,
        double[] plainLosses,
        Map<String, Double> spentBySummary,
        Map<Integer, Double> spentByTraining,
        double[] micros,
        List<Timeline.Lane> lanes,
        List<Timeline.Event> events,
        List<Progress.Step> steps,
        AccessPage access) {
    private static final int CURVE_POINTS = 50;

    String html() {
        return PAGE.replace("{{title}}", escape(findings.get("table").toString()))
                .replace("{{cards}}", cards())
                .replace("{{accuracy}}", accuracy())
                .replace("{{loss}}", loss())
                .replace("{{budget}}", budget())
                .replace("{{latency}}", Histogram.of("Latency of the answers", "µs, logarithmic", micros))
                .replace("{{cluster}}", Timeline.of("What happened in the cluster", lanes, events))
                .replace("{{events}}", eventList())
                .replace("{{roles}}", access.roles())
                .replace("{{refused}}", escape(findings.get("refused").toString()))
                .replace("{{tree}}", access.tree())
                .replace("{{log}}", access.log())
                .replace("{{checkpoint}}", access.checkpoint())
                .replace("{{steps}}", stepTable())
                .replace("{{values}}", valueTable());
    }

    private String cards() {
        return card("%.1f %%", 100 * findings.number("accuracy"), "accuracy with privacy")
                + card("%.1f %%", 100 * findings.number("plainAccuracy"), "accuracy without")
                + card("%.2f", findings.number("epsilon"), "ε spent at δ = " + findings.get("delta"))
                + card("%.0f", findings.number("served"), "requests answered")
                + card("%.0f µs", findings.number("p50Micros"), "median latency")
                + card("%.1f", findings.number("meanBatch"), "requests a batch");
    }

    private String accuracy() {
        double with = findings.number("accuracy");
        double without = findings.number("plainAccuracy");
        double released = findings.number("releasableAccuracy");
        return BarChart.of(
                "Accuracy on people held aside",
                1,
                List.of(
                        new Bar("with privacy", with, percent(with)),
                        new Bar("without", without, percent(without)),
                        new Bar("as released (noisy)", Math.min(1, Math.max(0, released)), percent(released))));
    }

    private String loss() {
        return LineChart.of(
                "Loss during training",
                "per cent of the steps",
                100,
                List.of(new Curve("with privacy", smooth(privateLosses)), new Curve("without", smooth(plainLosses))));
    }

    /** Means of equal stretches, few enough to be told apart. */
    private static double[] smooth(double[] values) {
        int points = Math.min(CURVE_POINTS, values.length);
        return IntStream.range(0, points)
                .mapToDouble(i -> Arrays.stream(values, values.length * i / points, values.length * (i + 1) / points)
                        .average()
                        .orElse(Double.NaN))
                .toArray();
    }

    private String budget() {
        List<Bar> bars = new ArrayList<>();
        spentBySummary.forEach((name, spent) -> bars.add(new Bar(name, spent, number("%.3f", spent))));
        spentByTraining.forEach(
                (step, spent) -> bars.add(new Bar("training step " + step, spent, number("%.3f", spent))));
        return BarChart.of("ε spent so far", findings.number("epsilonLimit"), bars);
    }

    private String eventList() {
        return events.stream()
                .map(event -> number("<li>%.2f s, ", event.at())
                        + escape(lanes.get(event.lane()).name() + ": " + event.text()) + "</li>")
                .collect(Collectors.joining("\n"));
    }

    private String stepTable() {
        return steps.stream()
                .map(step -> "<tr><td>" + escape(step.name()) + "</td><td>" + number("%.2f s", step.seconds())
                        + "</td></tr>")
                .collect(Collectors.joining("\n"));
    }

    private String valueTable() {
        return findings.json()
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.strip().replaceAll(",$", "").split(": ", 2))
                .map(pair -> "<tr><td>" + escape(pair[0].replace("\"", "")) + "</td><td>"
                        + escape(pair[1].replace("\"", "")) + "</td></tr>")
                .collect(Collectors.joining("\n"));
    }

    private static String card(String format, double value, String text) {
        return "<div class='card'><b>" + number(format, value) + "</b><span>" + escape(text) + "</span></div>\n";
    }

    private static String percent(double share) {
        return number("%.1f %%", 100 * share);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>AIDC SDK quickstart</title>
            <style>
            :root { --ink:#1c2530; --soft:#5d6b7a; --paper:#f5f6f8; --card:#fff; --rule:#dde2e8;
              --c0:#2563ab; --c1:#d97b29; --c2:#3d8c5f; --c3:#8659a8; --dead:#9aa5b1; --mark:#b3352f; }
            @media (prefers-color-scheme: dark) { :root { --ink:#e4e9ef; --soft:#9aa8b7; --paper:#14181d; --card:#1d232a;
              --rule:#333c46; --c0:#6ea8e6; --c1:#eba45f; --c2:#74c294; --c3:#b891d6; --dead:#67727e; --mark:#ef7b75; } }
            * { box-sizing:border-box; }
            body { margin:0; background:var(--paper); color:var(--ink);
              font:15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
            main { max-width:1060px; margin:0 auto; padding:32px 20px 60px; }
            h1 { font-size:26px; margin:0; } h2 { font-size:16px; margin:0 0 10px; } p { margin:6px 0; }
            .soft { color:var(--soft); }
            .cards { display:grid; grid-template-columns:repeat(auto-fit,minmax(150px,1fr)); gap:12px; margin:22px 0; }
            .card, section { background:var(--card); border:1px solid var(--rule); border-radius:10px; }
            .card { padding:14px 16px; } .card b { display:block; font-size:24px; }
            .card span { color:var(--soft); font-size:13px; }
            .grid { display:grid; grid-template-columns:repeat(auto-fit,minmax(430px,1fr)); gap:14px; }
            section { padding:18px; margin-bottom:14px; } .grid section { margin:0; }
            svg { width:100%; height:auto; display:block; } svg text { fill:var(--ink); font-size:13px; }
            svg .tick { fill:var(--soft); font-size:12px; } svg .value { font-weight:600; }
            svg .number { font-size:11px; font-weight:600; }
            line.grid { stroke:var(--rule); stroke-width:1; }
            .curve { fill:none; stroke-width:2.2; }
            polyline.c0 { stroke:var(--c0); } polyline.c1 { stroke:var(--c1); }
            rect.c0 { fill:var(--c0); } rect.c1 { fill:var(--c1); } rect.c2 { fill:var(--c2); } rect.c3 { fill:var(--c3); }
            rect.track { fill:var(--rule); opacity:.55; } rect.dead { fill:var(--dead); }
            line.mark { stroke:var(--mark); stroke-width:1.6; }
            circle.event { fill:var(--card); stroke:var(--mark); stroke-width:2.5; }
            table { border-collapse:collapse; width:100%; font-size:14px; }
            td { border-top:1px solid var(--rule); padding:5px 8px 5px 0; vertical-align:top; }
            td:last-child { text-align:right; font-variant-numeric:tabular-nums; overflow-wrap:anywhere; }
            ol { margin:12px 0 0; padding-left:22px; }
            pre { overflow-x:auto; font-size:12px; } summary { cursor:pointer; }
            th { text-align:center; font-weight:600; padding:5px 8px; }
            .roles td, .roles td:last-child { text-align:center; } .roles td:first-child { text-align:left; }
            .yes { color:var(--c2); font-weight:600; } .no { color:var(--dead); }
            .denied td { color:var(--mark); font-weight:600; } .proved td { color:var(--c2); font-weight:600; }
            line.edge { stroke:var(--rule); stroke-width:1.2; } line.way { stroke:var(--c2); stroke-width:2.4; }
            circle.leaf, circle.inner { fill:var(--dead); } circle.proved { fill:var(--c2); }
            circle.given { fill:var(--c1); }
            </style></head><body><main>
            <h1>From a table to a served model</h1>
            <p class="soft">{{title}}</p>
            <div class="cards">{{cards}}</div>
            <div class="grid">
            <section><h2>Accuracy on people held aside</h2>{{accuracy}}
            <p class="soft">Neither model saw these people. The third bar is what the model card says: it pays for its
            look at them from their own budget.</p></section>
            <section><h2>Privacy budget, spent from top to bottom</h2>{{budget}}
            <p class="soft">Column ranges, means and every training step are paid for; of the training rows only the names
            of columns and classes are taken as known. A full bar is the limit.</p></section>
            <section><h2>Loss during training</h2>{{loss}}
            <p class="soft">For the operator's eyes: these curves read the rows and are no part of what is released, nor
            is anything about the model without privacy.</p></section>
            <section><h2>Latency of the answers</h2>{{latency}}
            <p class="soft">From the call to the answer, several threads asking at once.</p></section>
            </div>
            <section style="margin-top:14px"><h2>What happened in the cluster</h2>{{cluster}}<ol>{{events}}</ol></section>
            <section><h2>Who may do what</h2><table class="roles">{{roles}}</table>
            <p class="soft">Refused on the way: {{refused}}</p></section>
            <section><h2>What the audit log holds</h2>{{tree}}
            <p class="soft">The hash tree over all entries, its root on top. From the proved entry (green) and the hashes of
            the proof (orange) the root is computed again, and compared with the signed one: an entry that was changed, left
            out or slipped in would give another root.</p>
            <pre>{{checkpoint}}</pre>
            <details><summary>All entries</summary><table class="log">{{log}}</table></details></section>
            <div class="grid">
            <section><h2>Steps</h2><table>{{steps}}</table></section>
            <section><h2>Measured values</h2><table>{{values}}</table></section>
            </div>
            </main></body></html>
            """;
}
