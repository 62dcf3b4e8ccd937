package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Sums the largest numbers of all workers, by absolute value. Every worker gets everybody's numbers and places and adds them in
 * the order of the ranks, so all have the same bits.
 *
 * <p>Confined: one thread at a time.
 */
public final class TopKSum implements Group.Pending {
    private final Kept kept = new Kept();
    private final Group group;
    private final int count;
    private final Tensor numbers;
    private final Tensor sent;
    private final Tensor received;
    private final Group.Pending exchange;

    private TopKSum(Group group, Vector summed, Vector left, int count) {
        this.group = group;
        this.count = count;
        this.numbers = Tensors.scoped(() -> kept.keep(summed.tensor().narrow(0, 0, summed.length())));
        this.sent = Tensors.scoped(() -> kept.keep(largest(numbers, left.tensor(), count)));
        this.received = Tensors.scoped(() -> kept.keep(torch.empty(
                new long[] {sent.numel() * group.size()},
                Tensors.options(torch.ScalarType.Byte, summed.device()),
                new MemoryFormatOptional())));
        this.exchange = begun();
    }

    /**
     * Begins to replace the numbers of all workers by the sum of the largest of each; all begin in the same order.
     *
     * @param left gets the numbers that this worker does not send, and 0 for those it does
     * @param count how many it sends, in [1, length], the same on all workers
     */
    public static Group.Pending begin(Group group, Vector numbers, Vector left, int count) {
        return new TopKSum(group, numbers, left, count);
    }

    /** The bytes of the largest numbers, and behind them those of their places. */
    private static Tensor largest(Tensor numbers, Tensor left, int count) {
        Tensor places = numbers.abs().topk(count, 0, true, false).get1();
        Tensor values = numbers.index_select(0, places);
        left.copy_(numbers);
        left.index_fill_(0, places, Tensors.scalar(0));
        return torch.cat(new TensorVector(Tensors.bytes(values), Tensors.bytes(places.to(torch.ScalarType.Int))));
    }

    private Group.Pending begun() {
        try {
            return group.beginAllGather(sent, received);
        } catch (RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    @Override
    public void await() {
        exchange.await();
        Tensors.inScope(() -> {
            long half = (long) count * Float.BYTES;
            numbers.fill_(Tensors.scalar(0));
            for (int rank = 0; rank < group.size(); rank++) {
                Tensor both = received.narrow(0, 2 * half * rank, 2 * half);
                Tensor values = both.narrow(0, 0, half).view(torch.ScalarType.Float);
                Tensor places = both.narrow(0, half, half).view(torch.ScalarType.Int);
                numbers.index_add_(0, places, values);
            }
        });
    }

    @Override
    public void close() {
        exchange.close();
        kept.close();
    }
}
