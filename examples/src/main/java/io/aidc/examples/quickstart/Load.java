package io.aidc.examples.quickstart;

import io.aidc.serving.Answer;
import io.aidc.serving.ModelServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks a server from several threads at once, checks every answer and keeps how long each one took. */
final class Load {
    private static final double TOLERANCE = 1e-4;

    /**
     * What came back.
     *
     * @param served answers that were scores, each equal to the trained model's own
     * @param shed answers that refused the load
     * @param micros latencies of the served ones in µs, ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    record Outcome(int served, int shed, double[] micros) {}

    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    private record Share(int shed, double[] micros) {}

    private final ModelServer server;
    private final float[][] rows;
    private final float[][] expected;

    /**
     * Prepares the questions.
     *
     * @param server who answers
     * @param rows the questions, asked in turn, shape {@code [questions, features]}
     * @param expected the trained model's probabilities for them, shape {@code [questions, classes]}
     */
    Load(ModelServer server, float[][] rows, float[][] expected) {
        this.server = server;
        this.rows = rows;
        this.expected = expected;
    }

    Outcome ask(int requests, int threads) throws InterruptedException {
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Share>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t;
                work.add(() -> askEvery(first, threads, requests));
            }
            int shed = 0;
            double[] micros = new double[0];
            for (Future<Share> share : callers.invokeAll(work)) {
                shed += share.get().shed();
                double[] more = share.get().micros();
                micros = Arrays.copyOf(micros, micros.length + more.length);
                System.arraycopy(more, 0, micros, micros.length - more.length, more.length);
            }
            Arrays.sort(micros);
            return new Outcome(micros.length, shed, micros);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException(cause.getMessage(), cause);
        } finally {
            callers.shutdownNow();
        }
    }

    private Share askEvery(int first, int step, int requests) {
        double[] micros = new double[requests / step + 1];
        int served = 0;
        int shed = 0;
        for (int i = first; i < requests; i += step) {
            int row = i % rows.length;
            long from = System.nanoTime();
            Answer answer = server.ask(rows[row]).join();
            double took = (System.nanoTime() - from) / 1e3;
            if (answer instanceof Answer.Scored scored) {
                check(row, scored.output().floats());
                micros[served++] = took;
            } else {
                shed++;
            }
        }
        return new Share(shed, Arrays.copyOf(micros, served));
    }

    private void check(int row, float[] probabilities) {
        for (int c = 0; c < probabilities.length; c++) {
            if (!(Math.abs(probabilities[c] - expected[row][c]) <= TOLERANCE)) {
                throw new IllegalStateException("row " + row + " was answered " + Arrays.toString(probabilities)
                        + ", the trained model says " + Arrays.toString(expected[row]));
            }
        }
    }
}
