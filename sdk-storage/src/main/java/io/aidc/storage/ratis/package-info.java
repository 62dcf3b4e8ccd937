/**
 * Runs the metadata log on Apache Ratis; the only package that imports it. Start at {@link
 * io.aidc.storage.ratis.RatisMetadataLog}.
 */
@NullMarked
package io.aidc.storage.ratis;

import org.jspecify.annotations.NullMarked;
