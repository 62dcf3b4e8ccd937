package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Divides a network into runs of layers that are worked back through one after the other, so that the sum over workers of the
 * last run's gradient can travel while the run before is computed.
 */
final class Segments {
    /** Numbers of the part that is sent first, 1 MB, so that traffic begins early; as in PyTorch's DDP. */
    private static final int FIRST = 1 << 18;

    /** Numbers of each other part, 25 MB. */
    private static final int OTHERS = 25 << 18;

    /**
     * A run of layers.
     *
     * @param parameters how many trained arrays it has, from {@code firstParameter}
     * @param length numbers of its gradient, from {@code from}
     * @param statistics how many running statistics it has, from {@code firstStatistic}
     */
    record Segment(
            List<Layer> layers,
            int firstParameter,
            int parameters,
            int from,
            int length,
            int firstStatistic,
            int statistics) {}

    private Segments() {}

    static List<Segment> whole(Network network) {
        return divide(network.layers(), Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Parts as large as are sent to other workers at a time. */
    static List<Segment> forTraffic(Network network) {
        return divide(flat(network.layers()), FIRST, OTHERS);
    }

    /** A part for each layer with parameters. */
    static List<Segment> smallest(Network network) {
        return divide(flat(network.layers()), 1, 1);
    }

    private static List<Layer> flat(List<Layer> layers) {
        List<Layer> all = new ArrayList<>();
        for (Layer layer : layers) {
            if (layer instanceof Layer.Sequential sequential) {
                all.addAll(flat(sequential.layers()));
            } else {
                all.add(layer);
            }
        }
        return all;
    }

    private static List<Segment> divide(List<Layer> layers, int firstSize, int otherSize) {
        List<List<Layer>> runs = new ArrayList<>();
        List<Layer> run = new ArrayList<>();
        long held = 0;
        for (int i = layers.size() - 1; i >= 0; i--) {
            run.add(layers.get(i));
            held += size(Network.arraysOf(layers.get(i)));
            if (held >= (runs.isEmpty() ? firstSize : otherSize)) {
                runs.add(run);
                run = new ArrayList<>();
                held = 0;
            }
        }
        if (!run.isEmpty()) {
            // Layers before the first array join it.
            if (held == 0 && !runs.isEmpty()) {
                runs.get(runs.size() - 1).addAll(run);
            } else {
                runs.add(run);
            }
        }
        runs.forEach(Collections::reverse);
        Collections.reverse(runs);
        return placed(runs);
    }

    private static List<Segment> placed(List<List<Layer>> runs) {
        List<Segment> segments = new ArrayList<>();
        int parameter = 0;
        int from = 0;
        int statistic = 0;
        for (List<Layer> run : runs) {
            List<Parameter> trained = new ArrayList<>();
            int statistics = 0;
            for (Layer layer : run) {
                trained.addAll(Network.arraysOf(layer));
                statistics += Network.statisticsOf(layer).size();
            }
            int length = (int) size(trained);
            segments.add(new Segment(List.copyOf(run), parameter, trained.size(), from, length, statistic, statistics));
            parameter += trained.size();
            from += length;
            statistic += statistics;
        }
        return List.copyOf(segments);
    }

    private static long size(List<Parameter> arrays) {
        return arrays.stream().mapToLong(Parameter::size).sum();
    }
}
