package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** A search as a page of HTML with pictures. */
final class SearchPage {
    private static final int MOST_SLICES = 12;
    private static final int MOST_LINES = 300;
    private static final int BEST_SHOWN = 20;
    private static final String PRUNED = "#d08a3c";

    private final SearchResult result;
    private final List<TrialRecord> ranking;
    private final List<Importance> importances;

    private SearchPage(SearchResult result) {
        this.result = result;
        this.ranking = result.ranking();
        this.importances = result.importances();
    }

    static String of(SearchResult result) {
        return new SearchPage(result).page();
    }

    private String page() {
        var body = new StringBuilder();
        body.append("<h1>Search</h1>\n<p>")
                .append(Svg.escape("%s, %s; sampler %s, pruner %s"
                        .formatted(
                                result.direction() == Direction.MINIMISE ? "smallest value" : "largest value",
                                SearchText.summary(result),
                                result.sampler(),
                                result.pruner())))
                .append("</p>\n");
        if (ranking.isEmpty()) {
            body.append("<p>No trial completed.</p>\n");
        } else {
            figure(body, "Values over time", history());
        }
        if (result.trials().stream().anyMatch(trial -> !trial.reports().isEmpty())) {
            figure(body, "Intermediate values (pruned trials in orange)", intermediate());
        }
        if (!importances.isEmpty()) {
            figure(body, "Importance: part of the variance that each parameter explains alone", bars());
        }
        if (!ranking.isEmpty()) {
            figure(body, "All completed trials (the best are the darkest)", parallelCoordinates());
            slices(body);
            body.append("<h2>Best trials</h2>\n<pre>")
                    .append(Svg.escape(result.table(BEST_SHOWN)))
                    .append("</pre>\n");
        }
        return HEAD + body + "</body>\n</html>\n";
    }

    private static void figure(StringBuilder body, String title, Svg picture) {
        body.append("<h2>").append(Svg.escape(title)).append("</h2>\n").append(picture);
    }

    private double rank(int index) {
        return ranking.size() < 2 ? 0 : (double) index / (ranking.size() - 1);
    }

    private Svg.Scale values() {
        return Svg.Scale.of(ranking.stream()
                .mapToDouble(trial -> trial.value().orElseThrow())
                .toArray());
    }

    private static String tip(TrialRecord trial) {
        OptionalDouble value = trial.value();
        return "trial %d%s %s"
                .formatted(
                        trial.number(),
                        value.isPresent() ? ": " + SearchText.number(value.getAsDouble()) : "",
                        trial.parameters());
    }

    private Svg history() {
        Svg.Scale values = values();
        int last = Math.max(1, result.trials().get(result.trials().size() - 1).number());
        var svg =
                new Svg("Value of each trial and the best so far").scale(values).below("0", "trial", "" + last);
        List<Double> best = new ArrayList<>();
        double loss = Double.POSITIVE_INFINITY;
        for (TrialRecord trial : result.trials()) {
            double own = trial.value().isPresent()
                    ? result.direction().loss(trial.value().getAsDouble())
                    : Double.POSITIVE_INFINITY;
            if (own < loss) {
                double before = loss;
                loss = own;
                double x = Svg.x((double) trial.number() / last);
                if (Double.isFinite(before)) {
                    best.add(x);
                    best.add(Svg.y(values.part(result.direction().loss(before))));
                }
                best.add(x);
                best.add(Svg.y(values.part(result.direction().loss(loss))));
            }
        }
        best.add(Svg.x(1));
        best.add(Svg.y(values.part(result.direction().loss(loss))));
        svg.path(best.stream().mapToDouble(Double::doubleValue).toArray(), "#b03a3a", 1, "best so far");
        for (TrialRecord trial : ranking) {
            double x = Svg.x((double) trial.number() / last);
            svg.dot(x, Svg.y(values.part(trial.value().orElseThrow())), Svg.colour(0), tip(trial));
        }
        return svg;
    }

    private Svg intermediate() {
        List<TrialRecord> reporting = result.trials().stream()
                .filter(trial -> !trial.reports().isEmpty())
                .limit(MOST_LINES)
                .toList();
        Svg.Scale values = Svg.Scale.of(reporting.stream()
                .flatMap(trial -> trial.reports().values().stream())
                .mapToDouble(Double::doubleValue)
                .toArray());
        Svg.Scale steps = Svg.Scale.of(reporting.stream()
                .flatMap(trial -> trial.reports().keySet().stream())
                .mapToDouble(Integer::doubleValue)
                .toArray());
        var svg = new Svg("Intermediate values by step")
                .scale(values)
                .below(SearchText.number(steps.low()), "step", SearchText.number(steps.high()));
        for (TrialRecord trial : reporting) {
            double[] points = new double[2 * trial.reports().size()];
            int i = 0;
            for (var report : trial.reports().entrySet()) {
                points[i++] = Svg.x(steps.part(report.getKey()));
                points[i++] = Svg.y(values.part(report.getValue()));
            }
            String colour = trial.outcome() instanceof Outcome.Pruned ? PRUNED : Svg.colour(0);
            svg.path(points, colour, 0.6, tip(trial));
            svg.dot(points[i - 2], points[i - 1], colour, tip(trial));
        }
        return svg;
    }

