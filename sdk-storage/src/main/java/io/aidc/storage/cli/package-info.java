/**
 * A command line for operators; start at {@link io.aidc.storage.cli.StoreCommand}, and in the node at {@link
 * io.aidc.storage.cli.OperatorSocket}.
 */
@NullMarked
package io.aidc.storage.cli;

import org.jspecify.annotations.NullMarked;
