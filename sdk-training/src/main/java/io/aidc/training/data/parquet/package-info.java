/**
 * Reads Parquet files; start at {@link io.aidc.training.data.parquet.ParquetFile}.
 *
 * <p>Parquet is an optional dependency: {@code org.apache.parquet:parquet-column} and
 * {@code org.apache.parquet:parquet-format-structures}, both 1.18.1, which need no Hadoop. {@code parquet-hadoop} is
 * not used: its reader loads Hadoop's classes even for a local file. Files packed with Zstandard need
 * {@code com.github.luben:zstd-jni} besides.
 */
@NullMarked
package io.aidc.training.data.parquet;

import org.jspecify.annotations.NullMarked;
