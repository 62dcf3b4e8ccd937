package io.aidc.training.dist;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Says which processes train together.
 *
 * <p>Every process makes the same run and calls {@code fit} on the same data; each computes its share of every batch, and each
 * ends with the same model. What they exchange is neither encrypted nor authenticated: workers meet on the loopback interface
 * unless the caller states that the network between them can be trusted.
 *
 * <p>Immutable.
 */
public sealed interface Launch {
    /**
     * Starts worker processes on this machine beside this one, which is worker 0. They get its class path, environment and JVM
     * arguments, but no agents, remote JMX, logs of the JVM ({@code -Xlog}) and flight recordings, whose ports and files only one
     * process can have.
     *
     * @param workers how many workers there are in all, this process included, in [2, 256]
     * @param main a class of this process's class path whose {@code main} makes the same run with {@link #fromEnvironment} and
     *     fits it
     * @param arguments of that main method
     * @return the launch
     * @throws IllegalArgumentException if the number is out of range
     */
    static Processes processes(int workers, Class<?> main, String... arguments) {
        return new Processes(workers, main, List.of(arguments), 0);
    }

    /**
     * Makes this process one of a group that something else has started: torchrun, Kubeflow's PyTorchJob, Slurm or a script.
     * It reads {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code MASTER_PORT} from the environment, or Slurm's
     * {@code SLURM_PROCID} and {@code SLURM_NTASKS} in place of the first two.
     *
     * @return the launch
     * @throws IllegalArgumentException naming the variable that is missing or no number in range
     */
    static Environment fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /**
     * Makes this process one of a group described by variables, see {@link #fromEnvironment()}.
     *
     * @param variables by name
     * @return the launch
     * @throws IllegalArgumentException naming the variable that is missing or no number in range
     */
    static Environment fromEnvironment(Map<String, String> variables) {
        var reader = new Variables(variables::get);
        int size = reader.number("WORLD_SIZE", "SLURM_NTASKS", 1, 100_000);
        return new Environment(
                reader.number("RANK", "SLURM_PROCID", 0, size - 1),
                size,
                reader.text("MASTER_ADDR"),
                reader.number("MASTER_PORT", "MASTER_PORT", 1, 65_535),
                "True".equalsIgnoreCase(variables.get("TORCHELASTIC_USE_AGENT_STORE")),
                false,
                0);
    }

    /**
     * Makes this process one of a group of processes of one machine, whatever they are written in, that meet through a file as
     * c10d's {@code FileStore} does.
     *
     * @param file a path all of them name, in a directory that nobody else can write; not used before
     * @param rank this worker's number, from 0
     * @param workers how many workers there are, &gt; 0
     * @return the launch
     * @throws IllegalArgumentException if a number is out of range
     */
    static SharedFile sharedFile(Path file, int rank, int workers) {
        return new SharedFile(file, rank, workers);
    }

    /**
     * Starts processes on this machine.
     *
     * @param workers how many workers there are in all, in [2, 256]
     * @param main the class whose main method is run
     * @param arguments of the main method
     * @param least how many workers must be left for the run to go on; 0 if it ends when one is lost
     */
    record Processes(int workers, Class<?> main, List<String> arguments, int least) implements Launch {
        /** Checks the numbers. */
        public Processes {
            Objects.requireNonNull(main, "main");
            arguments = List.copyOf(arguments);
            if (workers < 2 || workers > 256) {
                throw new IllegalArgumentException("workers must be in [2, 256], got " + workers);
            }
            requireLeast(least, workers);
        }

        /**
         * Lets the run go on when workers are lost, as long as enough are left. Not for runs on GPUs.
         *
         * @param workers the least number, in [1, workers]
         * @return a changed copy
         * @throws IllegalArgumentException if the number is out of range
         */
        public Processes elastic(int workers) {
            requirePositive(workers);
            return new Processes(this.workers, main, arguments, workers);
        }
    }

    /**
     * Takes part in a group that something else has started.
     *
     * @param rank this worker's number, in [0, workers)
     * @param workers how many workers begin the run, &gt; 0
     * @param host where worker 0 listens
     * @param port the port it listens at, in [1, 65535]
     * @param hasAgent whether torchrun's agent listens there instead
     * @param isTrusted whether the network between the workers can be trusted
     * @param least how many workers must be left for the run to go on; 0 if it ends when one is lost
     */
    record Environment(int rank, int workers, String host, int port, boolean hasAgent, boolean isTrusted, int least)
            implements Launch {
        /** Checks the numbers. */
        public Environment {
            Objects.requireNonNull(host, "host");
            if (workers < 1 || rank < 0) {
                throw new IllegalArgumentException(
                        "rank must be in [0, workers), got %d and %d".formatted(rank, workers));
            }
            requireLeast(least, workers);
            if (hasAgent && least > 0) {
                throw new IllegalArgumentException(
                        "torchrun's agent restarts workers itself: use checkpoints there instead of elastic");
            }
        }

        /**
         * States that everybody who can reach the network between the workers may read what they exchange and take part.
         *
         * @return a changed copy, which may leave the loopback interface
         */
        public Environment trustedNetwork() {
            return new Environment(rank, workers, host, port, hasAgent, true, least);
        }

        /**
         * Lets the run go on when workers are lost, as long as enough are left, and lets others join while it goes. A group
         * that is cut in two may go on as two: keep {@code least} above half of the workers where that can happen.
         * Not for runs on GPUs.
         *
         * @param least the least number, in [1, workers]
         * @return a changed copy
         * @throws IllegalArgumentException if the number is out of range
         */
        public Environment elastic(int least) {
            requirePositive(least);
            return new Environment(rank, workers, host, port, hasAgent, isTrusted, least);
        }

        /**
         * Tells whether the workers meet on the loopback interface.
         *
         * @return whether the host is a loopback address
         * @throws IllegalArgumentException if the host is not known
         */
        public boolean isLoopback() {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("MASTER_ADDR names no host that is known: " + host, e);
            }
        }
    }

    /**
     * Takes part in a group that meets through a file.
     *
     * @param file where the workers meet
     * @param rank this worker's number, in [0, workers)
     * @param workers how many workers there are, &gt; 0
     */
    record SharedFile(Path file, int rank, int workers) implements Launch {
        /** Checks the numbers. */
        public SharedFile {
            Objects.requireNonNull(file, "file");
            if (workers < 1 || rank < 0 || rank >= workers) {
                throw new IllegalArgumentException(
                        "rank must be in [0, workers), got %d and %d".formatted(rank, workers));
            }
        }
    }

    private static void requireLeast(int least, int workers) {
        if (least < 0 || least > workers) {
            throw new IllegalArgumentException("elastic must be in [1, %d], got %d".formatted(workers, least));
        }
    }

    private static void requirePositive(int least) {
        if (least < 1) {
            throw new IllegalArgumentException("elastic must be >= 1, got " + least);
        }
    }
}
