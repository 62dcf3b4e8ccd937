/** Models on DJL's ONNX engine, for those who have DJL: {@link io.aidc.serving.runtime.djl.DjlRuntime}. */
@NullMarked
package io.aidc.serving.runtime.djl;

import org.jspecify.annotations.NullMarked;
