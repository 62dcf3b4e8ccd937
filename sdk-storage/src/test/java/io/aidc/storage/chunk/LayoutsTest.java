package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutsTest {
    private final Map<String, Content> files = new TreeMap<>();

    private static final class Bytes implements Content {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public long size() {
            return bytes.length;
        }
    }

    @Test
    void of_safetensorsInAnyCase_isCutAtItsTensors() throws IOException {
        byte[] file = SafetensorsFile.of(Map.of("a", new byte[10_000]), "n");
        add("d/MODEL.SafeTensors", file);
        add("model.bin", file);

        assertThat(cuts("d/MODEL.SafeTensors")).containsExactly(file.length - 10_000);
        assertThat(cuts("model.bin")).isEmpty();
    }

    @Test
    void of_onnxWithDataBesideIt_cutsBoth() throws IOException {
        add(
                "m/a.onnx",
                Proto.model(
                                Proto.message().bytes(9, new byte[9_000]),
                                Proto.external("location", "data/w.bin", "offset", "10000", "length", "20000"),
                                Proto.external("location", "data/w.bin", "offset", "40000"))
                        .toBytes());
        add("m/data/w.bin", new byte[50_000]);
        add("data/w.bin", new byte[50_000]);

        assertThat(cuts("m/a.onnx")).hasSize(2);
        assertThat(cuts("m/data/w.bin")).containsExactly(10_000, 30_000, 40_000);
        assertThat(cuts("data/w.bin")).isEmpty();
    }

    @Test
    void of_twoModelsWithOneDataFile_cutsForBoth() throws IOException {
        add(
                "a.onnx",
                Proto.model(Proto.external("location", "w", "length", "10000")).toBytes());
        add(
                "b.onnx",
                Proto.model(Proto.external("location", "w", "offset", "20000")).toBytes());
        add("w", new byte[50_000]);

        assertThat(cuts("w")).containsExactly(10_000, 20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/w", "../w", "d/../w", "./w", "", "c:w", "d\\w", "missing", "w/"})
    void of_locationThatLeadsElsewhere_describesNothing(String location) throws IOException {
        add(
                "m/a.onnx",
                Proto.model(
                                Proto.message().bytes(9, new byte[9_000]),
                                Proto.external("location", "w", "offset", "10000"),
                                Proto.external("location", location, "offset", "10000"))
                        .toBytes());
        add("m/w", new byte[50_000]);
        add("w", new byte[50_000]);

        assertThat(cuts("m/a.onnx")).isEmpty();
        assertThat(cuts("m/w")).isEmpty();
        assertThat(cuts("w")).isEmpty();
    }

    @Test
    void of_externalDataPastTheEnd_describesNothing() throws IOException {
        add(
                "a.onnx",
                Proto.model(Proto.external("location", "w", "offset", "20000", "length", "30001"))
                        .toBytes());
        add("w", new byte[50_000]);

        assertThat(cuts("w")).isEmpty();
    }

    @Test
    void of_malformedFiles_areCutByContent() throws IOException {
        add("a.onnx", new byte[] {-1, -1, -1});
        add("a.safetensors", new byte[] {1, 2, 3});
        add("empty.onnx", new byte[0]);
        add("empty.safetensors", new byte[0]);

        assertThat(Layouts.of(files).keySet()).isEqualTo(files.keySet());
        assertThat(cuts("a.onnx")).isEmpty();
        assertThat(cuts("a.safetensors")).isEmpty();
    }

    @Test
    void of_fileThatCannotBeRead_fails() {
        files.put("a.onnx", new Content() {
            @Override
            public InputStream open() throws IOException {
                throw new IOException("gone");
            }

            @Override
            public long size() {
                return 1;
            }
        });

        assertThatThrownBy(() -> Layouts.of(files))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }

    private void add(String name, byte[] content) {
        files.put(name, new Bytes(content));
    }

    private long[] cuts(String name) throws IOException {
        Map<String, Layout> layouts = Layouts.of(files);
        assertThat(layouts.keySet()).isEqualTo(files.keySet());
        return layouts.getOrDefault(name, Layout.none()).cuts(ChunkProfile.XET_64K);
    }
}
