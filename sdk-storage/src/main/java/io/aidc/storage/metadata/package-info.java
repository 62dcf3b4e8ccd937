/**
 * Keeps small keys in one agreed order: transactions, their outcomes, and the state they build; start at {@link
 * io.aidc.storage.metadata.MetadataLog}.
 */
@NullMarked
package io.aidc.storage.metadata;

import org.jspecify.annotations.NullMarked;
