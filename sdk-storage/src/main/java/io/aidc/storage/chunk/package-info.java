/**
 * Cuts content into chunks named by their digest, and describes a version as a list of them; start at {@link
 * io.aidc.storage.chunk.Chunker}.
 */
@NullMarked
package io.aidc.storage.chunk;

import org.jspecify.annotations.NullMarked;
