package io.aidc.training.torch.internal;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The windows of a convolution as a matrix that each row passes at several positions, one for each place of the window; each
 * group of channels has a matrix of its own. Windows are unfolded for a few rows at a time.
 *
 * @param wide what the window moves over, {@code [rows, channels, height, width]}
 * @param narrow what has a number at each place of the window, {@code [rows, channels', height', width']}
 */
record GhostWindows(int kernel, int stride, int padding, int groups, Tensor wide, Tensor narrow) {
    /** How many numbers are unfolded at a time, so that they stay in the processor's cache: 2 MB. */
    private static final long AT_A_TIME = 1 << 19;

    private long places() {
        return narrow.size(2) * narrow.size(3);
    }

    private long outputs() {
        return narrow.size(1) / groups;
    }

    private long inputs() {
        return wide.size(1) / groups * kernel * kernel;
    }

    boolean gramPays() {
        return GhostGram.pays(wide.size(0) * groups, places(), outputs(), inputs());
    }

    /** The gradients, {@code [rows, narrow channels, wide channels / groups, kernel, kernel]}. */
    Tensor gradients(GhostWorkspace workspace) {
        long rows = wide.size(0);
        Tensor all = workspace.part(wide, rows * groups, outputs(), inputs());
        for (long from = 0; from < rows; from += atOnce()) {
            long first = from;
            long count = Math.min(atOnce(), rows - from);
            Tensors.inScope(() -> torch.bmm_out(
                    all.narrow(0, first * groups, count * groups),
                    numbers(first, count),
                    columns(first, count).transpose(1, 2)));
        }
        return all.view(rows, -1);
    }

    /** Their norms, from Gram matrices. */
    GhostNorms norms() {
        long rows = wide.size(0);
        List<Tensor> parts = new ArrayList<>();
        for (long from = 0; from < rows; from += atOnce()) {
            parts.add(normsOf(from, Math.min(atOnce(), rows - from)));
        }
        Tensor all = torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 1);
        return new GhostNorms(all.select(0, 0), all.select(0, 1), all.select(0, 2));
    }

    private Tensor normsOf(long first, long count) {
        return GhostScope.only(() -> {
            GhostNorms norms = GhostGram.norms(
                    columns(first, count).transpose(1, 2), numbers(first, count).transpose(1, 2));
            return torch.stack(new TensorVector(norms.squares(), norms.bounds(), norms.widest()))
                    .view(3, count, groups)
                    .sum(2);
        });
    }

    private long atOnce() {
        return Math.max(1, AT_A_TIME / (inputs() * groups * places()));
    }

    /** Copied from overlapping views, on all threads and faster than by {@code im2col}. */
    private Tensor columns(long first, long count) {
        Tensor rows = wide.narrow(0, first, count);
        Tensor padded = padding == 0 ? rows : torch.constant_pad_nd(rows, padding, padding, padding, padding);
        return padded.unfold(2, kernel, stride)
                .unfold(3, kernel, stride)
                .permute(0, 1, 4, 5, 2, 3)
                .reshape(count * groups, inputs(), places());
    }

    private Tensor numbers(long first, long count) {
        return narrow.narrow(0, first, count).reshape(count * groups, outputs(), places());
    }
}
