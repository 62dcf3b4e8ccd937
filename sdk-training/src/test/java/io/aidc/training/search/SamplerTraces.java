package io.aidc.training.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes how samplers fare, for {@code src/test/python/tpe_against_optuna.py} to compare: arguments are the file, the
 * number of seeds and the number of trials. Lines are {@code function,sampler,seed,best}.
 */
final class SamplerTraces {
    private SamplerTraces() {}

    public static void main(String[] arguments) throws IOException {
        int seeds = Integer.parseInt(arguments[1]);
        int trials = Integer.parseInt(arguments[2]);
        List<String> lines = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            Map<String, Sampler> samplers = Map.of(
                    "joint", Tpe.seeded(seed),
                    "independent", Tpe.seeded(seed).independent(),
                    "random", RandomSampler.seeded(seed));
            for (var function : Functions.all(seed).entrySet()) {
                for (var sampler : samplers.entrySet()) {
                    SearchResult result = Search.minimise(function.getValue())
                            .sampler(sampler.getValue())
                            .trials(trials)
                            .run();
                    double best = result.best().orElseThrow().value().orElseThrow();
                    lines.add("%s,%s,%d,%s".formatted(function.getKey(), sampler.getKey(), seed, best));
                }
            }
        }
        Files.write(Path.of(arguments[0]), lines);
    }
}
