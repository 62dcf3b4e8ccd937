/** What a server needs from an engine: start at {@link io.aidc.serving.runtime.ModelRuntime}. */
@NullMarked
package io.aidc.serving.runtime;

import org.jspecify.annotations.NullMarked;
