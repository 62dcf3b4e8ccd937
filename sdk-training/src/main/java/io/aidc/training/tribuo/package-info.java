/**
 * Trains linear models, random forests and boosted trees on tables as {@link io.aidc.training.Learner}s, to be compared with a
 * network or used in its place; start at {@link io.aidc.training.tribuo.TribuoLearners}.
 *
 * <p>Tribuo is an optional dependency: {@code org.tribuo:tribuo-classification-sgd}, {@code tribuo-regression-sgd}, {@code
 * tribuo-classification-tree} and {@code tribuo-regression-tree}, of which only those that are used are needed. It runs on the Java
 * virtual machine alone, without native code.
 */
@NullMarked
package io.aidc.training.tribuo;

import org.jspecify.annotations.NullMarked;
