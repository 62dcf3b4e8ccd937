/** Keeps chunks on several nodes: local files, peers over HTTP, writing to a quorum, reading with repair. */
@NullMarked
package io.aidc.storage.internal.replica;

import org.jspecify.annotations.NullMarked;
