/**
 * Reads data into a {@link io.aidc.training.Dataset} and brings it to a training loop.
 *
 * <table>
 * <caption>Where to start</caption>
 * <tr><th>Data</th><th>Reader</th><th>Gives</th></tr>
 * <tr><td>CSV</td><td>{@link io.aidc.training.Table}</td><td>a table</td></tr>
 * <tr><td>JSON lines</td><td>{@link io.aidc.training.data.JsonLines}</td><td>a table</td></tr>
 * <tr><td>Parquet</td><td>{@code parquet.ParquetFile}</td><td>a table</td></tr>
 * <tr><td>Arrow, Feather</td><td>{@code arrow.ArrowFile}</td><td>a table</td></tr>
 * <tr><td>NumPy {@code .npy}, {@code .npz}</td><td>{@link io.aidc.training.data.Npy},
 *     {@link io.aidc.training.data.Npz}</td><td>arrays</td></tr>
 * <tr><td>IDX, the format of MNIST</td><td>{@link io.aidc.training.data.Idx}</td><td>arrays, or a data set</td></tr>
 * <tr><td>Pictures</td><td>{@link io.aidc.training.data.Images}</td><td>a data set</td></tr>
 * <tr><td>Text in a table</td><td>{@link io.aidc.training.data.Vocabulary}</td><td>a data set of token ids</td></tr>
 * </table>
 *
 * <p>A table or an array becomes a data set by {@code classification} or {@code regression}. A
 * {@link io.aidc.training.data.BatchReader} gives its rows batch by batch, read ahead on threads of its own.
 *
 * <p>A file is input from outside: every length it states is bounded before memory is taken, and whatever is not as the
 * format demands ends as a {@link io.aidc.training.MalformedFileException} that says where. Files that do not change
 * while they are read are assumed. Nothing in this package depends on the default locale.
 */
@NullMarked
package io.aidc.training.data;

import org.jspecify.annotations.NullMarked;
