package io.aidc.training.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.ChildJvm;
import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** libgomp prints what it read when OMP_DISPLAY_ENV is set: proof of what it does, without timing anything. */
@EnabledOnOs(OS.LINUX)
class NativeThreadsTest {
    @TempDir
    Path directory;

    /** Trains, says nothing about threads, and prints how they wait and how many there are. */
    static final class Trains {
        public static void main(String[] arguments) {
            train();
        }
    }

    static final class LoadsTorchFirst {
        public static void main(String[] arguments) {
            Loader.load(torch.class);
            train();
        }
    }

    @SuppressWarnings("SystemOut")
    private static void train() {
        TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                .steps(1)
                .fit(Dataset.regression(new float[][] {{1}}, new float[][] {{1}}))
                .close();
        System.out.println(NativeThreads.waitPassively() + " threads=" + torch.get_num_threads());
        System.out.println(nativeEnvironment());
    }

    private static List<String> nativeEnvironment() {
        List<String> entries = new ArrayList<>();
        var environ = new PointerPointer<BytePointer>(Loader.addressof("environ")).get(BytePointer.class, 0);
        var table = new PointerPointer<BytePointer>(environ);
        for (int i = 0; table.get(BytePointer.class, i) != null; i++) {
            entries.add(table.get(BytePointer.class, i).getString());
        }
        return entries;
    }

    @Test
    void run_inABareJvm_makesOpenMpWaitPassively() throws IOException, InterruptedException {
        ChildJvm.Ended child =
                new ChildJvm(directory).environment("OMP_DISPLAY_ENV", "TRUE").run(Trains.class);
        assertThat(child.errors()).contains("OMP_WAIT_POLICY = 'PASSIVE'");
        assertThat(child.output()).contains("PASSIVE").contains("OPENBLAS_THREAD_TIMEOUT=14");
        assertThat(child.exitCode()).isZero();
    }

    @Test
    void run_inABareJvm_usesAllProcessorsOfTheJvm() throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory).run(Trains.class);
        assertThat(child.output()).contains("threads=" + Runtime.getRuntime().availableProcessors());
    }

    @Test
    void run_withTheUsersNumberOfThreads_leavesIt() throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory)
                .environment("OMP_NUM_THREADS", "3")
                .environment("OPENBLAS_THREAD_TIMEOUT", "20")
                .run(Trains.class);
        assertThat(child.output()).contains("threads=3").contains("OPENBLAS_THREAD_TIMEOUT=20");
    }

    @Test
    void run_withTheUsersOwnSetting_leavesIt() throws IOException, InterruptedException {
        ChildJvm.Ended child =
                new ChildJvm(directory).environment("OMP_WAIT_POLICY", "ACTIVE").run(Trains.class);
        assertThat(child.output()).contains("AS_THE_USER_SET");
        assertThat(child.errors()).doesNotContain("OMP_WAIT_POLICY=PASSIVE");
    }

    @Test
    void run_afterOpenMpWasLoaded_warnsAndUsesOneThread() throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory).run(LoadsTorchFirst.class);
        assertThat(child.output()).contains("SINGLE_THREADED threads=1");
        assertThat(child.errors()).contains("WARN").contains("NativeThreads.waitPassively() first");
    }

    @Test
    void limit_ofSeveralThatEndInAnyOrder_isTheLeast() {
        int all = NativeThreads.count();
        NativeThreads.Limit first = NativeThreads.limit(1);
        NativeThreads.Limit second = NativeThreads.limit(all + 5);
        assertThat(torch.get_num_threads()).isEqualTo(1);
        first.close();
        first.close();
        assertThat(torch.get_num_threads()).isEqualTo(all);
        second.close();
        assertThat(torch.get_num_threads()).isEqualTo(all);
    }

    @Test
    void waitPassively_calledAgain_givesTheSameAnswer() {
        assertThat(NativeThreads.waitPassively()).isSameAs(NativeThreads.waitPassively());
    }
}
