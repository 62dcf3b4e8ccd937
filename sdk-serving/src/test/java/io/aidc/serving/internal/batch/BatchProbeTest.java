package io.aidc.serving.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.serving.Batching;
import io.aidc.serving.TestModels;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ort.OrtRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchProbeTest {
    @Test
    void of_rowsTreatedApart_allowsBatches() {
        assertThat(probe(TestModels.mlp(1, 16, 32, 4))).isEqualTo(new Batching.UpTo(32));
        assertThat(probe(TestModels.mlp(2, 512, 256, 10))).isEqualTo(new Batching.UpTo(32));
        assertThat(probe(TestModels.sum(3))).isEqualTo(new Batching.UpTo(32));
        assertThat(probe(TestModels.lookup())).isEqualTo(new Batching.UpTo(32));
        assertThat(probe(TestModels.anyWidth())).isEqualTo(new Batching.UpTo(32));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 16})
    void of_everyType_canBeProbed(int type) {
        assertThat(probe(TestModels.unary("Identity", type, 2))).isEqualTo(new Batching.UpTo(32));
    }

    @Test
    void of_rangeTakenOverTheBatch_isFound() {
        assertThat(probe(TestModels.sharedRange(8)))
                .isEqualTo(new Batching.Off("output 'y' of a row differs among large neighbours in a batch of 2"));
    }

    @Test
    void of_rangeTakenOverTheBatchInHiding_isFound() {
        assertThat(probe(TestModels.sharedRangeOfAnyWidth())).isInstanceOf(Batching.Off.class);
        assertThat(probe(TestModels.sharedRangeAfterAScaler(4))).isInstanceOf(Batching.Off.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void of_probabilities_allowBatches(long seed) {
        assertThat(probe(TestModels.classifier(seed, 64, 10))).isEqualTo(new Batching.UpTo(32));
        assertThat(probe(TestModels.classifier(seed, 64, 1))).isEqualTo(new Batching.UpTo(32));
    }

    @Test
    void of_openDimensionThatTakesOneOnly_isProbedWithThat() {
        assertThat(probe(TestModels.widthOfOne())).isEqualTo(new Batching.UpTo(32));
    }

    @Test
    void of_meanTakenOverTheBatch_isFound() {
        assertThat(probe(TestModels.batchMean(3))).isInstanceOf(Batching.Off.class);
    }

    @Test
    void of_fixedFirstDimension_isRefusedWithTheInput() {
        assertThat(probe(TestModels.fixedBatch(3)))
                .isEqualTo(new Batching.Off("input 'x' has no open first dimension, it is [1, 3]"));
    }

    @Test
    void of_randomNoise_isFound() {
        assertThat(probe(TestModels.random(4))).isInstanceOf(Batching.Off.class);
    }

    private static Batching probe(byte[] model) {
        LoadOptions options = new LoadOptions("probed", 1, LoadOptions.Secrecy.OPEN);
        try (LoadedModel loaded = new OrtRuntime().load(TestModels.direct(model), options)) {
            return BatchProbe.of(loaded, 32);
        }
    }
}
