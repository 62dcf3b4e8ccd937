package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.dist.Launch;
import io.aidc.training.network.Loss;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker whose meeting place is not there, goes away or is somebody else's. */
@Timeout(60)
class RendezvousTest {
    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final Dataset DATA = Samples.classes(20, 1);

    private interface Host {
        void meet(Socket worker) throws IOException;
    }

    private static void assertLost(int port, String reason) {
        var launch = Launch.fromEnvironment(Map.of(
                "RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "127.0.0.1", "MASTER_PORT", Integer.toString(port)));
        long began = System.nanoTime();
        assertThatThrownBy(() -> TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                        .startTimeout(TIMEOUT)
                        .distributed(launch)
                        .fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("Worker 1 was lost in step 0: no meeting of the workers at 127.0.0.1:" + port)
                .hasMessageContaining(reason);
        // The timeout and two seconds, and libtorch may have to be loaded first.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    }

    private static void assertLost(Host host, String reason) throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var thread = new Thread(() -> {
                try {
                    host.meet(server.accept());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            assertLost(server.getLocalPort(), reason);
            thread.join();
        }
    }

    @Test
    void host_thatIsNotThere_isNamedInTime() throws IOException {
        int port;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        assertLost(port, "Connection refused");
    }

    @Test
    void host_thatEndsBeforeTheMeeting_isNamed() throws Exception {
        assertLost(
                worker -> {
                    worker.getInputStream().read(new byte[64]);
                    worker.shutdownOutput();
                    worker.getInputStream().transferTo(OutputStream.nullOutputStream());
                    worker.close();
                },
                "worker 0 ended before all had come");
    }

    @Test
    void host_thatDoesNotAnswer_isNamedInTime() throws Exception {
        assertLost(
                worker -> {
                    worker.getInputStream().transferTo(OutputStream.nullOutputStream());
                    worker.close();
                },
                "Read timed out");
    }

    @Test
    void host_thatIsSomethingElse_isNamed() throws Exception {
        assertLost(
                worker -> {
                    worker.getInputStream().read(new byte[64]);
                    worker.getOutputStream().write(new byte[200]);
                    worker.getOutputStream().flush();
                    worker.getInputStream().transferTo(OutputStream.nullOutputStream());
                    worker.close();
                },
                "an answer that makes no sense");
    }
}
