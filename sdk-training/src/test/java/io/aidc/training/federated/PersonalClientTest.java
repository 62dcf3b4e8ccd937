package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PersonalClientTest {
    @Test
    void split_byRange_takesApartAndJoins() {
        ParameterSplit split = ParameterSplit.head(5, 1, 3);
        float[] all = {0, 1, 2, 3, 4};
        assertThat(split.bodyOf(all)).containsExactly(0, 3, 4);
        assertThat(split.headOf(all)).containsExactly(1, 2);
        assertThat(split.join(new float[] {0, 3, 4}, new float[] {1, 2})).containsExactly(all);
        assertThat(split).hasToString("ParameterSplit[body=3, head=2]").isEqualTo(ParameterSplit.head(5, 1, 3));
    }

    @Test
    void split_byName_followsTheOrderOfTheMap() {
        Map<String, Integer> lengths = new LinkedHashMap<>();
        lengths.put("body.weight", 3);
        lengths.put("norm", 1);
        lengths.put("head.weight", 2);
        ParameterSplit split = ParameterSplit.head(lengths, name -> name.equals("norm") || name.startsWith("head"));
        assertThat(split.headOf(new float[] {0, 1, 2, 3, 4, 5})).containsExactly(3, 4, 5);
    }

    @Test
    void split_thatIsNone_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterSplit.head(5, 3, 6))
                .withMessage("the head must lie in [0, 5), got [3, 6)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterSplit.head(5, 2, 2))
                .withMessage("head and body must have parameters, got 0 and 5");
        assertThatIllegalArgumentException().isThrownBy(() -> ParameterSplit.head(5, 0, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> ParameterSplit.head(Map.of("a", 0), name -> true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterSplit.head(5, 1, 2).bodyOf(new float[4]))
                .withMessage("the model must have 5 parameters, got 4");
    }

    @Test
    void heads_stayWithTheirClientsWhileTheBodyIsShared() {
        ParameterSplit split = ParameterSplit.head(3, 2, 3);
        HeadStore heads = HeadStore.inMemory();
        List<float[]> seen = new ArrayList<>();
        FederatedResult result = FederatedRun.of(new float[] {0, 0})
                .clients(
                        List.of("x", "y"),
                        name -> PersonalClient.of(
                                name,
                                task -> {
                                    synchronized (seen) {
                                        seen.add(task.parameters());
                                    }
                                    float own = name.equals("x") ? 5 : -5;
                                    return Update.of(new float[] {1, 2, own}, 1).metric("m", 1);
                                },
                                split,
                                new float[] {0, 0, 0.5f},
                                heads))
                .rounds(2)
                .run();
        assertThat(result.parameters()).containsExactly(2, 4);
        assertThat(heads.load("x").orElseThrow()).containsExactly(10.5f);
        assertThat(heads.load("y").orElseThrow()).containsExactly(-9.5f);
        assertThat(heads.load("z")).isEmpty();
        assertThat(result.report().attempts().get(1).metrics()).containsEntry("m", 1.0);
        assertThat(seen).anySatisfy(all -> assertThat(all).containsExactly(1, 2, 5.5f));
    }

    @Test
    void personalModels_beatTheSharedOneWhereClientsDisagree() {
        // the same features, but half of the clients call the classes by other names; a shared bias cannot serve both
        ParameterSplit head = ParameterSplit.head(8, 0, 8 - 1);
        float[] initial = new float[8];
        HeadStore heads = HeadStore.inMemory();
        List<SoftmaxClient.Rows> data = IntStream.range(0, 8)
                .mapToObj(i -> {
                    SoftmaxClient.Rows rows = SoftmaxClient.blobs(40, 2, 0, 0, i);
                    int[] labels = rows.labels().clone();
                    for (int r = 0; r < labels.length; r++) {
                        labels[r] = i % 2 == 0 ? labels[r] : 1 - labels[r];
                    }
                    return new SoftmaxClient.Rows(rows.features(), labels, 2);
                })
                .toList();
        var schedule = new SoftmaxClient.Schedule(3, 10, 0.2);
        List<String> names = IntStream.range(0, 8).mapToObj(Integer::toString).toList();
        FederatedResult personal = FederatedRun.of(head.bodyOf(initial))
                .clients(names, name -> client(name, data, schedule, head, initial, heads))
                .rounds(10)
                .seed(1)
                .run();
        FederatedResult shared = FederatedRun.of(initial)
                .clients(names, name -> new SoftmaxClient(data.get(Integer.parseInt(name)), schedule))
                .rounds(10)
                .seed(1)
                .run();
        for (String name : names) {
            SoftmaxClient.Rows rows = data.get(Integer.parseInt(name));
            PersonalClient client = client(name, data, schedule, head, initial, heads);
            assertThat(SoftmaxClient.accuracy(rows, client.whole(personal.parameters())))
                    .isGreaterThan(0.9);
            float[] before = client.whole(personal.parameters());
            float[] tuned = client.fineTune(personal.parameters(), 1);
            assertThat(SoftmaxClient.loss(rows, SoftmaxClient.doubles(tuned)))
                    .isLessThan(SoftmaxClient.loss(rows, SoftmaxClient.doubles(before)));
            assertThat(client.whole(personal.parameters())).isEqualTo(before);
        }
        double mean = data.stream()
                .mapToDouble(rows -> SoftmaxClient.accuracy(rows, shared.parameters()))
                .average()
                .orElseThrow();
        assertThat(mean).isLessThan(0.6);
    }

    private static PersonalClient client(
            String name,
            List<SoftmaxClient.Rows> data,
            SoftmaxClient.Schedule schedule,
            ParameterSplit split,
            float[] initial,
            HeadStore heads) {
        return PersonalClient.of(
                name, new SoftmaxClient(data.get(Integer.parseInt(name)), schedule), split, initial, heads);
    }
}
