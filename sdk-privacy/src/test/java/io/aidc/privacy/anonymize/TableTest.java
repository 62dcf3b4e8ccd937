package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.Seeds;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    @Test
    void readCsv_quotesAndLineEnds_areRead() {
        Table table = read("\uFEFFa,\"b\"\"c\"\r\n1,\"x,\r\ny\"\n,\" z \"");
        assertThat(table.columns()).containsExactly("a", "b\"c");
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.cell(0, "b\"c")).isEqualTo("x,\r\ny");
        assertThat(table.cell(1, "a")).isEmpty();
        assertThat(table.cell(1, "b\"c")).isEqualTo(" z ");
    }

    @Test
    void readCsv_onlyHeader_hasNoRows() {
        assertThat(read("a,b\n").rows()).isZero();
        assertThat(read("a\n\n").rows()).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b;1|line 2 has 1 fields",
                "a,b;1,2;1,2,3|line 3 has 3 fields",
                "a;\"x|line 2: a quoted field",
                "a;\"x;y|line 2: a quoted field",
                "a;x\"y|line 2: a quote inside",
                "a;\"x\"y|line 2: text after",
                "a;\"x;y\"z|line 3: text after",
                "a,a;1,2|distinct names, got a twice",
                "a,;1,2|blank name",
            })
    void readCsv_brokenText_namesTheLineOnly(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text.replace(';', '\n')))
                .withMessageContaining(message);
    }

    @Test
    void readCsv_loneCarriageReturnAndEmptyText_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("a\r1")).withMessageContaining("line 1: a carriage");
        assertThatIllegalArgumentException().isThrownBy(() -> read("")).withMessageContaining("header is missing");
    }

    @ParameterizedTest
    @ValueSource(chars = {'"', '\r', '\n', '\uFEFF'})
    void csv_separatorThatMeansSomething_isRefused(char separator) {
        Table table = read("a\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Table.readCsv(new StringReader("a"), separator))
                .withMessageContaining("separator");
        assertThatIllegalArgumentException().isThrownBy(() -> table.writeCsv(new StringWriter(), separator));
    }

    @Test
    void csv_brokenStreams_areUnchecked() {
        IOException cause = new IOException("gone");
        assertThatThrownBy(() -> Table.readCsv(
                        new Reader() {
                            @Override
                            public int read(char[] buffer, int from, int length) throws IOException {
                                throw cause;
                            }

                            @Override
                            public void close() {}
                        },
                        ','))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(cause);
        Table table = read("a\n");
        assertThatThrownBy(() -> table.writeCsv(
                        new Writer() {
                            @Override
                            public void write(char[] buffer, int from, int length) throws IOException {
                                throw cause;
                            }

                            @Override
                            public void flush() {}

                            @Override
                            public void close() {}
                        },
                        ','))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(cause);
    }

    @Test
    void of_brokenRows_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Table.of(List.of("a"), List.of(List.of("x"), List.of("y", "secret"))))
                .withMessage("row 1 has 2 cells, the header has 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.of(List.of(), List.of()));
        List<String> withNull = new ArrayList<>();
        withNull.add(null);
        assertThatNullPointerException().isThrownBy(() -> Table.of(List.of("a"), List.of(withNull)));
    }

    @Test
    void cell_outside_isRefused() {
        Table table = read("a\nx\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.cell(1, "a"))
                .withMessageContaining("0 to 0");
        assertThatIllegalArgumentException().isThrownBy(() -> table.cell(-1, "a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.cell(0, "b"))
                .withMessageContaining("[a]");
    }

    @Test
    void toString_showsNoCell() {
        assertThat(read("a,b\nsecret,x\n")).hasToString("Table[rows=1, columns=[a, b]]");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void writeCsv_anyCells_areReadBack(long seed) {
        Random random = new Random(seed);
        int columns = 1 + random.nextInt(4);
        List<String> header = IntStream.range(0, columns).mapToObj(i -> "c" + i).toList();
        List<List<String>> rows = IntStream.range(0, random.nextInt(20))
                .mapToObj(i -> IntStream.range(0, columns)
                        .mapToObj(c -> garbage(random, 6))
                        .toList())
                .toList();
        StringWriter text = new StringWriter();
        Table.of(header, rows).writeCsv(text, ';');
        Table back = Table.readCsv(new StringReader(text.toString()), ';');
        assertThat(back.rows()).isEqualTo(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            for (int c = 0; c < columns; c++) {
                assertThat(back.cell(row, "c" + c)).isEqualTo(rows.get(row).get(c));
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void readCsv_garbage_isReadOrRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            String text = garbage(random, 40);
            try {
                assertThat(Table.readCsv(new StringReader(text), ';').columns()).isNotEmpty();
                assertThat(Hierarchy.readCsv(new StringReader(text), ';').height())
                        .isNotNegative();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).*(line|header|hierarchy|value).*");
            }
        }
    }

    static LongStream seeds() {
        return Seeds.all();
    }

    private static String garbage(Random random, int length) {
        String letters = "ab\";;\r\n\n *\uFEFFé😀";
        StringBuilder text = new StringBuilder();
        int characters = random.nextInt(length);
        for (int i = 0; i < characters; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static Table read(String text) {
        return Table.readCsv(new StringReader(text), ',');
    }
}