    private Svg bars() {
        int shown = Math.min(importances.size(), MOST_SLICES);
        var svg = new Svg("Importance of parameters");
        double height = (double) (Svg.HEIGHT - Svg.TOP - Svg.BOTTOM) / shown;
        double start = Svg.LEFT + 100;
        for (int i = 0; i < shown; i++) {
            Importance importance = importances.get(i);
            double y = Svg.TOP + i * height;
            double width = importance.share() * (Svg.WIDTH - start - 60);
            svg.label(start - 8, y + height / 2 + 4, "end", shortened(importance.parameter(), 26))
                    .bar(start, y + height * 0.15, width, height * 0.7)
                    .label(start + width + 6, y + height / 2 + 4, "start", SearchText.number(importance.share()));
        }
        return svg;
    }

    private Svg parallelCoordinates() {
        List<String> names = SearchText.names(ranking);
        Svg.Scale values = values();
        var svg = new Svg("Parallel coordinates");
        int columns = names.size() + 1;
        for (int c = 0; c < columns; c++) {
            double x = Svg.x((double) c / Math.max(1, columns - 1));
            svg.line(x, Svg.y(0), x, Svg.y(1), "axis");
            String name = c < names.size() ? names.get(c) : "value";
            svg.label(x, Svg.y(0) + (c % 2 == 0 ? 18 : 34), "middle", shortened(name, Math.max(6, 150 / columns)));
        }
        for (int i = Math.min(ranking.size(), MOST_LINES) - 1; i >= 0; i--) {
            TrialRecord trial = ranking.get(i);
            double[] points = new double[2 * columns];
            for (int c = 0; c < columns; c++) {
                points[2 * c] = Svg.x((double) c / Math.max(1, columns - 1));
                Setting setting = c < names.size() ? trial.parameters().get(names.get(c)) : null;
                double part = setting != null ? Axis.of(setting.domain()).unit(setting.number()) : Double.NaN;
                points[2 * c + 1] = Svg.y(
                        c < names.size() ? part : values.part(trial.value().orElseThrow()));
            }
            svg.path(points, Svg.colour(rank(i)), 0.7, tip(trial));
        }
        return svg;
    }

    private void slices(StringBuilder body) {
        Svg.Scale values = values();
        for (Importance importance : importances.stream().limit(MOST_SLICES).toList()) {
            String name = importance.parameter();
            Domain domain = null;
            var svg = new Svg("Value over " + name).scale(values);
            for (int i = 0; i < ranking.size(); i++) {
                TrialRecord trial = ranking.get(i);
                Setting setting = trial.parameters().get(name);
                if (setting != null) {
                    domain = setting.domain();
                    double x = Svg.x(Axis.of(domain).unit(setting.number()));
                    double y = Svg.y(values.part(trial.value().orElseThrow()));
                    svg.dot(x, y, Svg.colour(rank(i)), tip(trial));
                }
            }
            if (domain instanceof Domain.Choice choice) {
                int count = choice.options().size();
                for (int option = 0; option < count; option++) {
                    String words = shortened(choice.options().get(option), Math.max(3, 100 / count));
                    svg.label(Svg.x((option + 0.5) / count), Svg.y(0) + 18, "middle", words);
                }
                svg.below("", name, "");
            } else if (domain != null) {
                Axis axis = Axis.of(domain);
                boolean log = domain.toString().startsWith("log");
                svg.below(
                        SearchText.number(axis.value(axis.lower())),
                        name + (log ? " (log scale)" : ""),
                        SearchText.number(axis.value(axis.upper())));
            }
            figure(body, "Value over " + name, svg);
        }
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>Search</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 15px/1.5 sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em }
            h2 { font-size: 1.05em; margin: 1.6em 0 .3em }
            svg { width: 100%; height: auto }
            svg text { font-size: 12px; fill: currentColor }
            .grid { stroke: currentColor; stroke-opacity: .15 }
            .axis { stroke: currentColor; stroke-opacity: .5 }
            .bar { fill: rgb(30,90,190) }
            pre { overflow-x: auto; font-size: 13px }
            </style>
            </head>
            <body>
            """;
}
