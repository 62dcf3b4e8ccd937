/** Models on ONNX Runtime, directly: {@link io.aidc.serving.runtime.ort.OrtRuntime}. */
@NullMarked
package io.aidc.serving.runtime.ort;

import org.jspecify.annotations.NullMarked;
