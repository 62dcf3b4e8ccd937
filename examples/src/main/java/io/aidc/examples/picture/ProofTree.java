package io.aidc.examples.picture;

/** The hash tree over a log, with what proves that it holds one entry. */
public final class ProofTree {
    private static final int WIDTH = 1000;
    private static final int MARGIN = 16;
    private static final int ROW = 44;

    private ProofTree() {}

    /**
     * Draws the tree of RFC 6962 from its root down to the entries: the proved entry and its ancestors filled, and the hashes of
     * the proof, from which the root is computed again, in another colour.
     *
     * @param title read out by screen readers
     * @param size number of entries, &ge; 1
     * @param index of the proved entry
     * @return an {@code svg} element
     */
    public static String of(String title, int size, int index) {
        int depth = 32 - Integer.numberOfLeadingZeros(size - 1);
        Svg svg = new Svg(WIDTH, ROW * (depth + 1) + 24, title);
        new Drawing(svg, size, index).node(0, size, 0);
        return svg.toString();
    }

    /** Draws from the root down; a node covers the entries from begin to end. */
    private record Drawing(Svg svg, int size, int index) {
        /** Returns where the node is, from left to right. */
        double node(int begin, int end, int level) {
            double y = 20 + (double) ROW * level;
            boolean onPath = begin <= index && index < end;
            if (end - begin == 1) {
                double x = MARGIN + (begin + 0.5) * (WIDTH - 2.0 * MARGIN) / size;
                svg.dot(x, y, onPath ? "proved" : "leaf", "entry " + begin);
                return x;
            }
            int middle = begin + Integer.highestOneBit(end - begin - 1);
            double left = node(begin, middle, level + 1);
            double right = node(middle, end, level + 1);
            double x = (left + right) / 2;
            svg.line(x, y, left, y + ROW, onPath && index < middle ? "way" : "edge");
            svg.line(x, y, right, y + ROW, onPath && index >= middle ? "way" : "edge");
            svg.dot(x, y, onPath ? "proved" : "inner", "entries %d to %d".formatted(begin, end - 1));
            if (onPath) {
                boolean inLeft = index < middle;
                svg.dot(inLeft ? right : left, y + ROW, "given", "a hash of the proof");
            }
            return x;
        }
    }
}
