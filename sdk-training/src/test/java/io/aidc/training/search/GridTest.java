package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GridTest {
    private static final Grid GRID = Grid.over("rate", 0.1, 0.01).and("kind", "a", "b", "c");

    private static Search search() {
        return Search.minimise(trial -> trial.logUniform("rate", 1e-3, 1)
                        + trial.choice("kind", "a", "b", "c").charAt(0))
                .sampler(GRID);
    }

    private static List<String> tried(Search search) {
        return search.run().trials().stream()
                .map(trial -> trial.parameters().toString())
                .toList();
    }

    @Test
    void tryFirst_comesBeforeTheWholeGrid() {
        List<String> grid = tried(search());
        List<String> tried = tried(search().tryFirst(Map.of("rate", 0.5, "kind", "b")));
        assertThat(tried.get(0)).isEqualTo("{rate=0.5, kind=b}");
        assertThat(tried.subList(1, tried.size())).isEqualTo(grid);
        assertThat(tried(search().tryFirst(Map.of("rate", 0.5)).trials(3)).subList(1, 3))
                .isEqualTo(grid.subList(0, 2));
    }

    @Test
    void run_triesEachCombinationOnce() {
        assertThat(tried(search()))
                .containsExactly(
                        "{rate=0.1, kind=a}",
                        "{rate=0.1, kind=b}",
                        "{rate=0.1, kind=c}",
                        "{rate=0.01, kind=a}",
                        "{rate=0.01, kind=b}",
                        "{rate=0.01, kind=c}");
    }

    @Test
    void run_withMoreTrialsThanCombinations_endsWithTheGrid() {
        assertThat(Search.minimise(trial -> trial.logUniform("rate", 1e-3, 1))
                        .sampler(GRID)
                        .trials(100)
                        .run()
                        .trials())
                .hasSize(GRID.size());
        assertThat(Search.minimise(trial -> trial.logUniform("rate", 1e-3, 1))
                        .sampler(GRID)
                        .trials(4)
                        .run()
                        .trials())
                .hasSize(4);
    }

    @Test
    void parameters_offTheGridOrOutsideTheDomain_failTheTrial() {
        assertThat(Search.minimise(trial -> trial.uniform("x", 0, 1))
                        .sampler(GRID)
                        .trials(1)
                        .run()
                        .trials()
                        .get(0)
                        .outcome()
                        .toString())
                .contains("parameter 'x' is not on the grid; it has [rate, kind]");
        assertThat(Search.minimise(trial -> trial.uniform("rate", 1, 2))
                        .sampler(GRID)
                        .trials(1)
                        .run()
                        .trials()
                        .get(0)
                        .outcome()
                        .toString())
                .contains("'rate' must be inside uniform [1.0, 2.0], got 0.1");
    }

    @Test
    void grids_thatMakeNoSense_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GRID.and("kind", "d"))
                .withMessage("grid has 'kind' already, with [a, b, c]");
        assertThatIllegalArgumentException().isThrownBy(() -> Grid.over("x", new double[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Grid.over("x", 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Grid.over("x", Double.NaN));
        double[] many =
                java.util.stream.IntStream.range(0, 50_000).asDoubleStream().toArray();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grid.over("x", many).and("y", many));
    }
}
