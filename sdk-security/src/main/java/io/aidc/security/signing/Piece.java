package io.aidc.security.signing;

/** Part of a file that has a digest of its own: from a first byte to before another, or the whole file. */
record Piece(String file, long start, long end) {
    /** The end of a whole file, however long it is. */
    private static final long END_OF_FILE = Long.MAX_VALUE;

    static Piece whole(String file) {
        return new Piece(file, 0, END_OF_FILE);
    }

    boolean isWhole() {
        return end == END_OF_FILE;
    }
}
