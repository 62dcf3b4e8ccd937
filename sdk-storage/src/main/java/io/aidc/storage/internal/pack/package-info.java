/**
 * Keeps chunks in packs: append-only files or objects of 64 MiB; start at
 * {@link io.aidc.storage.internal.pack.PackedChunks}.
 */
@NullMarked
package io.aidc.storage.internal.pack;

import org.jspecify.annotations.NullMarked;
