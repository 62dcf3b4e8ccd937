/**
 * Finds good hyper-parameters: samplers, pruners, parallel trials and a journal that outlives a crash. Start at
 * {@link io.aidc.training.search.Search}.
 */
@NullMarked
package io.aidc.training.search;

import org.jspecify.annotations.NullMarked;
