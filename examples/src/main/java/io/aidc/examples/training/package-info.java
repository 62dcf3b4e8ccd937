/**
 * Programs that train: digits in pictures, topics of sentences, and a network beside the usual models for tables; start at
 * {@link io.aidc.examples.training.DigitsExample}.
 */
@NullMarked
package io.aidc.examples.training;

import org.jspecify.annotations.NullMarked;
