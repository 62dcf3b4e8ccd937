package io.aidc.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.TlsMaterialException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.tls.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReloadTest {
    private static final Issued NEXT = TestCertificates.certificate("next").issuedBy(Material.AUTHORITY);

    @TempDir
    private Path directory;

    private Material material;
    private final List<TlsReload> told = new ArrayList<>();

    @BeforeEach
    void writeFiles() {
        material = new Material(directory);
    }

    @Test
    void reload_filesAsTheyWere_isUnchangedAndTellsNobody() throws Exception {
        try (TlsContext server = material.server().onReload(told::add).open()) {
            Files.setLastModifiedTime(material.path("server.pem"), FileTime.fromMillis(0));
            assertThat(server.reload()).isEqualTo(new TlsReload.Unchanged());
            assertThat(told).isEmpty();
        }
    }

    @Test
    void reload_filesReplaced_showsTheOtherCertificateAndKeepsConnections() throws Exception {
        try (TlsContext server = material.server().onReload(told::add).open();
                TlsContext client = material.client().open()) {
            SSLContext held = server.sslContext();
            EnginePair old = connect(client, held);
            material.write("server", NEXT);

            TlsReload outcome = server.reload();

            assertThat(outcome)
                    .isEqualTo(
                            new TlsReload.Replaced(List.of(material.path("server.key"), material.path("server.pem"))));
            assertThat(told).containsExactly(outcome);
            assertThat(serverName(connect(client, held))).isEqualTo("CN=next");
            assertThat(serverName(old.talk())).isEqualTo("CN=server");
        }
    }

    @Test
    void reload_sameModificationTime_isNoticedByContent() throws Exception {
        try (TlsContext server = material.server().open()) {
            FileTime time = Files.getLastModifiedTime(material.path("server.pem"));
            material.write("server", NEXT);
            Files.setLastModifiedTime(material.path("server.pem"), time);
            Files.setLastModifiedTime(material.path("server.key"), time);
            assertThat(server.reload()).isInstanceOf(TlsReload.Replaced.class);
        }
    }

    @Test
    void reload_authoritiesReplaced_refusesThoseOfTheOld() throws Exception {
        try (TlsContext server = material.mutualServer().open();
                TlsContext client = material.mutualClient().open()) {
            connect(client, server.sslContext());
            material.write("ca.pem", Material.STRANGE_AUTHORITY.certificatePem());
            server.reload();
            // the client still has a session with the old authority; it must not be a way in
            assertThatThrownBy(() -> connect(client, server.sslContext())).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void reload_brokenFile_keepsTheOldAndTellsOnce() throws Exception {
        try (TlsContext server = material.server().onReload(told::add).open();
                TlsContext client = material.client().open()) {
            material.write("server.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

            assertThat(refusal(server.reload())).isEqualTo(Reason.UNREADABLE);
            assertThat(refusal(server.reload())).isEqualTo(Reason.UNREADABLE);

            assertThat(told).hasSize(1);
            assertThat(serverName(connect(client, server.sslContext()))).isEqualTo("CN=server");
        }
    }

    @Test
    void reload_keyNotYetReplaced_keepsTheOldUntilItIs() throws Exception {
        try (TlsContext server = material.server().onReload(told::add).open();
                TlsContext client = material.client().open()) {
            material.write("server.pem", NEXT.certificatePem());
            assertThat(refusal(server.reload())).isEqualTo(Reason.KEY_MISMATCH);
            assertThat(serverName(connect(client, server.sslContext()))).isEqualTo("CN=server");

            material.write("server.key", NEXT.keyPem());
            assertThat(server.reload()).isInstanceOf(TlsReload.Replaced.class);
            assertThat(serverName(connect(client, server.sslContext()))).isEqualTo("CN=next");
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void reload_fileGone_keepsTheOldAndNamesIt() throws Exception {
        try (TlsContext server = material.server().open()) {
            Files.delete(material.path("server.key"));
            assertThat(server.reload())
                    .asInstanceOf(InstanceOfAssertFactories.type(TlsReload.Refused.class))
                    .extracting(TlsReload.Refused::failure)
                    .isInstanceOf(VaultIoException.class)
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasMessageContaining("server.key");
        }
    }

    @Test
    void reload_sameRefusalAfterGoodFiles_isToldAgain() {
        try (TlsContext server = material.server().onReload(told::add).open()) {
            material.write("server.key", "");
            server.reload();
            material.write("server.key", Material.SERVER.keyPem());
            server.reload();
            material.write("server.key", "");
            server.reload();
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void reload_certificateOfTomorrow_isTakenTomorrow() {
        Instant today = Instant.parse("2030-01-01T00:00:00Z");
        Instant tomorrow = today.plus(Duration.ofDays(1));
        SettableClock clock = new SettableClock(today);
        Issued later = TestCertificates.certificate("next")
                .valid(tomorrow, tomorrow.plusSeconds(60))
                .issuedBy(Material.AUTHORITY);
        try (TlsContext server =
                material.server().clock(clock).onReload(told::add).open()) {
            material.write("server", later);
            assertThat(refusal(server.reload())).isEqualTo(Reason.NOT_VALID_NOW);
            clock.now = today.plusSeconds(1);
            assertThat(refusal(server.reload())).isEqualTo(Reason.NOT_VALID_NOW);
            assertThat(told).hasSize(1);
            clock.now = tomorrow;
            assertThat(server.reload()).isInstanceOf(TlsReload.Replaced.class);
        }
    }

    @Test
    void reload_listenerThatThrows_harmsNobody() {
        for (Exception failure : List.of(new IllegalStateException("listener"), new IOException("undeclared"))) {
            material.write("server", Material.SERVER);
            try (TlsContext server = material.server()
                    .onReload(reload -> TlsReloadTest.<RuntimeException>raise(failure))
                    .open()) {
                material.write("server", NEXT);
                assertThat(server.reload()).isInstanceOf(TlsReload.Replaced.class);
            }
        }
    }

    /** Throws checked exceptions unchecked, as other languages do. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> void raise(Exception failure) throws E {
        throw (E) failure;
    }

    @Test
    void reload_byTwoThreads_happensOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TlsContext server = material.server().open()) {
            material.write("server", NEXT);
            Callable<TlsReload> reload = server::reload;
            List<TlsReload> outcomes = new ArrayList<>();
            for (Future<TlsReload> outcome : threads.invokeAll(List.of(reload, reload))) {
                outcomes.add(outcome.get());
            }
            assertThat(outcomes)
                    .hasAtLeastOneElementOfType(TlsReload.Unchanged.class)
                    .hasAtLeastOneElementOfType(TlsReload.Replaced.class);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void reloadEvery_eachTick_looks() throws Exception {
        List<Runnable> ticks = new ArrayList<>();
        List<Duration> pauses = new ArrayList<>();
        boolean[] stopped = {false};
        try (TlsContext server = material.server()
                        .reloadEvery(Duration.ofMinutes(1))
                        .onReload(told::add)
                        .ticking((every, task) -> {
                            pauses.add(every);
                            ticks.add(task);
                            return () -> stopped[0] = true;
                        })
                        .open();
                TlsContext client = material.client().open()) {
            ticks.get(0).run();
            assertThat(told).isEmpty();
            material.write("server", NEXT);
            ticks.get(0).run();
            assertThat(told).hasSize(1);
            assertThat(pauses).containsExactly(Duration.ofMinutes(1));
            assertThat(serverName(connect(client, server.sslContext()))).isEqualTo("CN=next");
        }
        assertThat(stopped[0]).isTrue();
        ticks.get(0).run(); // one that was on its way finds nothing to do
        assertThat(told).hasSize(1);
    }

    @Test
    void tickingThread_isADaemonThatIsGoneAfterClose() throws Exception {
        CountDownLatch ticked = new CountDownLatch(3);
        Thread[] thread = new Thread[1];
        Ticking.Ticks ticks = TickingThread.start(Duration.ofNanos(1), () -> {
            thread[0] = Thread.currentThread();
            ticked.countDown();
            if (ticked.getCount() == 2) {
                throw new IllegalStateException("a failing look ends nothing");
            }
            if (ticked.getCount() == 1) {
                throw new AssertionError("nor does an error in a listener");
            }
        });
        assertThat(ticked.await(10, TimeUnit.SECONDS)).isTrue();
        ticks.close();
        ticks.close();
        assertThat(thread[0].getName()).isEqualTo("aidc-security-tls");
        assertThat(thread[0].isDaemon()).isTrue();
        assertThat(thread[0].isAlive()).isFalse();
    }

    @Test
    void tickingThread_closedByItsOwnTask_ends() throws Exception {
        Ticking.Ticks[] ticks = new Ticking.Ticks[1];
        Thread[] thread = new Thread[1];
        CountDownLatch known = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ticks[0] = TickingThread.start(Duration.ofNanos(1), () -> {
            try {
                known.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread[0] = Thread.currentThread();
            ticks[0].close();
            closed.countDown();
        });
        known.countDown();
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        thread[0].join(10_000);
        assertThat(thread[0].isAlive()).isFalse();
    }

    @Test
    void open_withReloadEvery_hasAThreadUntilClose() {
        TlsContext server = material.server().reloadEvery(Duration.ofHours(1)).open();
        assertThat(threads()).isPositive();
        long before = threads();
        server.close();
        assertThat(threads()).isLessThan(before);
    }

    @Test
    void close_twice_thenEveryCallFails() throws Exception {
        TlsContext server = material.server().open();
        SSLContext held = server.sslContext();
        EnginePair pair;
        try (TlsContext client = material.client().open()) {
            pair = connect(client, held);
        }
        server.close();
        server.close();
        assertThatThrownBy(server::sslContext).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(server::parameters).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(server::reload).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(held::createSSLEngine).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> held.getSocketFactory().createSocket()).isInstanceOf(IllegalStateException.class);
        pair.talk();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("aidc-security-tls"))
                .count();
    }

    private static EnginePair connect(TlsContext client, SSLContext server) throws SSLException {
        return new EnginePair(Material.clientEngine(client.sslContext()), server.createSSLEngine()).connect();
    }

    private static String serverName(EnginePair pair) throws SSLException {
        return pair.client().getSession().getPeerPrincipal().getName();
    }

    private static Reason refusal(TlsReload outcome) {
        return ((TlsMaterialException) ((TlsReload.Refused) outcome).failure()).reason();
    }

    private static final class SettableClock extends Clock {
        private Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
