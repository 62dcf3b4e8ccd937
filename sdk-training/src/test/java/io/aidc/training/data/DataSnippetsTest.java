package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import io.aidc.training.data.arrow.ArrowFile;
import io.aidc.training.data.parquet.ParquetFile;
import io.aidc.training.engine.Batch;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the package's documentation, executed. */
class DataSnippetsTest {
    @TempDir
    Path directory;

    @Test
    void flat() {
        float[] pixels = new float[3 * 64];
        int[] digits = {4, 0, 9};
        // @start region="flat"
        Dataset data = Dataset.ofRows(pixels, 64).classification(digits, 10); // pixels: row behind row
        // @end
        assertThat(data.rows()).isEqualTo(3);
    }

    @Test
    void npy() {
        // @start region="npy"
        Path file = directory.resolve("weights.npy");
        Npy.write(file, NumberArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        NumberArray read = Npy.read(file); // numpy.load reads it too
        assertThat(read.shape()).containsExactly(2, 3);
        // @end
    }

    @Test
    void npz() {
        Path file = GoldenFiles.path("deflated.npz");
        // @start region="npz"
        Dataset data = Npz.read(file, "x").classification(Npz.read(file, "y")); // numpy.savez(file, x=…, y=…)
        // @end
        assertThat(data.features()).isEqualTo(12);
    }

    @Test
    void idx() throws IOException {
        Path images = directory.resolve("train-images-idx3-ubyte.gz");
        Path labels = directory.resolve("train-labels-idx1-ubyte.gz");
        Files.write(images, HexFormat.of().parseHex("00000803000000020000000100000001FF00"));
        Files.write(labels, HexFormat.of().parseHex("00000801000000020509"));
        // @start region="idx"
        Dataset digits = Idx.classification(images, labels); // train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz
        assertThat(digits.classes()).isEqualTo(10);
        // @end
    }

    @Test
    void json() {
        var reader = new StringReader("{\"age\": 61, \"outcome\": \"ill\"}\n{\"age\": 35, \"outcome\": \"well\"}\n");
        // @start region="json"
        Table table = JsonLines.read(reader); // {"age": 61, "outcome": "ill"}, and so on
        Dataset data = table.classification("outcome");
        // @end
        assertThat(data.classNames()).containsExactly("ill", "well");
    }

    @Test
    void parquet() {
        Path file = GoldenFiles.path("snappy.parquet");
        // @start region="parquet"
        Table table = ParquetFile.read(file, List.of("f64", "u8", "kind"));
        Dataset data = table.classification("kind");
        // @end
        assertThat(data.featureNames()).containsExactly("f64", "u8");
    }

    @Test
    void arrow() {
        Path file = GoldenFiles.path("lz4.arrow");
        // @start region="arrow"
        Table table = ArrowFile.read(file, List.of("f64", "u8"));
        Dataset data = table.regression("u8");
        // @end
        assertThat(data.featureNames()).containsExactly("f64");
    }

    @Test
    void images() throws IOException {
        Path photos = directory.resolve("photos");
        for (String name : List.of("cat", "dog")) {
            Files.createDirectories(photos.resolve(name));
            Files.copy(GoldenFiles.path("rgb.png"), photos.resolve(name).resolve("1.png"));
        }
        // @start region="images"
        Dataset data =
                Images.of(32, 32, Images.Channels.RGB).classification(photos); // photos/cat/1.png, photos/dog/1.png
        assertThat(data.classNames()).containsExactly("cat", "dog");
        assertThat(data.features()).isEqualTo(3 * 32 * 32);
        // @end
    }

    @Test
    void text() {
        Table table = Table.read(new StringReader("review,verdict\n\"Good, very good\",yes\nBad,no\n"));
        // @start region="text"
        Vocabulary words = Vocabulary.of(table.texts("review"))
                .atMost(20_000)
                .occurringAtLeast(1)
                .build();
        Dataset data = words.classification(table, "review", "verdict", 128); // ids for Layer.embedding
        words.save(directory.resolve("words.json")); // needed to ask the model later
        // @end
        assertThat(data.features()).isEqualTo(128);
    }

    @Test
    void batches() {
        Dataset data = Dataset.ofRows(new float[100 * 4], 4).classification(new int[100], 2);
        int rows = 0;
        // @start region="batches"
        BatchReader.Position position;
        try (BatchReader reader = BatchReader.of(data)
                .batchSize(32)
                .epochs(2)
                .seed(7)
                .transform((row, random) -> row[0] += (float) random.nextGaussian(0, 0.1))
                .threads(2)
                .open()) {
            while (reader.hasNext()) {
                Batch batch = reader.next(); // its buffers are valid until the next call
                rows += batch.rows();
            }
            position = reader.position(); // for resumeAt
        }
        // @end
        assertThat(rows).isEqualTo(200);
        assertThat(position).isEqualTo(new BatchReader.Position(2, 0, 7));
    }
}
