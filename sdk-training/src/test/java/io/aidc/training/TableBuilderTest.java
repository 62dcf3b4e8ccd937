package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableBuilderTest {
    @Test
    void build_holdsColumnsOfEachKind() {
        double[] numbers = {1, 0.1f, 0.1, 1e9, Double.NaN};
        Table table = Table.builder("here")
                .numbers("n", numbers)
                .flags("f", Arrays.asList(true, false, null, true, true))
                .texts("t", List.of("a", "b", "", "d", "e"))
                .build();
        numbers[0] = 9;
        assertThat(table.source()).isEqualTo("here");
        assertThat(table.rows()).isEqualTo(5);
        assertThat(table.columns()).containsExactly("n", "f", "t");
        assertThat(table.texts("n")).containsExactly("1", "0.1", "0.1", "1000000000", "");
        assertThat(table.texts("f")).containsExactly("true", "false", "", "true", "true");
        assertThat(table.texts("t")).containsExactly("a", "b", "", "d", "e");
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table.numbers("n"))
                .withMessage("here, row 5, column 'n': the cell is empty, a number is needed");
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table.numbers("f"))
                .withMessage("here, row 3, column 'f': the cell is empty, a number is needed");
    }

    @Test
    void numbers_thatNoFloatHolds_areRefusedWhenTheyAreAsked() {
        Table table = Table.builder("here")
                .numbers("n", new double[] {1e300})
                .numbers("m", new double[] {Double.POSITIVE_INFINITY})
                .build();
        assertThat(table.texts("n")).containsExactly("1.0E300");
        for (String column : table.columns()) {
            assertThatExceptionOfType(MalformedTableException.class)
                    .isThrownBy(() -> table.numbers(column))
                    .withMessageContaining("the cell is not a finite decimal number");
        }
    }

    @Test
    void columns_thatDoNotFit_areRefused() {
        Table.Builder builder = Table.builder("here").texts("a", List.of("x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.numbers("b", new double[2]))
                .withMessage("column 'b' must have 1 rows like the first, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.texts("a", List.of("y")))
                .withMessage("column 'a' was added before");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.texts(" ", List.of("y")))
                .withMessage("column 2 of here has no name");
        assertThatIllegalStateException()
                .isThrownBy(() -> Table.builder("here").build())
                .withMessage("here: a table needs at least 1 column");
    }

    @Test
    void classification_ofNumbers_namesClassesByTheirTexts() {
        Dataset data = Table.builder("here")
                .numbers("kind", new double[] {2, 10, 2})
                .numbers("x", new double[] {1, 2, 3})
                .build()
                .classification("kind");
        assertThat(data.classNames()).containsExactly("10", "2");
        assertThat(data.label(0)).isEqualTo(1);
    }
}
