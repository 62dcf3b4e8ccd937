/** Hands trained models over as ONNX; start at {@link io.aidc.training.onnx.OnnxExport}. */
@NullMarked
package io.aidc.training.onnx;

import org.jspecify.annotations.NullMarked;
