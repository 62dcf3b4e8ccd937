package io.aidc.training;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.engine.Replica;
import java.nio.FloatBuffer;
import java.util.List;

/** What a worker ended with. Whoever holds it closes the replica. */
record Outcome(
        StopReason reason, String detail, int steps, List<Double> losses, FloatBuffer parameters, Replica replica) {}
