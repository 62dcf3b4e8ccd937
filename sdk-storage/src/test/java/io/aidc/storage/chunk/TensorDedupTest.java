package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fine-tuned model of 64 MiB: 5 % of its bytes in changed tensors cost at most 7 % more. */
class TensorDedupTest {
    private static final int TENSORS = 100;
    private static final int MODEL_BYTES = 64 << 20;

    @ParameterizedTest
    @EnumSource
    void secondVersion_fivePercentOfTensorsChanged_storesAtMostSevenPercent(ChunkProfile profile, TestReporter reporter)
            throws IOException {
        double share = shareOfSecond(profile, "same length", "other words");

        reporter.publishEntry("tensors changed, " + profile, "%.2f %%".formatted(100 * share));
        assertThat(share).isBetween(0.03, 0.07);
    }

    @ParameterizedTest
    @EnumSource
    void secondVersion_headerOfAnotherLength_storesAtMostSevenPercent(ChunkProfile profile, TestReporter reporter)
            throws IOException {
        double share = shareOfSecond(profile, "short", "x".repeat(12_345));

        reporter.publishEntry("header longer too, " + profile, "%.2f %%".formatted(100 * share));
        assertThat(share).isBetween(0.03, 0.07);
    }

    @Test
    void secondVersion_tensorsReordered_storesAlmostNothing() throws IOException {
        Map<String, byte[]> tensors = tensors();
        Map<String, byte[]> reordered = new LinkedHashMap<>();
        tensors.keySet().stream()
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(name -> reordered.put(name, tensors.get(name)));
        Set<ChunkId> stored = new HashSet<>();
        store(SafetensorsFile.of(tensors, "n"), ChunkProfile.WEIGHTS_1M, stored);

        double share =
                (double) store(SafetensorsFile.of(reordered, "n"), ChunkProfile.WEIGHTS_1M, stored) / MODEL_BYTES;

        assertThat(share).isLessThan(0.05);
    }

    private static double shareOfSecond(ChunkProfile profile, String firstNote, String secondNote) throws IOException {
        Map<String, byte[]> tensors = tensors();
        Set<ChunkId> stored = new HashSet<>();
        long first = store(SafetensorsFile.of(tensors, firstNote), profile, stored);
        changeFivePercent(tensors);
        long second = store(SafetensorsFile.of(tensors, secondNote), profile, stored);
        return (double) second / first;
    }

    /** Weights of 0.2 to 3 MiB, of biases one in three tensors, of 8 to 4,000 bytes. */
    private static Map<String, byte[]> tensors() {
        var random = new Random(11);
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        long left = MODEL_BYTES;
        for (int i = 0; i < TENSORS; i++) {
            long mean = left / Math.max(1, (TENSORS - i) * 2 / 3);
            int size = i % 3 == 2 ? 8 + random.nextInt(4_000) : (int) (mean / 5 + random.nextInt((int) mean * 8 / 5));
            byte[] tensor = new byte[i == TENSORS - 1 ? (int) left : (int) Math.min(size, left)];
            random.nextBytes(tensor);
            tensors.put("layer.%02d".formatted(i), tensor);
            left -= tensor.length;
        }
        return tensors;
    }

    /** Replaces some bytes in tensors all over the file until 5 % of the file's bytes are in such tensors. */
    private static void changeFivePercent(Map<String, byte[]> tensors) {
        var random = new Random(12);
        long budget = MODEL_BYTES / 20;
        int changed = 0;
        for (byte[] tensor : tensors.values()) {
            if (tensor.length <= budget && random.nextInt(4) == 0) {
                random.nextBytes(tensor);
                budget -= tensor.length;
                changed++;
            }
        }
        assertThat(changed).isGreaterThan(4);
        assertThat(budget).isLessThan(MODEL_BYTES / 100);
    }

    private static long store(byte[] file, ChunkProfile profile, Set<ChunkId> stored) throws IOException {
        Layout layout = Safetensors.layout(new ByteArrayInputStream(file), file.length);
        long[] added = {0};
        new Splitter(profile).split("f", new ByteArrayInputStream(file), layout, (id, bytes) -> {
            if (stored.add(id)) {
                added[0] += bytes.length;
            }
        });
        return added[0];
    }
}
