package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Memory for row gradients that is used again in each step: memory fresh from the system would first have to be mapped, which
 * takes longer than to compute what goes there.
 *
 * <p>Confined: one thread at a time; what it lends is good until the next step begins.
 */
final class GhostWorkspace implements AutoCloseable {
    /** Most numbers that are kept between steps, 64 MB. */
    private static final long MOST = 1 << 24;

    /** Numbers between the beginnings of parts: a cache line. */
    private static final long LINE = 16;

    private @Nullable Kept kept;
    private @Nullable Tensor all;
    private long lent;
    private long wanted;

    /** Takes all parts back. */
    void begin(Tensor like) {
        long needed = Math.min(wanted, MOST);
        if (needed > size()) {
            close();
            kept = new Kept();
            all = kept.keep(torch.empty(new long[] {needed}, like.options(), new MemoryFormatOptional()));
        }
        lent = 0;
        wanted = 0;
    }

    private long size() {
        return all == null ? 0 : all.numel();
    }

    /** Lends a part of its own. */
    Tensor part(Tensor like, long... shape) {
        Tensor part = scratch(like, shape);
        lent += room(shape);
        return part;
    }

    /** Lends memory until the next call of either method. */
    Tensor scratch(Tensor like, long... shape) {
        long room = room(shape);
        wanted = Math.max(wanted, lent + room);
        Tensor memory = all;
        return memory == null || lent + room > size()
                ? torch.empty(shape, like.options(), new MemoryFormatOptional())
                : memory.narrow(0, lent, numbers(shape)).view(shape);
    }

    private static long numbers(long... shape) {
        long numbers = 1;
        for (long extent : shape) {
            numbers *= extent;
        }
        return numbers;
    }

    private static long room(long... shape) {
        return (numbers(shape) + LINE - 1) / LINE * LINE;
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
        kept = null;
        all = null;
    }
}
