/** Describes networks as plain values; start at {@link io.aidc.training.network.Network}. */
@NullMarked
package io.aidc.training.network;

import org.jspecify.annotations.NullMarked;
