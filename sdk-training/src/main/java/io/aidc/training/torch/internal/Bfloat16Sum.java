package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Sums numbers of all workers that travel as bfloat16. Each worker gets everybody's numbers of one piece, adds them in float32
 * and in the order of the ranks, and hands the rounded sum on; so all have the same bits, and a number is rounded twice for
 * any number of workers. An all-reduce of bfloat16 sends as much and rounds once for each worker.
 *
 * <p>Confined: one thread at a time.
 */
public final class Bfloat16Sum implements Group.Pending {
    private final Kept kept = new Kept();
    private final Group group;
    private final int length;
    private final int piece;
    private final Tensor numbers;
    private final Tensor pieces;
    private final Tensor received;
    private final Group.Pending exchange;

    private Bfloat16Sum(Group group, Vector summed) {
        this.group = group;
        this.length = summed.length();
        this.piece = (length - 1) / group.size() + 1;
        long padded = (long) piece * group.size();
        this.numbers = Tensors.scoped(() -> kept.keep(summed.tensor().narrow(0, 0, length)));
        this.pieces = Tensors.scoped(() -> kept.keep(
                torch.zeros(new long[] {padded}, Tensors.options(torch.ScalarType.BFloat16, summed.device()))));
        this.received = Tensors.scoped(() -> kept.keep(torch.empty_like(pieces)));
        this.exchange = begun();
    }

    /** Begins to replace the numbers of all workers by their sum; all begin in the same order. */
    public static Group.Pending begin(Group group, Vector numbers) {
        return new Bfloat16Sum(group, numbers);
    }

    private Group.Pending begun() {
        try {
            return Tensors.scoped(() -> {
                pieces.narrow(0, 0, length).copy_(numbers);
                return group.beginAllToAll(Tensors.bytes(pieces), Tensors.bytes(received));
            });
        } catch (RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    @Override
    public void await() {
        exchange.await();
        Tensors.inScope(() -> {
            Tensor sum = received.narrow(0, 0, piece).to(torch.ScalarType.Float);
            for (int rank = 1; rank < group.size(); rank++) {
                sum.add_(received.narrow(0, (long) rank * piece, piece));
            }
            // What was sent is not needed any more: the sums of all pieces take its place.
            Tensor own = sum.to(torch.ScalarType.BFloat16);
            try (Group.Pending gathering = group.beginAllGather(Tensors.bytes(own), Tensors.bytes(pieces))) {
                gathering.await();
            }
            numbers.copy_(pieces.narrow(0, 0, length));
        });
    }

    @Override
    public void close() {
        exchange.close();
        kept.close();
    }
}
