package io.aidc.storage.internal.replica;

import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where and as whom a node serves the others.
 *
 * @param node its id
 * @param cluster requests of others are refused
 * @param address to listen on
 * @param timeout the bound of one exchange
 * @param tls proves who this node is and knows whose certificates to accept; null for plain HTTP
 */
public record PeerPort(
        String node,
        String cluster,
        InetSocketAddress address,
        Duration timeout,
        @Nullable SSLContext tls) {}
