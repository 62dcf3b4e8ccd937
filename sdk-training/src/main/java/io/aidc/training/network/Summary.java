package io.aidc.training.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a network as a table for people. */
final class Summary {
    private static final String LINE = "%-12s  %-60s  %-18s  %,12d%n";

    private Summary() {}

    static String of(Network network) {
        var shapes = new Shapes(network.input());
        shapes.through(network.layers());
        List<Parameter> parameters = network.parameters();
        var table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%-12s  %-60s  %-18s  %12s%n", "layer", "", "output", "parameters"));
        table.append(String.format(Locale.ROOT, LINE, "", "input", network.input(), 0));
        List<Shapes.Step> steps = shapes.steps();
        for (Shapes.Step step : steps) {
            String place =
                    "  ".repeat((int) step.path().chars().filter(c -> c == '.').count()) + step.path();
            table.append(String.format(
                    Locale.ROOT, LINE, place, title(step.layer()), step.output(), count(parameters, step, steps)));
        }
        table.append(String.format(Locale.ROOT, LINE, "", "total", network.output(), network.parameterCount()));
        return table.toString();
    }

    /** Numbers a layer trains itself, those of layers within it left out. */
    private static long count(List<Parameter> parameters, Shapes.Step step, List<Shapes.Step> steps) {
        String prefix = step.path() + ".";
        List<String> within = new ArrayList<>();
        for (Shapes.Step other : steps) {
            if (other.path().startsWith(prefix)) {
                within.add(other.path() + ".");
            }
        }
        return parameters.stream()
                .filter(p -> p.name().startsWith(prefix) && within.stream().noneMatch(p.name()::startsWith))
                .mapToLong(Parameter::size)
                .sum();
    }

    private static String title(Layer layer) {
        String name = layer instanceof Layer.Activation activation
                ? activation.function().name().toLowerCase(Locale.ROOT)
                : layer.getClass().getSimpleName();
        boolean compound =
                layer instanceof Layer.Sequential || layer instanceof Layer.Residual || layer instanceof Layer.Concat;
        String full = compound ? name : layer.toString();
        return full.length() > 60 || layer instanceof Layer.Activation ? name : full;
    }
}
