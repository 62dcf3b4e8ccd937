/** Small programs that join the modules; start with {@link io.aidc.examples.quickstart.Quickstart}. */
@NullMarked
package io.aidc.examples;

import org.jspecify.annotations.NullMarked;
