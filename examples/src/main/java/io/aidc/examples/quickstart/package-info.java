/**
 * The whole journey of a model in one program: data, privacy, training, security, storage, serving. Start with {@link
 * io.aidc.examples.quickstart.Quickstart}.
 */
@NullMarked
package io.aidc.examples.quickstart;

import org.jspecify.annotations.NullMarked;
