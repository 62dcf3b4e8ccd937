package io.aidc.privacy.anonymize;

/**
 * What one published cell covers of its column.
 *
 * @param level the level of the hierarchy that it is published at, 0 for the value itself
 * @param extent the distance between the outermost values that it covers, as a share of the column's, in [0, 1]
 * @param rows how many rows of the table have a value that it covers, &gt; 0
 */
record Cell(int level, double extent, int rows) {}
