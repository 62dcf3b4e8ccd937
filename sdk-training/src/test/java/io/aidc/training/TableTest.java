package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static Table table(String text) {
        return Table.read(new StringReader(text));
    }

    @Test
    void read_ofAFile_givesColumnsAndRows(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("table.csv");
        Files.writeString(file, "a,b,kind\n1,2.5,yes\n-3,4e-1,no\n");
        Table table = Table.read(file);
        assertThat(table.columns()).containsExactly("a", "b", "kind");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.numbers("b")).containsExactly(2.5f, 0.4f);
        assertThat(table.texts("kind")).containsExactly("yes", "no");
    }

    @Test
    void classification_ordersClassNamesAndKeepsTheOtherColumns() {
        Dataset data = table("kind,a,b\nyes,1,2\nno,3,4\nyes,5,6\n").classification("kind");
        assertThat(data.classNames()).containsExactly("no", "yes");
        assertThat(data.featureNames()).containsExactly("a", "b");
        assertThat(data.label(0)).isEqualTo(1);
        assertThat(data.label(1)).isZero();
        assertThat(data.row(2)).containsExactly(5, 6);
    }

    @Test
    void regression_predictsTheNamedColumn() {
        Dataset data = table("a,price\n1,10\n2,20\n").regression("price");
        assertThat(data.target(1)).containsExactly(20);
        assertThat(data.featureNames()).containsExactly("a");
    }

    @Test
    void read_ofQuotedCells_followsRfc4180() {
        Table table = table("a,\"b \"\"c\"\"\"\r\n\"1,5\",\"two\nlines\"\r\n,\"\"\r\n");
        assertThat(table.columns()).containsExactly("a", "b \"c\"");
        assertThat(table.texts("a")).containsExactly("1,5", "");
        assertThat(table.texts("b \"c\"")).containsExactly("two\nlines", "");
    }

    @Test
    void read_ignoresAByteOrderMarkAndAMissingLastLineEnd() {
        assertThat(table("\uFEFFa,b\n1,2").numbers("a")).containsExactly(1);
    }

    @Test
    void read_ofAHeaderAlone_hasNoRows() {
        Table table = table("a,b\n");
        assertThat(table.rows()).isZero();
        assertThat(table.numbers("a")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> table.classification("b"));
    }

    @Test
    void read_ofNothing_isRefused() {
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table(""))
                .withMessage("table, row 0: the table is empty, a header is needed");
    }

    @Test
    void rows_ofAnotherLength_areNamed() {
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table("a,b\n1,2\n3\n"))
                .withMessage("table, row 2: 1 cells, but the header has 2")
                .satisfies(e -> assertThat(e.row()).isEqualTo(2));
        assertThatExceptionOfType(MalformedTableException.class).isThrownBy(() -> table("a\n1,2\n"));
    }

    @Test
    void headers_thatAreEmptyOrDouble_areNamed() {
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table("a,b,a\n"))
                .withMessageContaining("column 'a'")
                .satisfies(e -> assertThat(e.row()).isZero());
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table("a, \n"))
                .withMessageContaining("column 2 has no name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n\"1\n2\n", "a\n\"1\"2\n", "a\n1\"2\n"})
    void quotes_outOfPlace_areNamed(String text) {
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table(text))
                .withMessageContaining("row 1")
                .withMessageContaining("quote");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "1f", "0x1p3", "1,5", "1e99", "--1", "Mrs Smith", "٣"})
    void cells_thatAreNotDecimalNumbers_areNamedButNotRepeated(String cell) {
        Table table = table("a,b\n1,1\n2,\"" + cell + "\"\n");
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table.numbers("b"))
                .withMessage("table, row 2, column 'b': the cell is not a finite decimal number")
                .satisfies(e -> assertThat(e.column()).isEqualTo("b"));
    }

    @Test
    void cells_thatAreEmpty_areNamed() {
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table("a,b\n1,\n").numbers("b"))
                .withMessageContaining("the cell is empty");
        assertThatExceptionOfType(MalformedTableException.class)
                .isThrownBy(() -> table("a,b\n1, \n").classification("b"))
                .withMessage("table, row 1, column 'b': the label is empty");
    }

    @Test
    void columns_thatDoNotExist_areRefusedWithThoseThatDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table("a,b\n").numbers("c"))
                .withMessage("table has no column 'c'; it has [a, b]");
    }

    @Test
    void read_ofAMissingFileOrWrongEncoding_keepsTheCause(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> Table.read(directory.resolve("none.csv")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.csv");
        Path latin = directory.resolve("latin.csv");
        Files.write(latin, new byte[] {'a', '\n', (byte) 0xE9, '\n'});
        assertThatThrownBy(() -> Table.read(latin)).isInstanceOf(UncheckedIOException.class);
    }

    static LongStream seeds() {
        return Samples.seeds(50);
    }

    /** Whatever stands in a cell comes back if it is quoted. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void read_ofAnyQuotedText_givesItBack(long seed) {
        var random = new SplittableRandom(seed);
        String cell = garbage(random);
        assertThat(table("a\n\"" + cell.replace("\"", "\"\"") + "\"\n").texts("a"))
                .containsExactly(cell);
    }

    /** Any text is a table or is refused by name. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void read_ofGarbage_isATableOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            try {
                Table table = table(garbage(random));
                table.columns()
                        .forEach(column -> assertThat(table.texts(column)).hasSize(table.rows()));
            } catch (MalformedTableException e) {
                assertThat(e.row()).isNotNegative();
            }
        }
    }

    private static String garbage(SplittableRandom random) {
        var text = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            text.append("ab1,.\"\n\r \uFEFFé".charAt(random.nextInt(11)));
        }
        return text.toString();
    }
}
