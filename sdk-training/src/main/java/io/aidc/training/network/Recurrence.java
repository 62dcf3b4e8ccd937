package io.aidc.training.network;

/** Names the cell of a {@link Layer.Recurrent}. */
public enum Recurrence {
    /** Long short-term memory, four gates. Hochreiter and Schmidhuber 1997. */
    LSTM(4),
    /** Gated recurrent unit, three gates. Cho et al. 2014. */
    GRU(3);

    private final int gates;

    Recurrence(int gates) {
        this.gates = gates;
    }

    int gates() {
        return gates;
    }
}
