/**
 * What a run asks of the engine that computes gradients; implement {@link io.aidc.training.engine.Trainable} to bring a
 * model of another engine.
 */
@NullMarked
package io.aidc.training.engine;

import org.jspecify.annotations.NullMarked;
