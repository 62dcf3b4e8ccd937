package io.aidc.training.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * What {@code state.json} says.
 *
 * @param sequence greater in a checkpoint written later
 * @param state the state, without arrays
 * @param model architecture, parameters and their shapes
 * @param buffers names of the arrays the model keeps but does not train
 * @param optimizerArrays names of the optimiser's arrays
 * @param averages names of averaged arrays by set
 * @param files length and digest by file name
 */
record Manifest(
        long sequence,
        CheckpointState state,
        ModelDescription model,
        List<String> buffers,
        List<String> optimizerArrays,
        Map<String, List<String>> averages,
        Map<String, FileDigest> files) {
    record FileDigest(long bytes, String sha256) {}
}
