package io.aidc.storage.metadata;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary forms of commands and outcomes.
 *
 * <p>A batch is one log entry: int number of commands, then each. A transaction is byte 1, the request id (16 bytes), int
 * number of conditions, int number of changes around their items; a fence is byte 2 and the request id; a barrier is byte 3. Outcomes are
 * answered in the order of the commands.
 */
public final class Batch {
    private static final int TRANSACTION = 1;
    private static final int FENCE = 2;
    private static final int BARRIER = 3;

    private Batch() {}

    /**
     * Writes a batch.
     *
     * @param commands in order
     * @return one log entry
     */
    public static byte[] encode(List<Command> commands) {
        var out = new Encoder().int32(commands.size());
        commands.forEach(command -> write(command, out));
        return out.toBytes();
    }

    /**
     * Reads a batch.
     *
     * @param bytes one log entry
     * @return the commands in order
     * @throws IllegalArgumentException if the bytes are not a batch
     */
    public static List<Command> decode(byte[] bytes) {
        return Decoder.whole(bytes, in -> Decoder.list(in, Batch::readCommand));
    }

    /**
     * Writes outcomes.
     *
     * @param outcomes of one batch
     * @return the answer to a log entry
     */
    public static byte[] encodeOutcomes(List<Outcome> outcomes) {
        var out = new Encoder().int32(outcomes.size());
        outcomes.forEach(outcome -> write(outcome, out));
        return out.toBytes();
    }

    /**
     * Reads outcomes.
     *
     * @param bytes the answer to a log entry
     * @return in the order of the commands
     * @throws IllegalArgumentException if the bytes are not outcomes
     */
    public static List<Outcome> decodeOutcomes(byte[] bytes) {
        return Decoder.whole(bytes, in -> Decoder.list(in, Batch::readOutcome));
    }

    static int size(Command command) {
        var out = new Encoder();
        write(command, out);
        return out.toBytes().length;
    }

    private static void write(Command command, Encoder out) {
        if (command instanceof Command.Transaction transaction) {
            out.int8(TRANSACTION)
                    .uuid(transaction.requestId())
                    .int32(transaction.conditions().size());
            transaction.conditions().forEach(condition -> write(condition, out));
            out.int32(transaction.changes().size());
            transaction.changes().forEach(change -> write(change, out));
        } else if (command instanceof Command.Fence fence) {
            out.int8(FENCE).uuid(fence.requestId());
        } else {
            out.int8(BARRIER);
        }
    }

    static Command readCommand(ByteBuffer in) {
        byte kind = in.get();

        return switch (kind) {
            case TRANSACTION ->
                new Command.Transaction(
                        Decoder.uuid(in), Decoder.list(in, Batch::readCondition), Decoder.list(in, Batch::readChange));
            case FENCE -> new Command.Fence(Decoder.uuid(in));
            case BARRIER -> new Command.Barrier();
            default -> throw unknown("command", kind);
        };
    }

    private static void write(Condition condition, Encoder out) {
        if (condition instanceof Condition.Equal equal) {
            out.int8(1).string(equal.key()).bytes(equal.value());
        } else if (condition instanceof Condition.Present present) {
            out.int8(2).string(present.key());
        } else {
            out.int8(0).string(condition.key());
        }
    }

    private static Condition readCondition(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case 0 -> new Condition.Absent(Decoder.string(in));
            case 1 -> new Condition.Equal(Decoder.string(in), Decoder.bytes(in));
            case 2 -> new Condition.Present(Decoder.string(in));
            default -> throw unknown("condition", kind);
        };
    }

    private static void write(Change change, Encoder out) {
        if (change instanceof Change.Put put) {
            out.int8(1).string(put.key()).bytes(put.value());
        } else if (change instanceof Change.Move move) {
            out.int8(2).string(move.key()).string(move.target());
        } else {
            out.int8(0).string(change.key());
        }
    }

    private static Change readChange(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case 0 -> new Change.Delete(Decoder.string(in));
            case 1 -> new Change.Put(Decoder.string(in), Decoder.bytes(in));
            case 2 -> new Change.Move(Decoder.string(in), Decoder.string(in));
            default -> throw unknown("change", kind);
        };
    }

    static void write(Outcome outcome, Encoder out) {
        if (outcome instanceof Outcome.Applied applied) {
            out.int8(1).int64(applied.revision());
        } else if (outcome instanceof Outcome.Refused refused) {
            writeRefused(refused, out);
        } else if (outcome instanceof Outcome.Abandoned abandoned) {
            out.int8(4).int64(abandoned.revision());
        } else if (outcome instanceof Outcome.Forgotten) {
            out.int8(5);
        } else {
            throw new IllegalArgumentException(outcome + " is not an outcome of the log");
        }
    }

    private static void writeRefused(Outcome.Refused refused, Encoder out) {
        byte @Nullable [] found = refused.found();
        out.int8(found == null ? 2 : 3).int64(refused.revision()).string(refused.key());
        if (found != null) {
            out.bytes(found);
        }
    }

    static Outcome readOutcome(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case 1 -> new Outcome.Applied(in.getLong());
            case 2 -> new Outcome.Refused(in.getLong(), Decoder.string(in), null);
            case 3 -> new Outcome.Refused(in.getLong(), Decoder.string(in), Decoder.bytes(in));
            case 4 -> new Outcome.Abandoned(in.getLong());
            case 5 -> new Outcome.Forgotten();
            default -> throw unknown("outcome", kind);
        };
    }

    private static IllegalArgumentException unknown(String what, byte kind) {
        return new IllegalArgumentException("unknown %s kind %d".formatted(what, kind));
    }
}
