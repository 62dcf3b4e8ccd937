package io.aidc.training.dist.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MeetingPointTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<Worker> workers = new ArrayList<>();

    /** One worker's end, without what it trains. */
    private record Worker(MeetingPoint point, Attendance attendance) {
        void die() {
            attendance.close();
            point.close();
        }
    }

    private Worker worker(int rank, String host, MeetingPoint point, MeetingPoint.Rules rules) {
        var made = new Worker(point, new Attendance(point, rules, "job", host, rank));
        workers.add(made);
        return made;
    }

    private List<Worker> group(int size, Duration patience) throws IOException {
        var rules = new MeetingPoint.Rules(size, 1, patience, patience, generation -> "store-" + generation);
        List<Worker> made = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            var point = new MeetingPoint(InetAddress.getLoopbackAddress(), 0, "job");
            String host = rank == 0 ? point.address() : made.get(0).point().address();
            made.add(worker(rank, host, point, rules));
        }
        made.get(0).point().host(rules);
        return made;
    }

    private Future<Membership> attend(Worker worker, long progress) {
        return pool.submit((Callable<Membership>) () -> worker.attendance().attend(progress));
    }

    private List<Membership> meet(List<Worker> all) throws ExecutionException, InterruptedException {
        List<Future<Membership>> coming = new ArrayList<>();
        for (Worker worker : all) {
            coming.add(attend(worker, 0));
        }
        List<Membership> told = new ArrayList<>();
        for (Future<Membership> one : coming) {
            told.add(one.get());
        }
        return told;
    }

    @AfterEach
    void end() {
        workers.forEach(Worker::die);
        pool.shutdownNow();
    }

    @Test
    void meeting_atTheStart_givesEachItsRank() throws Exception {
        List<Membership> told = meet(group(3, PATIENCE));
        for (int rank = 0; rank < 3; rank++) {
            Membership member = told.get(rank);
            assertThat(member.rank()).isEqualTo(rank);
            assertThat(member.size()).isEqualTo(3);
            assertThat(member.generation()).isEqualTo(1);
            assertThat(member.store()).isEqualTo("store-1");
        }
    }

    @Test
    void meeting_afterALoss_namesTheOneThatGotFurthest() throws Exception {
        List<Worker> all = group(3, PATIENCE);
        meet(all);
        all.get(1).die();
        Future<Membership> first = attend(all.get(0), 7);
        Future<Membership> third = attend(all.get(2), 8);
        assertThat(first.get().rank()).isZero();
        assertThat(third.get().rank()).isEqualTo(1);
        assertThat(first.get().source()).isEqualTo(1);
        assertThat(first.get().size()).isEqualTo(2);
    }

    /** The third comes to the second's point before that one knows that the first is gone: it must not be told of a group alone. */
    @Test
    void takeOver_whenAnotherComesFirst_waitsForTheHolder() throws Exception {
        List<Worker> all = group(3, PATIENCE);
        meet(all);
        all.get(0).die();
        Future<Membership> third = attend(all.get(2), 5);
        while (!all.get(1).point().hasGuest()) {
            Thread.onSpinWait();
        }
        Membership second = attend(all.get(1), 5).get();
        assertThat(second.rank()).isZero();
        assertThat(second.size()).isEqualTo(2);
        assertThat(third.get().rank()).isEqualTo(1);
        assertThat(third.get().generation()).isEqualTo(2);
    }

    @Test
    void takeOver_whenTheHolderComesFirst_waitsForTheOther() throws Exception {
        List<Worker> all = group(3, PATIENCE);
        meet(all);
        all.get(0).die();
        Future<Membership> second = attend(all.get(1), 5);
        Membership third = attend(all.get(2), 6).get();
        assertThat(second.get().size()).isEqualTo(2);
        assertThat(second.get().source()).isEqualTo(1);
        assertThat(third.rank()).isEqualTo(1);
    }

    @Test
    void takeOver_whenTheNextIsGoneToo_goesOnWithoutIt() throws Exception {
        List<Worker> all = group(4, PATIENCE);
        meet(all);
        all.get(0).die();
        all.get(1).die();
        Future<Membership> third = attend(all.get(2), 5);
        Future<Membership> fourth = attend(all.get(3), 5);
        assertThat(third.get().rank()).isZero();
        assertThat(fourth.get().size()).isEqualTo(2);
    }

    @Test
    void meeting_whereOneIsMissing_isRefusedWhenPatienceEnds() throws Exception {
        List<Worker> all = group(2, Duration.ofMillis(300));
        Future<Membership> alone = attend(all.get(0), 0);
        assertThatThrownBy(alone::get)
                .hasCauseInstanceOf(MeetingRefusedException.class)
                .hasMessageContaining("1 of 2 workers came within PT0.3S");
    }

    @Test
    void meeting_whereOneWillNotCome_isRefusedAtOnce() throws Exception {
        List<Worker> all = group(2, PATIENCE);
        Future<Membership> alone = attend(all.get(0), 0);
        all.get(0).point().giveUp("worker 1 could not be started");
        assertThatThrownBy(() -> alone.get(PATIENCE.toMillis() / 2, TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(MeetingRefusedException.class)
                .hasMessageContaining("worker 1 could not be started");
    }

    @Test
    void meeting_doesNotWaitForAConnectionThatSaysNothing() throws Exception {
        List<Worker> all = group(2, PATIENCE);
        meet(all);
        String[] host = all.get(0).point().address().split(":", -1);
        try (var silent = new Socket(host[0], Integer.parseInt(host[1]))) {
            Future<Membership> second = attend(all.get(1), 1);
            Future<Membership> first = attend(all.get(0), 1);
            assertThat(first.get(PATIENCE.toMillis() / 2, TimeUnit.MILLISECONDS).size())
                    .isEqualTo(2);
            assertThat(second.get().generation()).isEqualTo(2);
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void worker_ofAnotherRun_isRefused() throws Exception {
        List<Worker> all = group(2, PATIENCE);
        var point = new MeetingPoint(InetAddress.getLoopbackAddress(), 0, "other");
        var rules = new MeetingPoint.Rules(2, 1, PATIENCE, PATIENCE, generation -> "");
        var stranger = new Worker(
                point, new Attendance(point, rules, "other", all.get(0).point().address(), 1));
        workers.add(stranger);
        assertThatThrownBy(() -> attend(stranger, 0).get())
                .hasCauseInstanceOf(MeetingRefusedException.class)
                .hasMessageContaining("takes part in another run");
    }

    @Test
    void worker_thatComesTooLate_isToldThatTheOthersWentOn() throws Exception {
        List<Worker> all = group(3, Duration.ofMillis(300));
        meet(all);
        Future<Membership> first = attend(all.get(0), 7);
        Future<Membership> second = attend(all.get(1), 7);
        assertThat(first.get().size()).isEqualTo(2);
        assertThat(second.get().rank()).isEqualTo(1);
        assertThatThrownBy(() -> attend(all.get(2), 7).get())
                .hasCauseInstanceOf(MeetingRefusedException.class)
                .hasMessageContaining("the others went on without it")
                .hasMessageContaining("PT0.3S");
        assertThat(all.get(0).point().hasNewcomers()).isFalse();
        // The two that are left meet again as if it had never been.
        Future<Membership> again = attend(all.get(0), 9);
        assertThat(attend(all.get(1), 9).get().generation()).isEqualTo(3);
        assertThat(again.get().size()).isEqualTo(2);
    }

    /** A host that accepts connections and gives no answer: a machine that is frozen. */
    @Test
    void meeting_atAPointThatDoesNotAnswer_movesToTheNext() throws Exception {
        Duration patience = Duration.ofMillis(500);
        try (var frozen = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            var rules = new MeetingPoint.Rules(2, 1, patience, patience, generation -> "store-" + generation);
            var point = new MeetingPoint(InetAddress.getLoopbackAddress(), 0, "job");
            String host = "127.0.0.1:" + frozen.getLocalPort();
            Worker second = worker(1, host, point, rules);
            Future<Membership> first = attend(second, 0);
            var socket = frozen.accept();
            var peers = List.of(host, point.address());
            Standing.writeAnswer(
                    new DataOutputStream(socket.getOutputStream()), new Membership(1, 1, 2, 0, "store-1", peers));
            assertThat(first.get().size()).isEqualTo(2);
            long began = System.nanoTime();
            Membership alone = attend(second, 3).get();
            assertThat(alone.generation()).isEqualTo(2);
            assertThat(alone.size()).isEqualTo(1);
            // Half a second and two for the host; the holder waits for nobody else.
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(patience, Duration.ofSeconds(5));
            socket.close();
        }
    }
}
