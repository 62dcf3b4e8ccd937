package io.aidc.storage.faults;

import java.io.PrintStream;
import java.time.Duration;

/** One line that tells how far a run is: rewritten on a terminal, else printed once a round. */
final class Progress {
    private static final int WIDTH = 24;

    private final PrintStream out;
    private final Duration length;
    private final Tally tally;
    private final boolean terminal = Shell.isOnTerminal();
    private final long started = System.nanoTime();
    private volatile boolean stopped;

    Progress(PrintStream out, Duration length, Tally tally) {
        this.out = out;
        this.length = length;
        this.tally = tally;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    boolean isOver() {
        return elapsed().compareTo(length) >= 0;
    }

    /** The user ended the run: what the nodes say from here on, dead as they are, is no finding. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void show(int round, String doing) {
        if (stopped) {
            return;
        }
        if (terminal) {
            out.print("\r" + line(round, doing) + "\u001b[K");
            out.flush();
        } else if (doing.isEmpty()) {
            out.println(line(round, doing));
        }
    }

    private String line(int round, String doing) {
        double share = Math.min(1, (double) elapsed().toMillis() / length.toMillis());
        int done = (int) (share * WIDTH);
        return "[%s%s] %s/%s  round %d  operations %,d (%d/s)  faults %d  violations %d  %s"
                .formatted(
                        "#".repeat(done),
                        "-".repeat(WIDTH - done),
                        clock(elapsed()),
                        clock(length),
                        round,
                        tally.operations(),
                        tally.operations() / Math.max(1, elapsed().toSeconds()),
                        tally.faults(),
                        tally.violations().size(),
                        doing);
    }

    private static String clock(Duration time) {
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }

    void end() {
        if (terminal) {
            out.println();
        }
    }
}
