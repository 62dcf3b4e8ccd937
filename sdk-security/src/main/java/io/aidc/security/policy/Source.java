package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that was parsed, and where its lines begin. <em>Immutable.</em> */
final class Source {
    /** Longer texts are refused: at some 20 times their size in memory, they are a mistake or an attack. */
    static final int MAX_CHARACTERS = 32 * 1024 * 1024;

    private static final int BLOCK = 256;

    private final String text;
    private final int[] lineStarts;

    /** How many code points of two characters end before each block of the text. */
    private final int[] pairs;

    Source(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new PolicyException(
                    1, 1, "text must be at most %d characters, got %d".formatted(MAX_CHARACTERS, text.length()));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new PolicyException(1, 1, "text has half of a character in it (a lone surrogate)");
        }
        this.text = text;
        this.lineStarts = lineStarts(text);
        this.pairs = pairs(text);
    }

    String text() {
        return text;
    }

    /** Counted from 1. */
    int line(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Counted from 1, in code points. However long the line is, this is quick. */
    int column(int offset) {
        int start = lineStarts[line(offset) - 1];
        return offset - start - (pairsBefore(offset) - pairsBefore(start)) + 1;
    }

    private int pairsBefore(int offset) {
        int block = offset / BLOCK;
        int start = block * BLOCK;
        return pairs[block] + pairs(text, start, offset);
    }

    private static int[] pairs(String text) {
        int[] pairs = new int[text.length() / BLOCK + 1];
        for (int i = 1; i < pairs.length; i++) {
            pairs[i] = pairs[i - 1] + pairs(text, (i - 1) * BLOCK, i * BLOCK);
        }
        return pairs;
    }

    private static int pairs(String text, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            if (Character.isLowSurrogate(text.charAt(i))) {
                count++;
            }
        }
        return count;
    }

    PolicyException fault(int offset, String fault) {
        return new PolicyException(line(offset), column(offset), fault);
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1));
            if (ends) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, 2 * count);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }
}
