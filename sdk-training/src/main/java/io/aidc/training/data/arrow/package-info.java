/**
 * Reads Arrow files and streams; start at {@link io.aidc.training.data.arrow.ArrowFile}.
 *
 * <p>Arrow is an optional dependency: {@code org.apache.arrow:arrow-format:19.0.0}, the description of its messages,
 * which is all that is used. {@code arrow-vector} is not used: its memory needs
 * {@code --add-opens=java.base/java.nio=ALL-UNNAMED} on the command line of the JVM, and it reads what a file states
 * without bounds. Files packed with Zstandard need {@code com.github.luben:zstd-jni} besides.
 */
@NullMarked
package io.aidc.training.data.arrow;

import org.jspecify.annotations.NullMarked;
