package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.TrainingProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
    private static final String END = "\nplateau after 4 steps in 0:12: no gain in 3 epochs & more\n";

    private final StringBuilder out = new StringBuilder();

    @Test
    void terminal_showsOneLineRedrawn() {
        ProgressBar bar = ProgressBar.onTerminal(out).width(100);
        bar.onStep(Runs.step(1, 100, 1));
        bar.onStep(Runs.step(50, 100, 1));
        bar.onStep(Runs.step(100, 100, 2));
        bar.onEnd(Runs.report());
        assertThat(out.toString().split("\r", -1))
                .containsExactly(
                        "",
                        "[....................]   1%  1/100  loss 1.000  0:10 left  1251 rows/s  0:00 passed  epoch 1",
                        "[##########..........]  50%  50/100  loss 0.02000  0:05 left  1251 rows/s  0:05 passed  epoch 1",
                        "[####################] 100%  100/100  loss 0.01000  0:00 left  1251 rows/s  0:10 passed  epoch 2"
                                + END);
    }

    @Test
    void terminal_isRedrawnTenTimesASecondAtMost() {
        ProgressBar bar = ProgressBar.onTerminal(out);
        for (int step = 1; step <= 1000; step++) {
            bar.onStep(new TrainingProgress(step, 1000, 1, 1, 1, 1, 1, Duration.ofMillis(step)));
        }
        assertThat(out.chars().filter(c -> c == '\r')).hasSize(11); // at 1, 101, … 901 and the last
    }

    @Test
    void shorterLine_coversTheLongerOne() {
        ProgressBar bar = ProgressBar.onTerminal(out);
        bar.onStep(new TrainingProgress(1, 2, 1, 123.456, 1, 1, 1e6, Duration.ofSeconds(4000)));
        bar.onStep(new TrainingProgress(2, 2, 1, 1, 1, 1, 1, Duration.ofSeconds(4001)));
        String[] lines = out.toString().split("\r", -1);
        assertThat(lines[2].length()).isGreaterThanOrEqualTo(lines[1].length());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 30, 40, 55, 80, 120, 1000})
    void line_isNeverWiderThanAsked(int width) {
        ProgressBar bar = ProgressBar.onTerminal(out).width(width);
        bar.onStep(Runs.step(1, Integer.MAX_VALUE, 1));
        bar.onStep(Runs.step(123_456_789, Integer.MAX_VALUE, 1));
        bar.onEpoch(Runs.epoch(1, 1), Map::of);
        bar.onEnd(Runs.report());
        assertThat(out.toString().split("[\r\n]", -1))
                .allSatisfy(line -> assertThat(line.stripTrailing().length())
                        .isLessThanOrEqualTo(Math.max(width, "  5%".length())));
    }

    @Test
    void log_getsALineEverySoOften() {
        ProgressBar bar = ProgressBar.inLines(out).lineEvery(Duration.ofSeconds(2));
        for (int step = 1; step <= 60; step++) {
            bar.onStep(Runs.step(step, 60, 1));
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "  1%  1/60  loss 1.000  0:06 left  1251 rows/s  0:00 passed  epoch 1",
                        " 35%  21/60  loss 0.04762  0:04 left  1251 rows/s  0:02 passed  epoch 1",
                        " 68%  41/60  loss 0.02439  0:02 left  1251 rows/s  0:04 passed  epoch 1",
                        "100%  60/60  loss 0.01667  0:00 left  1251 rows/s  0:06 passed  epoch 1");
        assertThat(out.toString()).doesNotContain("\r");
    }

    /** The time that passed is that of the steps since, 4,999 s are to come. */
    @Test
    void resumedRun_isNotTakenToHaveDoneAllItsStepsInTheTimeSince() {
        ProgressBar bar = ProgressBar.inLines(out).lineEvery(Duration.ZERO);
        bar.onStep(new TrainingProgress(5001, 10_000, 1, 1, 1, 1, 1, Duration.ofSeconds(1)));
        bar.onStep(new TrainingProgress(5002, 10_000, 1, 1, 1, 1, 1, Duration.ofSeconds(2)));
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("1:23:19 left"),
                        second -> assertThat(second).contains("1:23:18 left"));
    }

    @Test
    void epoch_withValidation_getsALineOfItsOwn() {
        ProgressBar bar = ProgressBar.onTerminal(out);
        bar.onStep(Runs.step(2, 4, 1));
        bar.onEpoch(Runs.epoch(1, 2), Map::of);
        assertThat(out.toString().split("\r", -1)[2].stripTrailing())
                .isEqualTo("epoch 1  loss 0.5000  validation loss 0.7500 accuracy 0.6250");
        assertThat(out.toString()).endsWith("\n");
    }

    @Test
    void privateRun_showsNeitherLossNorRate() {
        ProgressBar.inLines(out).onStep(Runs.step(1, 2, 0));
        assertThat(out).hasToString(" 50%  1/2  0:00 left  0:00 passed\n");
        out.setLength(0);
        ProgressBar.inLines(out).unprotectedFigures().onStep(Runs.step(1, 2, 0));
        assertThat(out.toString()).contains("loss 1.000").contains("rows/s");
    }

    @Test
    void emptyBatch_showsNoLoss() {
        ProgressBar.inLines(out).onStep(new TrainingProgress(1, 2, 1, Double.NaN, 1, 1, 0, Duration.ZERO));
        assertThat(out.toString()).doesNotContain("loss").contains("0:00 left");
    }

    @Test
    void close_endsTheLineOnce() {
        ProgressBar bar = ProgressBar.onTerminal(out);
        bar.onStep(Runs.step(1, 2, 1));
        bar.close();
        bar.close();
        assertThat(out.toString()).endsWith("\n").doesNotContain("\n\n");
    }

    @Test
    void streamThatFails_isGivenUp() {
        int[] calls = {0};
        Appendable broken = new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                calls[0]++;
                throw new IOException("gone");
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) throws IOException {
                return append(text);
            }

            @Override
            public Appendable append(char c) throws IOException {
                return append("");
            }
        };
        ProgressBar bar = ProgressBar.on(broken);
        assertThatCode(() -> {
                    bar.onStep(Runs.step(1, 2, 1));
                    bar.onStep(Runs.step(2, 2, 1));
                })
                .doesNotThrowAnyException();
        assertThat(calls[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "0.012345, 0.01235", "12.345, 12.35", "123456.7, 123457", "1e-7, 1.00e-07", "1e12, 1.00e+12"
    })
    void number_isShort(double value, String shown) {
        assertThat(ProgressBar.number(value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0:00", "PT59.9S, 0:59", "PT61S, 1:01", "PT59M59S, 59:59", "PT1H, 1:00:00", "PT30H5M7S, 30:05:07"
    })
    void duration_isShownInHoursMinutesSeconds(Duration duration, String shown) {
        assertThat(Durations.shown(duration)).isEqualTo(shown);
    }

    @Test
    void badOptions_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProgressBar.on(out).width(19))
                .withMessage("width must be in [20, 1000], got 19");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProgressBar.on(out).lineEvery(Duration.ofSeconds(-1)))
                .withMessage("lineEvery must be >= 0, got PT-1S");
    }
}
