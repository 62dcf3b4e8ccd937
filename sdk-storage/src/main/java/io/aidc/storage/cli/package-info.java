/** A command line for operators; start at {@link io.aidc.storage.cli.StoreCommand}. */
@NullMarked
package io.aidc.storage.cli;

import org.jspecify.annotations.NullMarked;
