package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What workers in processes decide without one another. */
class WorkerProcessTest {
    @Test
    void failures_countOnWhileNobodyIsLostAndNoStepIsDone() {
        var failures = new WorkerProcess.Failures();
        assertThat(failures.add(3, 10)).isEqualTo(1);
        assertThat(failures.add(3, 10)).isEqualTo(2);
        assertThat(failures.add(3, 12)).isEqualTo(1);
        assertThat(failures.add(3, 12)).isEqualTo(2);
        assertThat(failures.add(2, 12)).isEqualTo(1);
    }

    /** A second JVM that listened at the same port or wrote to the same file would end or spoil it. */
    @Test
    void argumentsOfTheJvm_areHandedOnUnlessTheyNamePortsOrFiles() {
        assertThat(LocalProcesses.shareable(List.of(
                        "-Xmx1g",
                        "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
                        "-agentpath:/opt/agent.so",
                        "-Xrunjdwp:address=5005",
                        "-javaagent:agent.jar",
                        "-Dcom.sun.management.jmxremote.port=9010",
                        "-Xlog:gc:file=gc.log",
                        "-XX:StartFlightRecording=filename=run.jfr",
                        "-Dkey=value")))
                .containsExactly("-Xmx1g", "-Dkey=value");
    }
}
