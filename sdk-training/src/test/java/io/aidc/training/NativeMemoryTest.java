package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.network.Loss;
import io.aidc.training.torch.internal.NativeObjects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
    private static final Dataset DATA = Samples.classes(101, 1);

    private static TrainingRun run() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY).steps(40).seed(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void run_thatIsClosed_holdsNoNativeObject(int workers) {
        int before = NativeObjects.count();
        var during = new AtomicInteger();
        run().workers(workers)
                .listener(progress -> during.set(NativeObjects.count()))
                .fit(DATA)
                .close();
        assertThat(during.get()).isGreaterThan(before);
        assertThat(NativeObjects.count()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void run_beyondItsBudget_endsAndHoldsNoNativeObject(int workers) {
        int before = NativeObjects.count();
        assertThatThrownBy(() -> run().workers(workers).memoryBudget(1).fit(DATA))
                .isInstanceOf(MemoryExceededException.class)
                .hasMessageContaining("after step 16, the run was given 1; held: ")
                .hasMessageContaining("native objects; start the JVM with -Daidc.training.trackNative=true");
        assertThat(NativeObjects.count()).isEqualTo(before);
    }

    @Test
    void report_whereObjectsAreTracked_namesWhereTheyWereMade() {
        System.setProperty(NativeObjects.TRACKING, "true");
        try {
            assertThatThrownBy(() -> run().memoryBudget(1).fit(DATA))
                    .hasMessageContaining("from io.aidc.training.")
                    .hasMessageContaining("Worker.<init>");
        } finally {
            System.clearProperty(NativeObjects.TRACKING);
        }
    }

    @Test
    void budget_thatIsNotPositive_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> run().memoryBudget(0));
    }
}
