/**
 * Federated rounds over HTTP: {@link io.aidc.training.federated.http.FederatedHttpServer} where the rounds run, {@link
 * io.aidc.training.federated.http.FederatedHttpClient} where the data is.
 */
@NullMarked
package io.aidc.training.federated.http;

import org.jspecify.annotations.NullMarked;
