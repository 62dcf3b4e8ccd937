package io.aidc.training.federated.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.http.Desk.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeskTest {
    private long now;
    private final Desk desk = new Desk(Duration.ofSeconds(10), () -> now);

    /** Writes down what it is told. */
    private static final class Noting implements Desk.Waiter {
        private final List<String> told = new ArrayList<>();

        @Override
        public void assign(Assignment assignment) {
            told.add(assignment.id());
        }

        @Override
        public void nothing() {
            told.add("nothing");
        }

        @Override
        public void finished() {
            told.add("finished");
        }
    }

    private static Assignment assignment() {
        return new Assignment(new Frame.Task(RoundTask.of(1, 1, 0, new float[2]), false, 0, new byte[0]));
    }

    private Noting ask(String client) {
        var waiter = new Noting();
        desk.ask(client, waiter);
        return waiter;
    }

    @Test
    void assignment_reachesAWaitingClientAndOneThatComesLater() {
        Noting waiting = ask("a");
        Assignment first = assignment();
        desk.assign("a", first);
        assertThat(waiting.told).containsExactly(first.id());
        assertThat(ask("a").told).containsExactly(first.id()); // it lost the first answer, or was started again
        assertThat(ask("b").told).isEmpty();
    }

    @Test
    void await_withoutEnd_isPossible() throws InterruptedException {
        ask("a");
        assertThat(desk.await(1, Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void answer_countsOnce() {
        Assignment first = assignment();
        desk.assign("a", first);
        assertThat(desk.open("a", first.id())).isSameAs(first);
        assertThat(desk.open("b", first.id())).isNull();
        assertThat(desk.answered("a", first)).isEqualTo(Receipt.TAKEN);
        assertThat(desk.answered("a", first)).isEqualTo(Receipt.REPEATED);
        assertThat(desk.past("a", first.id())).isEqualTo(Receipt.REPEATED);
        assertThat(desk.past("b", first.id())).isEqualTo(Receipt.OVER);
        assertThat(desk.past("a", "other")).isEqualTo(Receipt.OVER);
    }

    @Test
    void assignment_takenBack_isOver() {
        Assignment first = assignment();
        desk.assign("a", first);
        desk.takeBack("a", first);
        assertThat(desk.open("a", first.id())).isNull();
        assertThat(desk.past("a", first.id())).isEqualTo(Receipt.OVER);
        Assignment second = assignment();
        desk.assign("a", second);
        desk.takeBack("a", first);
        assertThat(desk.open("a", second.id())).isSameAs(second);
    }

    @Test
    void idle_listsThoseThatWaitOrDidAMomentAgo() {
        ask("busy");
        desk.assign("busy", assignment());
        Noting gone = ask("gone");
        desk.giveUp("gone", gone);
        assertThat(gone.told).containsExactly("nothing");
        now += Duration.ofSeconds(9).toNanos();
        ask("here");
        assertThat(desk.idle()).containsExactlyInAnyOrder("gone", "here");
        now += Duration.ofSeconds(2).toNanos();
        assertThat(desk.idle()).containsExactly("here");
    }

    @Test
    void request_thatIsRepeated_letsTheOlderOneGo() {
        Noting older = ask("a");
        Noting newer = ask("a");
        assertThat(older.told).containsExactly("nothing");
        desk.giveUp("a", older);
        assertThat(newer.told).isEmpty();
        desk.assign("a", assignment());
        assertThat(newer.told).hasSize(1);
        assertThat(older.told).hasSize(1);
    }

    @Test
    void client_thatIsBusy_isNotAskedAgain() {
        desk.assign("a", assignment());
        assertThatIllegalStateException()
                .isThrownBy(() -> desk.assign("a", assignment()))
                .withMessage("client a is busy");
    }

    @Test
    void close_failsWhatIsOpenAndLetsEverybodyGo() {
        Noting waiting = ask("b");
        Assignment open = assignment();
        desk.assign("a", open);
        desk.close();
        assertThat(open.update()).isCompletedExceptionally();
        assertThat(waiting.told).containsExactly("nothing");
        assertThat(ask("c").told).containsExactly("nothing"); // this server may be started again
        assertThatIllegalStateException().isThrownBy(desk::idle).withMessage("the server is closed");
        assertThatIllegalStateException().isThrownBy(() -> desk.assign("a", assignment()));
    }

    @Test
    void farewell_waitsForThoseThatWereThereAMomentAgo() throws InterruptedException {
        Noting passing = ask("a");
        desk.giveUp("a", passing);
        desk.finish();
        var waiting = new Thread(() -> {
            try {
                desk.awaitFarewell(Duration.ofDays(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        waiting.start();
        waiting.join(50);
        assertThat(waiting.isAlive()).isTrue();
        assertThat(ask("a").told).containsExactly("finished");
        waiting.join(10_000);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void finish_sendsEverybodyHome() {
        Noting waiting = ask("a");
        desk.finish();
        assertThat(waiting.told).containsExactly("finished");
        assertThat(ask("b").told).containsExactly("finished");
    }
}
