/**
 * Keeps immutable objects by key, on a disk or in the cloud; start at {@link io.aidc.storage.object.ObjectStore} and
 * open {@link io.aidc.storage.object.DirectoryObjects} or {@link io.aidc.storage.object.S3Objects}.
 */
@NullMarked
package io.aidc.storage.object;

import org.jspecify.annotations.NullMarked;
