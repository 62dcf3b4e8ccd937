/** Opens, flushes and renames files; the one place where durability is decided. */
@NullMarked
package io.aidc.storage.internal.file;

import org.jspecify.annotations.NullMarked;
