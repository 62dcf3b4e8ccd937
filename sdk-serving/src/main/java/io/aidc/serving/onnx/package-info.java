/** Reads and edits ONNX graphs: {@link io.aidc.serving.onnx.OnnxModel}. */
@NullMarked
package io.aidc.serving.onnx;

import org.jspecify.annotations.NullMarked;
