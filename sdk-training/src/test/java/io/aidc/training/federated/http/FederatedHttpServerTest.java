package io.aidc.training.federated.http;

import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.Population;
import io.aidc.training.federated.PopulationContract;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class FederatedHttpServerTest extends PopulationContract {
    private @Nullable FederatedHttpServer server;
    private @Nullable Thread thread;

    @Override
    protected Population population(FederatedClient client) throws InterruptedException {
        FederatedHttpServer made = FederatedHttpServer.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .tokens((name, token) -> true)
                .open();
        var serving = new Thread(() -> FederatedHttpClient.connect(URI.create("http://127.0.0.1:" + made.port()))
                .name("a")
                .token("t")
                .serve(client));
        server = made;
        thread = serving;
        serving.start();
        if (!made.awaitClients(1, Duration.ofSeconds(60))) {
            throw new AssertionError("the client did not come");
        }
        return made;
    }

    @AfterEach
    void end() throws InterruptedException {
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
        if (server != null) {
            server.close();
        }
    }
}
