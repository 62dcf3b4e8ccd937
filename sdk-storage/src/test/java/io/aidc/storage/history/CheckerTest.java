package io.aidc.storage.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.history.CasRegister.Cas;
import io.aidc.storage.history.CasRegister.Operation;
import io.aidc.storage.history.CasRegister.Read;
import io.aidc.storage.history.CasRegister.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckerTest {
    private final List<Call<Operation>> history = new ArrayList<>();

    @Test
    void empty_isLinearizable() {
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void readAfterAnsweredWrite_ofTheOldValue_isNot() {
        call("a", new Write("r", "1"), 1, 2);
        call("b", new Read("r", "nil"), 3, 4);
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void readDuringWrite_mayBeEither() {
        call("a", new Write("r", "1"), 1, 4);
        call("b", new Read("r", "1"), 2, 3);
        call("c", new Read("r", "nil"), 1, 3);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void readsDuringWrite_newThenOld_areNot() {
        call("a", new Write("r", "1"), 1, 9);
        call("b", new Read("r", "1"), 2, 3);
        call("c", new Read("r", "nil"), 4, 5);
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void returnAtTheTimeOfTheNextInvocation_overlaps() {
        call("a", new Write("r", "1"), 1, 2);
        call("b", new Read("r", "nil"), 2, 3);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void openWrite_mayTakeEffectMuchLater_orNever_butNotBefore() {
        call("a", new Write("r", "1"), 1, Call.OPEN);
        call("b", new Read("r", "nil"), 2, 3);
        call("b", new Read("r", "nil"), 4, 5);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        call("b", new Read("r", "1"), 6, 7);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        call("b", new Read("r", "nil"), 8, 9);
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
        history.clear();
        call("b", new Read("r", "1"), 1, 2);
        call("a", new Write("r", "1"), 3, Call.OPEN);
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void openCas_explainsAValue_onlyFromItsOwn() {
        call("a", new Write("r", "1"), 1, 2);
        call("b", new Cas("r", "1", "2", Ending.UNKNOWN), 3, Call.OPEN);
        call("c", new Read("r", "2"), 4, 5);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        history.set(1, new Call<>("b", new Cas("r", "7", "2", Ending.UNKNOWN), 3, Call.OPEN));
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void answeredCas_isAllowedOnlyInTheStateItsAnswerTells() {
        call("a", new Cas("r", "nil", "1", Ending.DONE), 1, 2);
        call("b", new Cas("r", "nil", "2", Ending.REFUSED), 3, 4);
        assertThat(verdict()).isEqualTo(Verdict.LINEARIZABLE);
        call("c", new Cas("r", "1", "3", Ending.REFUSED), 5, 6);
        assertThat(verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void badPart_amongGoodOnes_isFoundAndReportedAlone() {
        call("a", new Write("good", "1"), 1, 2);
        call("a", new Write("bad", "1"), 3, 4);
        call("b", new Read("bad", "2"), 5, 6);
        call("b", new Read("good", "1"), 7, 8);

        Report<Operation> report = new Checker<>(new CasRegister()).check(history);

        assertThat(report.verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
        assertThat(report.part()).containsExactly(history.get(1), history.get(2));
        assertThat(report.longest()).containsExactly(history.get(1));
    }

    @Test
    void smallBudget_isUnknown_unlessAnotherPartDecides() {
        for (int i = 0; i < 8; i++) {
            call("w" + i, new Write("hard", "v" + i), 1, 100);
        }
        call("r", new Read("hard", "none"), 2, 99);
        Report<Operation> report = new Checker<>(new CasRegister(), 50).check(history);
        assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(report.steps()).isEqualTo(51);
        assertThat(report.part()).isEqualTo(history);

        call("b", new Read("easy", "1"), 101, 102);
        assertThat(new Checker<>(new CasRegister(), 50).check(history).verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void bank_lookThatSeesMoneyOnItsWay_isNot() {
        var model = new Bank(Map.of("x", 10L, "y", 0L));
        Call<Bank.Operation> move = new Call<>("a", new Bank.Transfer("x", "y", 4, Ending.DONE), 1, 5);
        Call<Bank.Operation> after = new Call<>("b", new Bank.Look(Map.of("x", 6L, "y", 4L)), 2, 3);
        Call<Bank.Operation> half = new Call<>("b", new Bank.Look(Map.of("x", 6L, "y", 0L)), 2, 3);
        Call<Bank.Operation> refused = new Call<>("c", new Bank.Transfer("x", "y", 7, Ending.REFUSED), 6, 7);

        assertThat(new Checker<>(model).check(List.of(move, after, refused)).verdict())
                .isEqualTo(Verdict.LINEARIZABLE);
        assertThat(new Checker<>(model).check(List.of(move, half)).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
        assertThat(new Checker<>(model).check(List.of(refused)).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void set_listingWithoutAnAnsweredAdd_isNot() {
        Call<TextSet.Operation> add = new Call<>("a", new TextSet.Add("x"), 1, 2);
        Call<TextSet.Operation> remove = new Call<>("a", new TextSet.Remove("x"), 3, 6);
        Call<TextSet.Operation> with = new Call<>("b", new TextSet.Members(Set.of("x")), 4, 5);
        Call<TextSet.Operation> without = new Call<>("b", new TextSet.Members(Set.of()), 4, 5);

        var checker = new Checker<>(new TextSet());
        assertThat(checker.check(List.of(add, without)).verdict()).isEqualTo(Verdict.NOT_LINEARIZABLE);
        assertThat(checker.check(List.of(add, remove, without)).verdict()).isEqualTo(Verdict.LINEARIZABLE);
        assertThat(checker.check(List.of(add, remove, with)).verdict()).isEqualTo(Verdict.LINEARIZABLE);
    }

    @Test
    void keyValues_appendsInAnOrderNobodySaw_areNot() {
        Call<KeyValues.Operation> x = new Call<>("a", new KeyValues.Append("k", "x"), 1, 2);
        Call<KeyValues.Operation> y = new Call<>("b", new KeyValues.Append("k", "y"), 3, 4);
        var checker = new Checker<>(new KeyValues());
        assertThat(checker.check(List.of(x, y, new Call<>("c", new KeyValues.Get("k", "xy"), 5, 6)))
                        .verdict())
                .isEqualTo(Verdict.LINEARIZABLE);
        assertThat(checker.check(List.of(x, y, new Call<>("c", new KeyValues.Get("k", "yx"), 5, 6)))
                        .verdict())
                .isEqualTo(Verdict.NOT_LINEARIZABLE);
    }

    /** Against the definition: every order of up to seven calls is tried. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void randomSmallHistories_areJudgedAsByTryingAllOrders(long seed) {
        var random = new Random(seed);
        int linearizable = 0;
        for (int round = 0; round < 400; round++) {
            randomHistory(random);
            boolean expected = anyOrder(history, "nil");
            assertThat(verdict())
                    .as("%s", history)
                    .isEqualTo(expected ? Verdict.LINEARIZABLE : Verdict.NOT_LINEARIZABLE);
            linearizable += expected ? 1 : 0;
        }
        assertThat(linearizable).isBetween(40, 360);
    }

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    private void randomHistory(Random random) {
        history.clear();
        int size = 2 + random.nextInt(6);
        for (int i = 0; i < size; i++) {
            long invoked = random.nextInt(12);
            boolean open = random.nextInt(5) == 0;
            Operation operation = switch (random.nextInt(3)) {
                case 0 -> new Write("r", value(random));
                case 1 ->
                    new Cas(
                            "r",
                            value(random),
                            value(random),
                            open ? Ending.UNKNOWN : random.nextBoolean() ? Ending.DONE : Ending.REFUSED);
                default -> new Read("r", random.nextInt(4) == 0 ? "nil" : value(random));
            };
            if (operation instanceof Read) {
                open = false;
            }
            call("p" + i, operation, invoked, open ? Call.OPEN : invoked + 1 + random.nextInt(6));
        }
    }

    private static String value(Random random) {
        return Integer.toString(random.nextInt(2));
    }

    private static boolean anyOrder(List<Call<Operation>> left, String state) {
        if (left.stream().allMatch(Call::isOpen)) {
            return true;
        }
        for (Call<Operation> first : left) {
            if (left.stream().anyMatch(other -> other.returned() < first.invoked())) {
                continue;
            }
            var next = new CasRegister().step(state, first.operation());
            List<Call<Operation>> rest = new ArrayList<>(left);
            rest.remove(first);
            if (next.isPresent() && anyOrder(rest, next.get())) {
                return true;
            }
        }
        return false;
    }

    @Test
    void callThatReturnsBeforeItsInvocation_isRefused() {
        assertThatThrownBy(() -> new Call<>("a", "x", 2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeline_showsEachCallOfThePart_andMarksTheUnexplained() {
        call("a", new Write("r", "<1>"), 1, 2);
        call("b", new Read("r", "2"), 3, 4);
        call("c", new Write("r", "3"), 3, Call.OPEN);

        String page = Timeline.html(new Checker<>(new CasRegister()).check(history), "a & b");

        assertThat(page).contains("NOT_LINEARIZABLE", "a &amp; b", "value=&lt;1&gt;", "seen=2", "(no answer)");
        assertThat(page.split("class=\"in\"", -1)).hasSize(3);
        assertThat(page.split("class=\"out\"", -1)).hasSize(2);
    }

    private void call(String process, Operation operation, long invoked, long returned) {
        history.add(new Call<>(process, operation, invoked, returned));
    }

    private Verdict verdict() {
        return new Checker<>(new CasRegister()).check(history).verdict();
    }
}
