package io.aidc.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.history.Call;
import io.aidc.storage.history.Checker;
import io.aidc.storage.history.Ending;
import io.aidc.storage.history.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArtifactsTest {
    private final List<Call<Artifacts.Operation>> history = new ArrayList<>();
    private long time;

    @Test
    void publish_showsLabelAndAliasAtOnce() {
        one(new Artifacts.Publish("m", "1", Answer.NIL, Ending.DONE));
        one(new Artifacts.Resolve("m", "1"));
        one(new Artifacts.Labels("m", Set.of("1")));
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void publishWithoutAnswer_thatShowsItsLabelButNotItsAlias_isNot() {
        history.add(new Call<>("x", new Artifacts.Publish("m", "1", Answer.NIL, Ending.UNKNOWN), 0, Call.OPEN));
        one(new Artifacts.Labels("m", Set.of("1")));
        one(new Artifacts.Resolve("m", "1"));
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        one(new Artifacts.Resolve("m", Answer.NIL));
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void acknowledgedLabelThatIsGone_isNot() {
        one(new Artifacts.Publish("m", "1", Answer.NIL, Ending.DONE));
        one(new Artifacts.Labels("m", Set.of()));
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void conditions_decideWhichAnswerIsAllowed() {
        one(new Artifacts.Move("m", "1", Ending.REFUSED));
        one(new Artifacts.Publish("m", "1", "0", Ending.REFUSED));
        one(new Artifacts.Publish("m", "1", Answer.NIL, Ending.DONE));
        one(new Artifacts.Publish("m", "2", "1", Ending.DONE));
        one(new Artifacts.Move("m", "1", Ending.DONE));
        one(new Artifacts.Resolve("m", "1"));
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        one(new Artifacts.Publish("m", "3", "2", Ending.DONE));
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    private void one(Artifacts.Operation operation) {
        time += 2;
        history.add(new Call<>("p", operation, time, time + 1));
    }

    private Verdict verdict() {
        return new Checker<>(new Artifacts()).check(history).verdict();
    }
}
