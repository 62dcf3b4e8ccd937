/**
 * Trains one model over clients that keep their data, in rounds; start at {@link
 * io.aidc.training.federated.FederatedRun}.
 */
@NullMarked
package io.aidc.training.federated;

import org.jspecify.annotations.NullMarked;
