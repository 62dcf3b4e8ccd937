package io.aidc.training.engine;

/** Names the numbers that a network computes with; parameters, losses and sums over workers are float32 in each case. */
public enum Precision {
    /** float32 throughout. */
    FLOAT32,
    /**
     * Matrix products and convolutions in bfloat16, by libtorch's autocast. About twice as fast where the processor has
     * AVX512_BF16 or AMX or on a GPU, slower elsewhere.
     */
    BF16_MIXED,
    /**
     * Matrix products and convolutions in float16 on a GPU. Small gradients would vanish in it, so the loss is multiplied by a
     * scale that follows what overflows: it begins at 65,536, doubles after 2,000 good steps and halves on overflow, and a
     * step that overflowed is left out on all workers. Micikevicius et al. 2018.
     */
    FP16_MIXED
}
