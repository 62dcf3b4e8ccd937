package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of a table of vectors, of which each row takes few: one vector for each id that occurs in a row, the gradients of
 * equal ids added. Neither the table nor pairs of positions are materialised.
 */
final class GhostTable implements GhostGradients {
    private final Tensor ids;

    /** The row and the id each vector belongs to, {@code [vectors]}. */
    private final Tensor rowOf;

    private final Tensor idOf;

    /** {@code [vectors, width]}. */
    private final Tensor vectors;

    /**
     * Adds up the gradients of equal ids.
     *
     * @param vocabulary how many ids there are
     * @param ids {@code [rows, positions]}, float32
     * @param gradient of the vectors looked up, {@code [rows, positions, width]}
     */
    GhostTable(long vocabulary, Tensor ids, Tensor gradient) {
        this.ids = ids;
        Scalar size = new Scalar(vocabulary); // a whole number, unlike that of a double
        Tensor whole = ids.to(torch.ScalarType.Long);
        Tensor row = torch.ones_like(whole).cumsum(0).sub_(new Scalar(1L));
        Tensor keys = whole.add_(row, size).flatten();
        T_TensorTensor_T sorted = torch.sort(keys);
        T_TensorTensorTensor_T distinct = torch.unique_consecutive(sorted.get0(), true, false, new LongOptional());
        Tensor found = distinct.get0();
        Tensor vectorOf = torch.empty_like(keys).index_copy_(0, sorted.get1(), distinct.get1());
        rowOf = found.floor_divide(size);
        idOf = found.sub(rowOf, size);
        vectors =
                torch.embedding_dense_backward(gradient.flatten(0, 1).contiguous(), vectorOf, found.numel(), -1, false);
    }

    @Override
    public GhostNorms norms() {
        Tensor squares =
                ids.select(1, 0).to(torch.ScalarType.Double).zero_().index_add_(0, rowOf, GhostNorms.squares(vectors));
        double lost = GhostNorms.LOST * ids.size(1) * vectors.size(1);
        return new GhostNorms(squares, squares.add(Tensors.scalar(lost)), squares);
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        if (!add) {
            target.zero_();
        }
        target.index_add_(0, idOf, factors.of(rowOf).times(vectors));
    }
}
