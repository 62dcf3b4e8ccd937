package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.dist.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterOptionsTest {
    private static Map<String, String> place(int rank, int workers) {
        return Map.of(
                "RANK",
                Integer.toString(rank),
                "WORLD_SIZE",
                Integer.toString(workers),
                "MASTER_ADDR",
                "192.0.2.1",
                "MASTER_PORT",
                "29500");
    }

    @Test
    void parse_withTheDirectoryAlone_takesTheDefaultsOfTheUsage() {
        ClusterOptions options = ClusterOptions.parse("--output", "out");

        assertThat(options).isEqualTo(new ClusterOptions(Path.of("out"), 20, Duration.ofMinutes(2), false));
        assertThat(ClusterOptions.USAGE).contains("[--epochs 20]", "[--patience 120]");
    }

    @Test
    void parse_withAllOptions_takesThem() {
        assertThat(ClusterOptions.parse("--trusted-network", "--patience", "7", "--output", "out", "--epochs", "3"))
                .isEqualTo(new ClusterOptions(Path.of("out"), 3, Duration.ofSeconds(7), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --epochs 3                      | --output is missing
                    --output                        | --output needs a value
                    --output out --epochs 0         | --epochs must be in [1, 100000], got 0
                    --output out --epochs many      | --epochs must be a whole number, got many
                    --output out --patience 3601    | --patience must be in [1, 3600], got 3601
                    --output out --gpu              | unknown option --gpu
                    """)
    void parse_ofSomethingElse_isRefusedByName(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterOptions.parse(line.split(" ", -1)))
                .withMessageContaining(message);
    }

    @Test
    void launch_goesOnWithMoreThanHalfOfTheWorkers() {
        ClusterOptions options = ClusterOptions.parse("--output", "out");

        assertThat(options.launch(place(0, 1)).least()).isEqualTo(1);
        assertThat(options.launch(place(0, 2)).least()).isEqualTo(2);
        assertThat(options.launch(place(0, 3)).least()).isEqualTo(2);
        assertThat(options.launch(place(0, 4)).least()).isEqualTo(3);
    }

    @Test
    void launch_underTorchrun_leavesRestartsToIt() {
        Map<String, String> variables = new HashMap<>(place(1, 3));
        variables.put("TORCHELASTIC_USE_AGENT_STORE", "True");

        Launch.Environment launch = ClusterOptions.parse("--output", "out").launch(variables);

        assertThat(launch.hasAgent()).isTrue();
        assertThat(launch.least()).isZero();
    }

    @Test
    void launch_trustsTheNetworkOnlyIfToldTo() {
        assertThat(ClusterOptions.parse("--output", "out").launch(place(0, 2)).isTrusted())
                .isFalse();
        assertThat(ClusterOptions.parse("--output", "out", "--trusted-network")
                        .launch(place(0, 2))
                        .isTrusted())
                .isTrue();
    }
}
