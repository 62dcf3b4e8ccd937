/** Keeps immutable objects by key, on a disk or in the cloud; start at {@link io.aidc.storage.object.ObjectStore}. */
@NullMarked
package io.aidc.storage.object;

import org.jspecify.annotations.NullMarked;
