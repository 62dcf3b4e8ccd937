/** Keeps named, versioned, replicated and verified models and data sets inside the JVM. */
@NullMarked
package io.aidc.storage;

import org.jspecify.annotations.NullMarked;
