package io.aidc.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void parse_oneTextOrSeveral_isTheSame() {
        Settings one = Settings.parse("--minutes 0.5 --seed 7 --nodes 5 --faults kill,power-cut --break stale-read");

        assertThat(one)
                .isEqualTo(Settings.parse(
                        "--minutes",
                        "0.5",
                        "--seed",
                        "7",
                        "--nodes",
                        "5",
                        "--faults",
                        "kill,power-cut",
                        "--break",
                        "stale-read"));
        assertThat(one.length()).isEqualTo(Duration.ofSeconds(30));
        assertThat(one.nodeIds()).containsExactly("a", "b", "c", "d", "e");
        assertThat(one.kinds()).containsExactly(FaultKind.KILL, FaultKind.POWER_CUT);
        assertThat(one.breakage()).isEqualTo(Breakage.STALE_READ);
    }

    @Test
    void parse_nothing_isAllFaultsAndNothingBroken() {
        assertThat(Settings.parse("").kinds()).containsExactly(FaultKind.values());
        assertThat(Settings.parse().breakage()).isEqualTo(Breakage.NONE);
        assertThat(Settings.parse("--faults none").kinds()).isEmpty();
    }

    @Test
    void command_repeatsTheRun() {
        Settings settings =
                Settings.parse("--minutes 0.5 --seed 7 --faults kill,mute --fault-seconds 2 --break early-ack");
        String command = settings.command();

        assertThat(Settings.parse(command.substring(command.indexOf("--minutes"), command.length() - 1)))
                .isEqualTo(settings);
    }

    @Test
    void parse_wrong_saysWhat() {
        assertThatThrownBy(() -> Settings.parse("--nodes 0")).hasMessageContaining("1 to 9, got 0");
        assertThatThrownBy(() -> Settings.parse("--minutes 0")).hasMessageContaining("--minutes");
        assertThatThrownBy(() -> Settings.parse("--what 1")).hasMessageContaining("'--what'");
        assertThatThrownBy(() -> Settings.parse("--seed")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> Settings.parse("--faults fire")).isInstanceOf(IllegalArgumentException.class);
    }
}
