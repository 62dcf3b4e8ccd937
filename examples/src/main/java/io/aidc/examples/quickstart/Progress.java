package io.aidc.examples.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Numbers the steps of the journey, times them and shows what each one does. <em>Confined: one thread at a time.</em> */
final class Progress {
    /**
     * One finished step.
     *
     * @param name what was done
     * @param seconds how long it took
     */
    record Step(String name, double seconds) {}

    /** A step went wrong; the message is its reason. */
    static final class StepFailedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String step;

        StepFailedException(String step, Throwable cause) {
            super(reason(cause), cause);
            this.step = step;
        }

        String step() {
            return step;
        }

        private static String reason(Throwable cause) {
            String type = cause.getClass().getSimpleName();
            String message = cause.getMessage();
            String line = message == null ? type : message.lines().findFirst().orElse(type);
            return cause instanceof Error && message != null ? type + ": " + line : line;
        }
    }

    private final PrintStream out;
    private final int total;
    private final long start = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();

    Progress(PrintStream out, int total) {
        this.out = out;
        this.total = total;
    }

    <T> T step(String name, Callable<T> work) throws StepFailedException {
        out.printf(Locale.ROOT, "[%2d/%d] %s%n", steps.size() + 1, total, name);
        double began = seconds();
        try {
            T result = work.call();
            steps.add(new Step(name, seconds() - began));
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException(name, e);
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            throw new StepFailedException(name, e);
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency of its own
    void say(String format, Object... values) {
        out.println("        " + String.format(Locale.ROOT, format, values));
    }

    /** Seconds since the journey began. */
    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }
}
